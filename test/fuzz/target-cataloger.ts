// One cataloger over files of which one is broken; the rest of the root is whole.
import type { Cataloger, CatalogFile, FileContent } from '../../src/catalog/types.ts';
import { Fault } from '../../src/lib/faults.ts';
import { type Cataloged, catalogFiles } from '../fakes/catalog.ts';
import { insideRoot } from './check.ts';
import { broken } from './mutate.ts';
import type { Seeds } from './seeds.ts';
import type { Target } from './targets.ts';

export function catalogerTarget(cataloger: Cataloger<unknown>, seeds: Seeds, weight: number): Target {
  const files = seeds.files.get(cataloger.id) ?? [];
  const root = Object.fromEntries(files.map(({ path, bytes }) => [path, bytes]));
  return {
    name: cataloger.id,
    weight,
    make(random) {
      const { path, bytes } = random.pick(files);
      const others = files.filter((file) => file.bytes.length < 1 << 20).map((file) => file.bytes);
      return { path, bytes: broken(bytes, random, others.length === 0 ? [bytes] : others) };
    },
    run({ path = '', bytes }) {
      const fault: { last?: Fault } = {};
      // Large files that are whole say nothing new.
      const around = Object.entries(root).filter(([, one]) => one.length < 64 << 10);
      const found = cataloged(watched(cataloger, fault), { ...Object.fromEntries(around), [path]: bytes });
      for (const one of found.packages) {
        for (const at of one.locations ?? []) insideRoot(at.path, 'a location');
        if (!one.purl.startsWith('pkg:')) throw new Error(`no purl: ${one.purl.slice(0, 100)}`);
      }
      if (fault.last !== undefined) throw fault.last;
    },
  };
}

// What was parsed is assembled, whatever it is: a fault there would cost all the others' packages.
function cataloged(cataloger: Cataloger<unknown>, files: Readonly<Record<string, Buffer>>): Cataloged {
  try {
    return catalogFiles(cataloger, files);
  } catch (error) {
    if (error instanceof Fault) throw new Error(`assemble threw ${error.code}: ${error.message}`, { cause: error });
    throw error;
  }
}

function watched(cataloger: Cataloger<unknown>, fault: { last?: Fault }): Cataloger<unknown> {
  return {
    ...cataloger,
    parse(file: CatalogFile) {
      try {
        return cataloger.parse({ ...file, content: bounded(file.content) });
      } catch (error) {
        if (error instanceof Fault) fault.last = error;
        throw error;
      }
    },
  };
}

/** Content that is only asked for what could be there. */
function bounded(content: FileContent): FileContent {
  return {
    size: content.size,
    read(offset, length) {
      const asked = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
      if (!asked) throw new Error(`a read of ${length} bytes from ${offset}`);
      return content.read(offset, length);
    },
    all: () => content.all(),
  };
}
