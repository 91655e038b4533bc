// What the process with the token's library does for the program: open, sign, list, create. All calls wait for the device.
import type { Handle, PKCS11 } from 'pkcs11js';
import { Fault } from '../../lib/faults.ts';
import { CKA, CKF_SESSION, CKF_TOKEN, CKR, CKU } from './constants.ts';
import { creation } from './creation.ts';
import { deviceFault, pinFault, pinLocked, pinMissing, removedFault, resultOf } from './faults.ts';
import { loadLibrary } from './library.ts';
import { mechanismOf } from './mechanism.ts';
import type { FoundKey, Question, TokenAddress } from './messages.ts';
import * as objects from './objects.ts';
import { flagsNow, theToken, type Token, tokensOf } from './tokens.ts';

/** More than any signature: RSA of 16384 bits. */
const SIGNATURE = 2048;

interface Opened {
  readonly at: TokenAddress;
  readonly token: Token;
  readonly session: objects.Session;
  readonly key: Handle;
}

/** One library, loaded by the first question. */
export class Device {
  #library: PKCS11 | undefined;
  #opened: Opened | undefined;

  /** @throws Fault `key/…` */
  async answer(question: Question): Promise<unknown> {
    if (question.ask === 'sign') return this.#sign(question);
    this.#library ??= await loadLibrary(question.at.module);
    const library = this.#library;
    switch (question.ask) {
      case 'open':
        return this.#open(library, question.at);
      case 'public':
        return publicKey(library, question.at);
      case 'list':
        return tokensOf(library, question.at.token).flatMap((token) => listToken(library, token, question.at));
      case 'create': {
        const { at, id } = question;
        create(library, question);
        return this.#open(library, { ...at, key: { label: at.key.label, id } });
      }
    }
  }

  /** Logs out and lets go of the library. */
  close(): void {
    this.#opened = undefined;
    this.#library?.C_Finalize();
    this.#library?.close();
    this.#library = undefined;
  }

  #open(library: PKCS11, at: TokenAddress): FoundKey {
    const token = theToken(library, at.token, at.shown);
    const session = openSession(library, token, at);
    return telling(library, token, `opening ${at.shown}`, at.shown, () => {
      login(session, token, at);
      const key = objects.theKey(session, 'privateKey', at.key, at.shown);
      this.#opened = { at, token, session, key };
      return describe(session, token, key);
    });
  }

  #sign({ scheme, bytes }: Extract<Question, { ask: 'sign' }>): Uint8Array {
    if (this.#opened === undefined) throw new Error('nothing is opened');
    const { at, token, session, key } = this.#opened;
    const { library, handle } = session;
    const { mechanism, input } = mechanismOf(scheme, bytes);
    if (flagsNow(library, token) === undefined) throw removedFault(at.shown);
    return telling(library, token, `signing with ${at.shown}`, at.shown, () => {
      library.C_SignInit(handle, mechanism, key);
      if (objects.flagOf(session, key, CKA.alwaysAuthenticate) === true) {
        enter(session, CKU.contextSpecific, token, at);
      }
      return library.C_Sign(handle, input, Buffer.alloc(SIGNATURE));
    });
  }
}

function create(library: PKCS11, { at, type, id }: Extract<Question, { ask: 'create' }>): void {
  const token = theToken(library, at.token, at.shown);
  const session = openSession(library, token, at, CKF_SESSION.readWrite);
  telling(library, token, `making ${at.shown}`, at.shown, () => {
    login(session, token, at);
    for (const kind of ['privateKey', 'publicKey'] as const) {
      if (objects.findKeys(session, kind, { label: at.key.label }).length > 0) {
        throw new Fault(
          'key/exists',
          `${at.shown} is there already.`,
          'Choose another name; a key is never overwritten.',
        );
      }
    }
    const { mechanism, publicTemplate, privateTemplate } = creation(type, at.key.label ?? '', id);
    library.C_GenerateKeyPair(session.handle, mechanism, publicTemplate, privateTemplate);
  });
  library.C_CloseSession(session.handle);
}

function publicKey(library: PKCS11, at: TokenAddress): FoundKey {
  const token = theToken(library, at.token, at.shown);
  const session = openSession(library, token, at);
  return telling(library, token, `reading ${at.shown}`, at.shown, () => {
    if (at.pin !== undefined && objects.findKeys(session, 'publicKey', at.key).length === 0) login(session, token, at);
    const key = objects.theKey(session, 'publicKey', at.key, at.shown);
    return {
      token: token.description,
      ...objects.nameOf(session, key),
      public: objects.publicPartsOf(session, key),
      attributes: undefined,
    };
  });
}

function listToken(library: PKCS11, token: Token, at: TokenAddress): FoundKey[] {
  const session = openSession(library, token, at);
  return telling(library, token, `listing ${at.shown}`, at.shown, () => {
    if (at.pin !== undefined) login(session, token, at);
    const own = objects.findKeys(session, 'privateKey', at.key).map((key) => describe(session, token, key));
    const names = new Set(own.map(nameKey));
    const alone = objects
      .findKeys(session, 'publicKey', at.key)
      .map((key) => ({
        token: token.description,
        ...objects.nameOf(session, key),
        public: objects.publicPartsOf(session, key),
        attributes: undefined,
      }))
      .filter((found) => !names.has(nameKey(found)));
    library.C_CloseSession(session.handle);
    return [...own, ...alone];
  });
}

function nameKey({ id, label }: Pick<FoundKey, 'id' | 'label'>): string {
  return id.length > 0 ? `id ${Buffer.from(id).toString('hex')}` : `label ${label}`;
}

function describe(session: objects.Session, token: Token, key: Handle): FoundKey {
  return {
    token: token.description,
    ...objects.nameOf(session, key),
    public: objects.publicHalfOf(session, key),
    attributes: objects.attributesOf(session, key),
  };
}

function openSession(library: PKCS11, token: Token, at: TokenAddress, more = 0): objects.Session {
  return telling(library, token, 'opening a session', at.shown, () => ({
    library,
    handle: library.C_OpenSession(token.slot, CKF_SESSION.serial | more),
  }));
}

/** Logs in where the token asks for it; once, for wrong PINs lock. @throws Fault `key/pin-…`, `key/wrong-pin` */
function login(session: objects.Session, token: Token, at: TokenAddress): void {
  const flags = flagsNow(session.library, token) ?? token.flags;
  if ((flags & CKF_TOKEN.loginRequired) === 0) return;
  if ((flags & CKF_TOKEN.pinLocked) !== 0) throw pinLocked(at.shown);
  enter(session, CKU.user, token, at);
}

function enter({ library, handle }: objects.Session, user: number, token: Token, at: TokenAddress): void {
  const padOfItsOwn = (token.flags & CKF_TOKEN.protectedAuthentication) !== 0;
  if (at.pin === undefined && !padOfItsOwn) throw pinMissing(at.shown);
  try {
    library.C_Login(handle, user, at.pin);
  } catch (refusal) {
    if (resultOf(refusal) === CKR.alreadyLoggedIn) return;
    const flags = flagsNow(library, token);
    throw flags === undefined ? removedFault(at.shown, refusal) : pinFault(refusal, at.shown, flags);
  }
}

/** Runs calls; when one fails, the token that is not there any more is the reason. */
function telling<T>(library: PKCS11, token: Token, doing: string, shown: string, calls: () => T): T {
  try {
    return calls();
  } catch (thrown) {
    if (!(thrown instanceof Fault) && flagsNow(library, token) === undefined) throw removedFault(shown, thrown);
    throw deviceFault(thrown, doing, shown);
  }
}
