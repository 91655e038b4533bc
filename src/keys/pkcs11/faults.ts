// What a token refuses, in words. Runs where the token's library is.
import { Fault, messageOf } from '../../lib/faults.ts';
import { CKF_TOKEN, CKR } from './constants.ts';

/** PKCS #11's result of a failed call; `undefined` when something else failed. */
export function resultOf(thrown: unknown): number | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'number' && thrown.code > 0
    ? thrown.code
    : undefined;
}

const GONE: ReadonlySet<number> = new Set([CKR.deviceRemoved, CKR.tokenNotPresent, CKR.tokenNotRecognized]);

/** Whether a result says by itself that the token is gone. */
export function saysGone(result: number | undefined): boolean {
  return result !== undefined && GONE.has(result);
}

export function removedFault(shown: string, cause?: unknown): Fault {
  return new Fault(
    'key/token-removed',
    `The token of ${shown} is gone: it was removed, or its library lost it.`,
    'Put it back and run the command again.',
    { cause },
  );
}

/** A failed call as a fault. @param doing such as `signing with pkcs11:…` */
export function deviceFault(thrown: unknown, doing: string, shown: string): Fault {
  if (thrown instanceof Fault) return thrown;
  const result = resultOf(thrown);
  if (saysGone(result)) return removedFault(shown, thrown);
  const said = messageOf(thrown).split('\n')[0]?.slice(0, 200) ?? '';
  switch (result) {
    case CKR.mechanismInvalid:
    case CKR.mechanismParameterInvalid:
    case CKR.keyFunctionNotPermitted:
    case CKR.functionNotSupported:
      return new Fault(
        'key/token-unsupported',
        `The token cannot do this: ${doing} gave ${said}.`,
        'Use another kind of key, or a key that may sign (CKA_SIGN).',
        { cause: thrown },
      );
    case CKR.tokenWriteProtected:
      return new Fault('key/token-denied', `The token is write-protected: ${doing} failed.`, 'Unlock it.', {
        cause: thrown,
      });
    case CKR.notLoggedIn:
      return pinMissing(shown);
    default:
      return new Fault(
        'key/token-failed',
        `The token's library failed at ${doing}: ${said}.`,
        "See the library's own log; the names that begin with CKR_ are PKCS#11's.",
        { cause: thrown },
      );
  }
}

export function pinMissing(shown: string): Fault {
  return new Fault(
    'key/pin-missing',
    `${shown} needs a PIN, and none was given.`,
    'Name a file that holds it with ?pin-source=/path in the URI, or set COSIGN_PKCS11_PIN.',
  );
}

export function pinLocked(shown: string, cause?: unknown): Fault {
  return new Fault(
    'key/pin-locked',
    `The PIN of the token of ${shown} is locked after too many wrong ones.`,
    'The security officer of the token can set a new one.',
    { cause },
  );
}

/** A refused PIN; it was tried once. @param flags of the token after the refusal, {@link CKF_TOKEN} */
export function pinFault(thrown: unknown, shown: string, flags: number): Fault {
  const result = resultOf(thrown);
  if (result === CKR.pinLocked || (flags & CKF_TOKEN.pinLocked) !== 0) return pinLocked(shown, thrown);
  switch (result) {
    case CKR.pinIncorrect:
    case CKR.pinInvalid:
    case CKR.pinLengthRange:
      return new Fault('key/wrong-pin', `The PIN for ${shown} is wrong.${triesLeft(flags)}`, PIN_HINT, {
        cause: thrown,
      });
    case CKR.pinExpired:
    case CKR.pinNotInitialized:
      return new Fault(
        'key/pin-unset',
        `The token of ${shown} has no PIN yet, or an expired one.`,
        "Set it with the token's own program.",
        { cause: thrown },
      );
    default:
      return deviceFault(thrown, 'the login', shown);
  }
}

const PIN_HINT = 'It was tried once and not again. Check the pin-source of the URI, or COSIGN_PKCS11_PIN.';

function triesLeft(flags: number): string {
  if ((flags & CKF_TOKEN.pinFinalTry) !== 0) return ' One try is left: another wrong PIN locks the token.';
  if ((flags & CKF_TOKEN.pinCountLow) !== 0) return ' The token counts wrong tries and locks after a few.';
  return '';
}
