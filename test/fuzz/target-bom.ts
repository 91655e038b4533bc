// SBOMs of every format that is read, and what is written of those that are.
import { readBom } from '../../src/bom/read.ts';
import { sbomFormats } from '../../src/bom/formats.ts';
import type { Bom } from '../../src/bom/types.ts';
import { writeBom } from '../../src/bom/write.ts';
import { catalogers } from '../../src/catalog/all.ts';
import { catalogFiles } from '../fakes/catalog.ts';
import { broken } from './mutate.ts';
import type { Seeds } from './seeds.ts';
import type { Target } from './targets.ts';

const tool = { name: 'fuzz', version: '1' };
const formats = sbomFormats.filter((format) => format.kind === 'document').map(({ name }) => name);
/** Whose packages the samples list. */
const LISTED: readonly string[] = ['conda', 'composer', 'opam'];

export function bomTarget({ files }: Seeds): Target {
  const root = LISTED.flatMap((id) => files.get(id) ?? []).map(({ path, bytes }) => [path, bytes] as const);
  const listed = catalogers.filter(({ id }) => LISTED.includes(id));
  const bom: Bom = {
    subject: {
      name: 'sample',
      version: '1',
      platform: 'linux/amd64',
      configDigest: `sha256:${'ab'.repeat(32)}`,
      diffIds: [`sha256:${'cd'.repeat(32)}`],
      distribution: { id: 'debian', versionId: '13', prettyName: 'Debian' },
      created: 0,
    },
    packages: catalogFiles(listed, Object.fromEntries(root)).packages,
    files: [],
  };
  const documents = formats.map((format) => Buffer.from([...writeBom(bom, format, tool)].join('')));
  return {
    name: 'bom',
    weight: 8,
    make: (random) => ({ bytes: broken(random.pick(documents), random, documents) }),
    run({ bytes }, random) {
      const read = readBom(bytes, 'it');
      for (const _ of writeBom(read, random.pick(formats), tool));
    },
  };
}
