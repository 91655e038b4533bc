// Names that are bytes, in JSON: as text, and in base64 where the text could be read as another name.
import { pathText } from '../../lib/bytes.ts';
import { decodeBase64 } from '../../dsse/base64.ts';
import { type Members, malformed } from '../graph/members.ts';
import { readPath } from '../graph/properties.ts';

/** `{ path: 'usr/bin/x' }`, with `pathBytes` where that is needed; a leading slash stays. */
export function pathMember(member: string, path: string): Record<string, string> {
  if (PLAIN.test(path)) return { [member]: path };
  const text = pathText(path);
  return readText(text) === path
    ? { [member]: text }
    : { [member]: text, [`${member}Bytes`]: Buffer.from(path, 'latin1').toString('base64') };
}

const PLAIN = /^[\x20-\x5b\x5d-\x7e]*$/;

/** Reads {@link pathMember} back; `undefined` where there is none. */
export function readPathMember(of: Members, member: string): string | undefined {
  const bytes = of.text(`${member}Bytes`);
  const text = of.text(member);
  if (bytes === undefined) return text === undefined ? undefined : readText(text);
  const decoded = decodeBase64(bytes);
  if (decoded === undefined) throw malformed(`"${of.path}.${member}Bytes" is no base64`);
  return decoded.toString('latin1');
}

function readText(text: string): string {
  return text.includes('\\x') ? readPath(text, true) : Buffer.from(text, 'utf8').toString('latin1');
}
