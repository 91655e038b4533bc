// node_modules/.package-lock.json: what npm put there (npm's documentation, "package-lock.json", "Hidden Lockfiles").
import { type BytePath, bytePath, parentOf, pathText } from '../../lib/bytes.ts';
import { parseJson } from '../../lib/json.ts';
import { membersOf, objectOf, textOf } from '../untrusted.ts';

/** Where a package was fetched from. */
export interface Fetched {
  /** The folder, from the root. */
  readonly folder: BytePath;
  readonly resolved?: string;
  readonly integrity?: string;
}

/** @throws Fault `json/malformed` */
export function readInstalledLock(path: BytePath, bytes: Buffer): readonly Fetched[] {
  const json = objectOf(parseJson(bytes, pathText(path)));
  const root = parentOf(parentOf(path));
  return membersOf(json?.['packages']).flatMap(([key, value]) => {
    const entry = objectOf(value);
    const resolved = textOf(entry?.['resolved'], 2000);
    const integrity = textOf(entry?.['integrity']);
    if (entry?.['link'] === true || (resolved === undefined && integrity === undefined)) return [];
    const folder = root === '' ? bytePath(key) : `${root}/${bytePath(key)}`;
    return [
      { folder, ...(resolved === undefined ? {} : { resolved }), ...(integrity === undefined ? {} : { integrity }) },
    ];
  });
}
