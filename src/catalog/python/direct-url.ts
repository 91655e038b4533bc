// direct_url.json: where a distribution came from other than an index (PyPA specifications, "Direct URL").
import type { PackageHash } from '../../bom/types.ts';
import { parseJson } from '../../lib/json.ts';
import { type PackageOrigin, downloadOrigin, vcsOrigin } from '../../purl/origin.ts';
import { objectOf, textOf } from '../untrusted.ts';

export interface DirectUrl {
  readonly origin?: PackageOrigin | undefined;
  readonly editable?: true | undefined;
  readonly hashes?: readonly PackageHash[] | undefined;
}

/** @throws Fault `json/malformed` */
export function readDirectUrl(bytes: Buffer, what: string): DirectUrl {
  const json = objectOf(parseJson(bytes, what));
  const url = textOf(json?.['url'], 2000) ?? '';
  const vcs = objectOf(json?.['vcs_info']);
  const archive = objectOf(json?.['archive_info']);
  const sha256 =
    textOf(objectOf(archive?.['hashes'])?.['sha256']) ?? /^sha256=(.*)$/.exec(textOf(archive?.['hash']) ?? '')?.[1];
  return {
    origin:
      vcs === undefined
        ? downloadOrigin(url)
        : vcsOrigin(url, textOf(vcs['commit_id']) ?? textOf(vcs['requested_revision']), textOf(vcs['vcs'])),
    editable: objectOf(json?.['dir_info'])?.['editable'] === true ? true : undefined,
    hashes: sha256Hashes(sha256),
  };
}

/** A hash in hexadecimal as the package's; `undefined` for what is none. */
export function sha256Hashes(hex: string | undefined): readonly PackageHash[] | undefined {
  return hex !== undefined && /^[0-9a-f]{64}$/i.test(hex)
    ? [{ algorithm: 'SHA-256', value: hex.toLowerCase() }]
    : undefined;
}
