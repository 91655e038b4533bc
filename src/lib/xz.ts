// What an xz file says of its own size.
import { malformedCompression } from './compression-faults.ts';
/**
 * The decompressed size that an xz file's own index states (xz format 1.2, sections 2.1.2 and 4). The decoder holds
 * the file to it, so it bounds the output before decoding begins.
 */
export function xzSize(bytes: Buffer, what: string): number {
  let total = 0;
  let end = bytes.length;
  while (end > 0) {
    while (end >= 4 && bytes.readUInt32LE(end - 4) === 0) end -= 4; // stream padding
    if (end < 32 || bytes.toString('latin1', end - 2, end) !== 'YZ')
      throw malformedCompression(what, new Error('its footer is damaged'));
    const indexSize = (bytes.readUInt32LE(end - 8) + 1) * 4;
    const start = end - 12 - indexSize;
    if (start < 12 || bytes[start] !== 0) throw malformedCompression(what, new Error('its index is damaged'));
    const index = bytes.subarray(start + 1, end - 12);
    const cursor = { at: 0 };
    const count = variableInteger(index, cursor, what);
    let blocks = 0;
    for (let i = 0; i < count; i++) {
      blocks += Math.ceil(variableInteger(index, cursor, what) / 4) * 4;
      total += variableInteger(index, cursor, what);
    }
    end = start - blocks - 12;
    if (end < 0) throw malformedCompression(what, new Error('its index is damaged'));
  }
  return total;
}

function variableInteger(bytes: Buffer, cursor: { at: number }, what: string): number {
  let value = 0;
  for (let shift = 0; shift < 7; shift++) {
    const byte = bytes[cursor.at++];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** (7 * shift);
    if (byte < 0x80) return value;
  }
  throw malformedCompression(what, new Error('its index is damaged'));
}
