// What `temper trust` says to people and programs.
import type { WrittenRoot } from '../flow/trust/trust-parts.ts';
import type { ShownTrust } from '../flow/trust/trust-shown.ts';
import type { SignedFile } from '../flow/trust/trust-sign-file.ts';
import type { RepositoryStatus } from '../flow/trust/trust-status.ts';
import { documentJson } from './document.ts';
import { printable, table } from './table.ts';

/** A trust root that is followed: its roles, then its targets. */
export function trustText({ name, from, fetched, problem, roles, targets }: ShownTrust): string {
  const head = table([
    ['NAME', printable(name)],
    ['FROM', printable(from)],
    ['FETCHED', fetched],
    ...(problem === undefined ? [] : [['PROBLEM', printable(problem)]]),
  ]);
  const rows = roles.map(({ role, version, expires, expired, threshold, keys }) => [
    role,
    String(version),
    `${expires}${expired ? ' EXPIRED' : ''}`,
    `${threshold} of ${keys}`,
  ]);
  const files = targets.map((one) => [
    printable(one.name),
    String(one.bytes),
    one.sha256.slice(0, 12),
    printable(one.role),
  ]);
  return [
    head,
    '',
    table([['ROLE', 'VERSION', 'EXPIRES', 'KEYS'], ...rows], new Set([1])),
    '',
    table([['TARGET', 'BYTES', 'SHA-256', 'BY'], ...files], new Set([1])),
  ].join('\n');
}

/** One document, `urn:temper:schema:trust:1`. */
export function trustJson(shown: ShownTrust): string {
  return documentJson('trust', shown);
}

export function trustTable(all: readonly ShownTrust[]): string {
  if (all.length === 0) return 'no trust root is followed';
  const rows = all.map(({ name, from, fetched, problem, roles }) => {
    const until = roles.map(({ expires }) => expires).toSorted()[0] ?? '';
    return [printable(name), fetched, problem === undefined ? until : printable(problem), printable(from)];
  });
  return table([['NAME', 'FETCHED', 'COUNTS UNTIL', 'FROM'], ...rows]);
}

/** One document, `urn:temper:schema:trust-list:1`. */
export function trustListJson(all: readonly ShownTrust[]): string {
  return documentJson('trust-list', { trust: all });
}

/** A repository in a folder: what clients see, then what waits. */
export function repositoryText({ folder, published, targets, waiting }: RepositoryStatus): string {
  const rows = published.map(({ role, version, expires, expired, threshold, keys }) => [
    role,
    String(version),
    `${expires}${expired ? ' EXPIRED' : ''}`,
    `${threshold} of ${keys.map((id) => id.slice(0, 8)).join(', ')}`,
  ]);
  const lines = waiting.map(({ role, by, version, signed, threshold, missing, file }) => {
    const what = version === undefined ? role : `${role} ${version}`;
    const who = missing.map((id) => id.slice(0, 8)).join(', ');
    return `waiting: ${what} has ${signed} of ${threshold} signatures by keys of the ${by}; can still sign: ${who}${file === undefined ? '' : ` (${file})`}`;
  });
  return [
    `${printable(folder)}: ${published.length === 0 ? 'nothing is published yet' : 'published'}`,
    ...(rows.length === 0 ? [] : [table([['ROLE', 'VERSION', 'EXPIRES', 'KEYS'], ...rows], new Set([1]))]),
    ...targets.map((name) => `target: ${printable(name)}`),
    ...lines.map(printable),
  ].join('\n');
}

/** One document, `urn:temper:schema:trust-repository:1`. */
export function repositoryJson(status: RepositoryStatus): string {
  return documentJson('trust-repository', status);
}

export function signedFileText({ file, role, version, expires, signatures, targets }: SignedFile): string {
  return [
    `${printable(file)}: ${role} ${version}, expires ${printable(String(expires))}`,
    ...targets.map((name) => `target: ${printable(name)}`),
    ...signatures.map((id) => `signed by ${printable(id)}`),
  ].join('\n');
}

/** One document, `urn:temper:schema:trust-signed:1`. */
export function signedFileJson(signed: SignedFile): string {
  return documentJson('trust-signed', signed);
}

export function writtenRootText(written: WrittenRoot): string {
  return [
    printable(written.output ?? ''),
    `logs ${written.logs}, certificate authorities ${written.certificateAuthorities}, certificate logs ${written.certificateLogs}, timestamp authorities ${written.timestampAuthorities}`,
  ].join('\n');
}

/** One document, `urn:temper:schema:trusted-root:1`. */
export function writtenRootJson({ bytes: _bytes, ...rest }: WrittenRoot): string {
  return documentJson('trusted-root', rest);
}
