// What accuracy is measured on: the corpus, the images that are named, and the shared archives.
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { corpusImages } from './corpus.ts';

export interface Subject {
  readonly name: string;
  /** As Temper names it, and syft. */
  readonly reference: string;
  readonly syft: string;
  /** What is compared; all kinds where it is not said. */
  readonly kinds: readonly string[] | undefined;
  /** Whether its orphans count. */
  readonly judged: boolean;
}

/** The kinds that an image of the corpus is about. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  npm: ['npm'],
  python: ['pypi'],
  java: ['maven'],
  go: ['golang'],
  rust: ['cargo'],
  rails: ['deb', 'gem'],
  rpm: ['rpm'],
};

/** @param layouts more images: `oci:DIR:TAG` */
export async function accuracySubjects(layouts: readonly string[]): Promise<Subject[]> {
  const corpus = (await corpusImages()).map(({ name, layout, tag }) => inLayout(name, layout, tag, KINDS[name], true));
  const missing = Object.keys(KINDS).filter((name) => !corpus.some((one) => one.name === name));
  if (missing.length > 0) console.log(`not built: ${missing.join(', ')} (npm run bench -- corpus)`);
  return [...corpus, ...layouts.map(layoutSubject), ...shared()];
}

/** @param reference `oci:DIR:TAG`, a layout of one image, since syft takes no others */
function layoutSubject(reference: string): Subject {
  const [, layout = '', tag = ''] = /^oci:(.*):([^:/]+)$/.exec(reference) ?? [];
  if (layout === '') throw new Error(`bench: ${reference} is not oci:DIR:TAG`);
  return inLayout(basename(layout), layout, tag, undefined, false);
}

function inLayout(
  name: string,
  layout: string,
  tag: string,
  kinds: readonly string[] | undefined,
  judged: boolean,
): Subject {
  return { name, reference: `oci:${layout}:${tag}`, syft: `oci-dir:${layout}`, kinds, judged };
}

function shared(): Subject[] {
  const folder = join(process.env['TEMPER_SHARED'] ?? join(import.meta.dirname, '../../shared'), 'images');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.tar'))
    .sort()
    .map((name) => ({
      name,
      reference: join(folder, name),
      syft: join(folder, name),
      kinds: undefined,
      judged: false,
    }));
}
