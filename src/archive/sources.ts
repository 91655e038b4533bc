// The repositories of a definition: apt's one-line form, with symbolic names for Debian's own archives.
import { parseSourceLine } from '../deb/sources-list.ts';
import { Fault } from '../lib/faults.ts';

/** Names of Debian's archives in definitions, which carry no address. */
export type ArchiveSymbol = 'debian:' | 'debian-security:';

export interface RepositorySource {
  /** `debian: trixie`: the archive and the suite, unique among a definition's repositories. */
  readonly name: string;
  /** A symbol, or an http(s) URL without a slash at its end. */
  readonly archive: string;
  readonly suite: string;
  readonly components: readonly string[];
  /** Debian's architectures that it is used for; `undefined`: all. */
  readonly architectures: readonly string[] | undefined;
  /** The keyring that the definition names for it. */
  readonly signedBy: string | undefined;
}

const SUITE = /^[A-Za-z0-9][A-Za-z0-9+._~-]*(?:\/[A-Za-z0-9][A-Za-z0-9+._~-]*)*$/;
const COMPONENT = SUITE;
const OPTIONS: ReadonlySet<string> = new Set(['signed-by', 'arch']);

export function isSymbol(archive: string): archive is ArchiveSymbol {
  return archive === 'debian:' || archive === 'debian-security:';
}

/**
 * Reads `contents.repositories`: `deb [signed-by=NAME arch=A,B] URL-or-symbol suite component…`.
 * @throws Fault `archive/source-malformed`: anything else, options that are not obeyed here (`trusted` above all),
 * an address with a password, an archive and suite that come twice.
 */
export function parseSources(lines: readonly string[]): RepositorySource[] {
  const sources = lines.map(parseSource);
  for (const [i, source] of sources.entries()) {
    if (sources.findIndex((other) => other.name === source.name) !== i) {
      throw malformed(`${source.name} comes twice`, 'Write all components of a suite in one line.');
    }
  }
  return sources;
}

function parseSource(line: string): RepositorySource {
  const entry = parseSourceLine(line);
  const [suite = ''] = entry?.suites ?? [];
  if (entry === undefined || entry.type !== 'deb') {
    throw malformed(`"${withoutSecrets(line)}" is no source of packages`, FORM);
  }
  for (const name of entry.options.keys()) {
    if (!OPTIONS.has(name)) {
      throw malformed(`the option ${name} of ${suite} is not supported`, 'Only signed-by and arch may be given.');
    }
  }
  if (!SUITE.test(suite) || entry.components.length === 0 || !entry.components.every((c) => COMPONENT.test(c))) {
    throw malformed(`"${withoutSecrets(line)}" has no suite with components`, FORM);
  }
  const archive = archiveOf(entry.uri);
  return {
    name: `${archive} ${suite}`,
    archive,
    suite,
    components: [...new Set(entry.components)],
    architectures: entry.options.get('arch')?.split(','),
    signedBy: entry.options.get('signed-by'),
  };
}

const FORM = 'Write: deb debian: trixie main, or an http(s) address in place of "debian:".';

function archiveOf(uri: string): string {
  const archive = uri.replace(/\/+$/, '');
  if (isSymbol(archive)) return archive;
  if (!isWebAddress(archive)) throw malformed('an address is neither http(s) nor debian: or debian-security:', FORM);
  const { username, password, search, hash } = new URL(archive);
  if (username !== '' || password !== '' || search !== '' || hash !== '') {
    throw malformed(
      'an address has a user name, password, query or fragment',
      'A definition is public: write debian: and give the address in TEMPER_DEBIAN_MIRROR.',
    );
  }
  return archive;
}

/** Whether a text is an http or https URL. */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\/[^/]/i.test(text) && URL.canParse(text);
}

/** A line for a message, with what may be credentials cut out. */
function withoutSecrets(line: string): string {
  return line.slice(0, 200).replace(/\/\/[^/\s]*@/g, '//…@');
}

function malformed(why: string, hint: string): Fault {
  return new Fault('archive/source-malformed', `The definition's repositories cannot be read: ${why}.`, hint);
}
