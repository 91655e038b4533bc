// Indexes, manifests and configs of images.
import { Fault } from '../../src/lib/faults.ts';
import { parseDocument, parseImageConfig, parseIndex, parseManifest } from '../../src/oci/documents.ts';
import { mediaTypes } from '../../src/oci/types.ts';
import { broken } from './mutate.ts';
import type { Seeds } from './seeds.ts';
import type { Target } from './targets.ts';

const readers: readonly ((bytes: Buffer) => unknown)[] = [
  (bytes) => parseDocument(bytes),
  (bytes) => parseDocument(bytes, mediaTypes.manifest),
  (bytes) => parseDocument(bytes, mediaTypes.index),
  parseManifest,
  parseIndex,
  parseImageConfig,
];

export function documentTarget({ documents }: Seeds): Target {
  return {
    name: 'documents',
    weight: 10,
    make: (random) => ({ bytes: broken(random.pick(documents), random, documents) }),
    run({ bytes }) {
      const faults = readers.map((read) => faultOf(() => read(bytes)));
      const [first] = faults;
      // One that any of them takes is read.
      if (first !== undefined && faults.every((fault) => fault !== undefined)) throw first;
    },
  };
}

function faultOf(read: () => unknown): Fault | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}
