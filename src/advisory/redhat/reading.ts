// Documents to records.
import { parseCsaf } from '../../csaf/document.ts';
import { Fault } from '../../lib/faults.ts';
import { inParallel } from '../../lib/parallel.ts';
import type { FeedFiles, FeedRecord, FeedRequest } from '../feed.ts';
import type { Advisory } from '../types.ts';
import { advisoriesOf } from './advisory.ts';
import { DOCUMENT } from './archive.ts';
import { idOfPath } from './lists.ts';

/** Documents that are asked for at once. */
const WIDTH = 8;

/** Turns documents into records, and knows of which ecosystems they spoke. */
export class Documents {
  readonly ecosystems = new Set<string>();
  readonly #wanted: ReadonlySet<string> | undefined;

  /** @param wanted by their normal names; `Red Hat` alone is all */
  constructor(wanted: readonly string[] | undefined) {
    this.#wanted = wanted === undefined || wanted.includes('Red Hat') ? undefined : new Set(wanted);
  }

  /** @param known whether an earlier reading may have given it: a document that says nothing of what is wanted is then `gone` */
  *records(path: string, bytes: Buffer | undefined, known: boolean): Generator<FeedRecord> {
    try {
      if (bytes === undefined) throw tooLarge(path);
      const advisories = this.#read(path, bytes);
      if (advisories.length === 0 && known) yield { kind: 'gone', id: idOfPath(path) };
      for (const advisory of advisories) yield { kind: 'advisory', advisory };
    } catch (error) {
      if (!(error instanceof Fault) || !/^(?:csaf|json)\//.test(error.code)) throw error;
      yield { kind: 'skipped', record: path, code: error.code, reason: error.message };
    }
  }

  /** Documents that stand for themselves, a few at once, in their order; those that are not there are skipped. */
  async *each(
    files: FeedFiles,
    request: FeedRequest,
    paths: readonly string[],
    known: boolean,
  ): AsyncGenerator<FeedRecord, ReadonlySet<string>> {
    const given = new Set<string>();
    for (let at = 0; at < paths.length; at += WIDTH) {
      const some = paths.slice(at, at + WIDTH);
      const contents = await inParallel(some, WIDTH, async (path) => await contentOf(files, path), request.signal);
      for (const [i, path] of some.entries()) {
        const bytes = contents[i];
        if (bytes === undefined) continue;
        given.add(path);
        yield* this.records(path, bytes, known);
      }
      if (at % (WIDTH * 50) === 0) request.progress?.(`Red Hat: ${at + some.length} of ${paths.length} documents`);
    }
    return given;
  }

  *covered(): Generator<FeedRecord> {
    for (const ecosystem of [...this.ecosystems].sort()) yield { kind: 'covers', ecosystem, scope: 'all' };
  }

  #read(path: string, bytes: Buffer): readonly Advisory[] {
    const document = parseCsaf(bytes, path);
    if (document.status === 'deleted') return [];
    const advisories = advisoriesOf(document, path, (ecosystem) => this.#wanted?.has(ecosystem) !== false);
    for (const { affected } of advisories) for (const { ecosystem } of affected) this.ecosystems.add(ecosystem);
    return advisories;
  }
}

async function contentOf(files: FeedFiles, path: string): Promise<Buffer | undefined> {
  await using file = await files.open(path, DOCUMENT);
  return file === undefined ? undefined : await file.all();
}

function tooLarge(path: string): Fault {
  return new Fault('csaf/too-large', `${path} is larger than ${DOCUMENT} bytes.`, 'Tell its publisher.');
}
