// What goes wrong with a key in a service, under the same codes for every service.
import { Fault } from '../../lib/faults.ts';

/** The faults of one key. */
export class KmsFaults {
  readonly service: string;
  readonly reference: string;

  /** @param service its name, as it stands in sentences; @param reference as cosign writes it */
  constructor(service: string, reference: string) {
    this.service = service;
    this.reference = reference;
  }

  /** Before anything is asked: a reference or a variable is wrong. */
  settings(problem: string, hint: string, cause?: unknown): Fault {
    return new Fault('key/kms-settings', `The key in ${this.service} cannot be asked for: ${problem}.`, hint, {
      cause,
    });
  }

  missing(what: string, hint: string): Fault {
    return new Fault('key/object-missing', `${this.service} has no ${what}.`, hint);
  }

  exists(hint = 'Choose another name; a key is never overwritten.'): Fault {
    return new Fault('key/exists', `${this.reference} is there already.`, hint);
  }

  /** @param what what was asked for, @param said the service's own words, or none */
  denied(what: string, said: string, hint: string): Fault {
    return new Fault('key/kms-denied', `${this.service} denies ${what}${said === '' ? '' : `: ${said}`}.`, hint);
  }

  unsupported(sentence: string, hint: string): Fault {
    return new Fault('key/kms-unsupported', sentence, hint);
  }

  extractable(why: string): Fault {
    return new Fault(
      'key/extractable',
      `${why}.`,
      'Make a key in the service that cannot leave it, or sign with this one all the same with --allow-extractable-key.',
    );
  }

  /** The service answers with what it should not. */
  strange(
    what: string,
    hint = 'Try again; if it stays so, check the key with the tools of the service.',
    cause?: unknown,
  ) {
    return new Fault('key/kms-failed', `${this.service} answered for ${this.reference} with ${what}.`, hint, { cause });
  }
}
