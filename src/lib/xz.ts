// xz files in memory: what they hold, decoded into a buffer of the size that they state.
import { malformedCompression } from './compression-faults.ts';

/** Bytes that the decoder is given at a time. */
const STEP = 1 << 16;

/**
 * The decompressed size that an xz file's own index states (xz format 1.2, sections 2.1.2 and 4).
 * @throws Fault `compression/malformed`
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

/**
 * Decodes on a thread of the decoder's own, which holds its window and a few chunks beside the result.
 * @param size what {@link xzSize} says; decoding ends as soon as there is more
 * @throws Fault `compression/malformed`, also when there is less
 */
export async function decodeXz(bytes: Buffer, size: number, what: string): Promise<Buffer> {
  // Only what is compressed so pays for loading its decoder.
  const { xz } = await import('@napi-rs/lzma');
  try {
    const out = Buffer.allocUnsafeSlow(size);
    let at = 0;
    for await (const chunk of xz.decompressStream(inSteps(bytes))) {
      if (at + chunk.length > size) throw new Error('it holds more than its index states');
      out.set(chunk, at);
      at += chunk.length;
      giveBackWhole(chunk);
    }
    if (at < size) throw new Error('it holds less than its index states');
    return out;
  } catch (cause) {
    throw malformedCompression(what, cause);
  }
}

/**
 * The content in chunks as they are decoded, for who needs its beginning alone: nothing more is decoded when no more is
 * asked for. A chunk's memory is given back when the next is asked for. What it comes to is the caller's to bound.
 * @throws Fault `compression/malformed`
 */
export async function* xzChunks(bytes: Buffer, what: string): AsyncGenerator<Buffer> {
  const { xz } = await import('@napi-rs/lzma');
  const reader = xz.decompressStream(inSteps(bytes)).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      giveBackWhole(value);
    }
  } catch (cause) {
    throw malformedCompression(what, cause);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function inSteps(bytes: Buffer): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.subarray(at, (at += STEP)));
      else controller.close();
    },
  });
}

// Thousands of chunks a second: waiting for the collector would double the memory.
function giveBackWhole({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
