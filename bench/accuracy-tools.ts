// The packages of an image by Temper, by its ecosystem's own tool and by syft.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parsePackageUrl } from '../src/purl/purl.ts';
import type { Listed, WithEdges } from './accuracy-compare.ts';
import type { Subject } from './accuracy-subjects.ts';
import { expectedPackages } from './corpus.ts';
import { measure } from './measure.ts';

const temper = join(import.meta.dirname, '../bin/temper.js');

/** `undefined` where the image cannot be read, which is said. */
export async function byTemper({ name, reference }: Subject): Promise<readonly WithEdges[] | undefined> {
  try {
    const run = await measure(process.execPath, [temper, 'sbom', reference, '--json', '--no-cache', '--quiet']);
    const { packages = [] } = JSON.parse(run.stdout) as { packages?: Partial<WithEdges>[] };
    return packages.map((one) => ({
      ...(one as WithEdges),
      ...identity(one.purl ?? ''),
      dependencies: one.dependencies ?? [],
    }));
  } catch (error) {
    const [, reason = String(error)] = /(temper: .*)/.exec(String(error)) ?? [];
    console.log(`\n${name}: not read: ${reason}`);
    return undefined;
  }
}

/** Empty where the corpus has no list. */
export function byOwnTool({ name, kinds = [] }: Subject): readonly Listed[] {
  const [first = ''] = kinds;
  if (first === '') return [];
  return [...expectedPackages({ name, layout: '', tag: '' })].map((line) => {
    const gem = line.startsWith('gem:');
    const text = gem ? line.slice(4) : line;
    const at = text.lastIndexOf('@');
    return { kind: gem ? 'gem' : first, name: text.slice(0, at), version: text.slice(at + 1) };
  });
}

/** `undefined` where syft is not here or cannot read the image. */
export async function bySyft({ syft }: Subject): Promise<readonly Listed[] | undefined> {
  const program = join(homedir(), '.cache/temper-peers/bin/syft');
  if (!existsSync(program)) return undefined;
  try {
    const run = await measure(program, ['-q', syft, '-o', 'syft-json'], {
      env: { SYFT_CHECK_FOR_APP_UPDATE: 'false' },
    });
    const { artifacts } = JSON.parse(run.stdout) as { artifacts: { purl: string }[] };
    return artifacts.filter(({ purl }) => purl !== '').map(({ purl }) => identity(purl));
  } catch {
    return undefined;
  }
}

/** Names as the ecosystem writes them; distributions' names are spelt differently as namespaces, and left out. */
function identity(purl: string): Listed {
  const { type, namespace = '', name, version: stated = '', qualifiers } = parsePackageUrl(purl);
  const epoch = type === 'rpm' ? qualifiers?.['epoch'] : undefined;
  const version = epoch === undefined ? stated : `${epoch}:${stated}`;
  if (namespace === '' || ['deb', 'rpm', 'apk', 'alpm'].includes(type)) return { kind: type, name, version };
  return { kind: type, name: `${namespace}${type === 'maven' ? ':' : '/'}${name}`, version };
}
