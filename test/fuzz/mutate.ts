// Damage of the sort that the bytes call for.
import { isProgram } from '../../src/catalog/catalog.ts';
import { brokenBytes } from './mutate-bytes.ts';
import { brokenJson, parsed } from './mutate-json.ts';
import { brokenText } from './mutate-text.ts';
import { brokenXml } from './mutate-xml.ts';
import { brokenZip } from './mutate-zip.ts';
import type { Random } from './random.ts';

/** @param others of the same kind, to splice with */
export function broken(bytes: Buffer, random: Random, others: readonly Buffer[] = [bytes]): Buffer {
  if (random.once(8)) return brokenBytes(bytes, random, others);
  if (bytes.toString('latin1', 0, 4) === 'PK\x03\x04') {
    return brokenZip(bytes, random, (inner) => broken(inner, random));
  }
  if (isProgram(bytes) || bytes.subarray(0, 4096).includes(0)) return brokenBytes(bytes, random, others);
  const start = bytes[0];
  if ((start === 0x7b || start === 0x5b) && bytes.length < 1 << 20) {
    const text = bytes.toString('utf8');
    if (parsed(text) !== undefined) return brokenJson(text, random);
  }
  if (start === 0x3c && !random.once(3)) return brokenXml(bytes.toString('utf8'), random);
  return brokenText(bytes, random, others);
}
