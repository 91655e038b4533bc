// Content is what its descriptor says, or it is not handed out.
import { Digester } from '../lib/digest.ts';
import { Fault } from '../lib/faults.ts';
import type { Descriptor } from '../oci/types.ts';

export type Content = Pick<Descriptor, 'digest' | 'size'>;

/** The chunks as they come. @throws Fault `repository/altered` at the end, or as soon as there are too many bytes. */
export async function* verified(
  content: Content,
  chunks: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array> {
  const digester = new Digester();
  for await (const chunk of chunks) {
    digester.update(chunk);
    if (digester.size > content.size) throw altered(content, name, `it has more than ${content.size} bytes`);
    yield chunk;
  }
  if (digester.size !== content.size) {
    throw altered(content, name, `it has ${digester.size} bytes instead of ${content.size}`);
  }
  const found = digester.digest();
  if (found !== content.digest) throw altered(content, name, `its digest is ${found}`);
}

/** The chunks as they come, their digest not looked at. @throws Fault `repository/altered` at the end, or as soon as there are too many bytes. */
export async function* sized(
  content: Content,
  chunks: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > content.size) throw altered(content, name, `it has more than ${content.size} bytes`);
    yield chunk;
  }
  if (size !== content.size) throw altered(content, name, `it has ${size} bytes instead of ${content.size}`);
}

/** All the bytes, verified. @throws Fault `repository/too-large` when the descriptor promises more than `limit`; as {@link verified}. */
export async function collect(
  content: Content,
  limit: number,
  chunks: () => AsyncIterable<Uint8Array>,
  name: string,
): Promise<Buffer> {
  if (content.size > limit) {
    throw new Fault(
      'repository/too-large',
      `${content.digest} in ${name} has ${content.size} bytes, more than the ${limit} that are read.`,
      'Check that the reference names the right thing.',
    );
  }
  const parts: Uint8Array[] = [];
  for await (const chunk of verified(content, chunks(), name)) parts.push(chunk);
  return Buffer.concat(parts);
}

export function altered(content: Pick<Descriptor, 'digest'>, name: string, why: string): Fault {
  return new Fault(
    'repository/altered',
    `${content.digest} in ${name} is not what its digest says: ${why}.`,
    'Do not use it: it was altered or is damaged. Copy or build it again.',
  );
}

export function notFound(reference: string, name: string, hint: string): Fault {
  return new Fault('repository/not-found', `There is no ${reference} in ${name}.`, hint);
}
