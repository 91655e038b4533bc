// From the archive that a definition names to the address that it is fetched from.
import type { SourceEntry } from '../deb/sources-list.ts';
import { Fault } from '../lib/faults.ts';
import { hostMirror } from './host.ts';
import { type ArchiveSymbol, isSymbol, isWebAddress } from './sources.ts';

export interface MirrorSettings {
  /** Where TEMPER_DEBIAN_MIRROR and TEMPER_DEBIAN_SECURITY_MIRROR are looked up. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Temper's configuration file's addresses, by symbol. */
  readonly configured?: Readonly<Partial<Record<ArchiveSymbol, string | undefined>>> | undefined;
  /** The host's own apt sources; read when the others say nothing. */
  readonly host: () => Promise<readonly SourceEntry[]>;
}

const VARIABLES: Readonly<Record<ArchiveSymbol, string>> = {
  'debian:': 'TEMPER_DEBIAN_MIRROR',
  'debian-security:': 'TEMPER_DEBIAN_SECURITY_MIRROR',
};

export class Mirrors {
  readonly #settings: MirrorSettings;
  #host: Promise<readonly SourceEntry[]> | undefined;

  constructor(settings: MirrorSettings) {
    this.#settings = settings;
  }

  /**
   * The address of an archive, without a slash at its end: a URL is its own; a symbol's comes from the environment, else
   * the configuration file, else the host's apt sources. It may hold a password: see `redactUrl`.
   * @throws Fault `archive/no-mirror`, `archive/mirror-malformed`
   */
  async address(archive: string): Promise<string> {
    if (!isSymbol(archive)) return archive;
    const variable = VARIABLES[archive];
    const given = this.#settings.environment[variable] || this.#settings.configured?.[archive];
    if (given !== undefined && given !== '') return checked(given, archive);
    this.#host ??= this.#settings.host();
    const found = hostMirror(archive, await this.#host);
    if (found !== undefined) return found;
    throw new Fault(
      'archive/no-mirror',
      `Nothing says where the archive "${archive}" is.`,
      `Set ${variable} to the address of a Debian mirror, or write it in the configuration file.`,
    );
  }
}

function checked(address: string, archive: ArchiveSymbol): string {
  if (isWebAddress(address) && !/[?#\s]/.test(address)) return address.replace(/\/+$/, '');
  throw new Fault(
    'archive/mirror-malformed',
    `The address given for "${archive}" is not an http or https URL.`,
    `Check ${VARIABLES[archive]} and the configuration file.`,
  );
}
