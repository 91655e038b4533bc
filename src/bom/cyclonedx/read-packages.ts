// The packages of a CycloneDX document in its JSON form, for those who want nothing else of it: read while it comes.
import { Fault } from '../../lib/faults.ts';
import { afterString, afterValue } from '../../lib/json-walk.ts';
import { JsonWindow } from '../../lib/json-window.ts';
import { documentOf } from '../documents.ts';
import { isObject, type JsonObject, Members } from '../graph/members.ts';
import { bomOfGraph } from '../graph/to-bom.ts';
import type { Bom } from '../types.ts';
import { CycloneDxReader } from './read.ts';
import { parsedJson, SlimComponents } from './slim-component.ts';

/** Members of the document that say nothing of packages. */
const UNWANTED: ReadonlySet<string> = new Set(['vulnerabilities', 'annotations', 'compositions', 'formulation']);
/** Most components that are kept: a document with as many is the other reader's, which bounds values. */
const COMPONENTS = 2_000_000;

/**
 * The same packages as the reader of whole documents gives, without licences, hashes and CPEs, and no files. In memory is one
 * component at a time beside what is kept of those before; files are passed over.
 * @param chunks of the document; each may be used again by its source when it is asked for the next
 * @returns `undefined` for what is no such document, or none that can be read so: the other reader knows what is wrong
 * @throws Fault `sbom/malformed`, `sbom/unknown-version`; faults of the source pass through
 */
export async function packagesOfCycloneDx(chunks: AsyncIterable<Uint8Array>, name: string): Promise<Bom | undefined> {
  const read = await new SlimReader(chunks, name).read();
  const document = read?.content['bomFormat'] === 'CycloneDX' ? documentOf(read.content, name) : undefined;
  if (read === undefined || document === undefined) return undefined;
  return { ...bomOfGraph(read.components.graph(new Members(document.content, ''))), files: [] };
}

/** Thrown inside, for what the other reader is to judge. */
class Unreadable extends Error {}

interface Read {
  /** The document without its components. */
  readonly content: JsonObject;
  readonly components: CycloneDxReader;
}

class SlimReader {
  readonly #window: JsonWindow;
  readonly #name: string;
  readonly #slim: SlimComponents;
  #reader: CycloneDxReader | undefined;
  #count = 0;
  readonly #look = (text: Buffer, at: number): number => this.#slim.look(text, at);

  constructor(chunks: AsyncIterable<Uint8Array>, name: string) {
    this.#window = new JsonWindow(chunks);
    this.#name = name;
    this.#slim = new SlimComponents(name);
  }

  async read(): Promise<Read | undefined> {
    try {
      const content = await this.#document();
      return { content, components: this.#reader ?? readerOf(content['metadata']) };
    } catch (error) {
      const isOthers = error instanceof Fault && (error.code === 'json/malformed' || error.code === 'sbom/malformed');
      if (isOthers || error instanceof Unreadable) return undefined;
      throw error;
    } finally {
      await this.#window.close();
    }
  }

  async #document(): Promise<JsonObject> {
    const members = new Map<string, unknown>();
    await this.#list('{', '}', async () => {
      const key = String(this.#parsed(await this.#end(afterString)));
      await this.#sign(':');
      // Of members of one name the last counts.
      const isLate = this.#reader !== undefined && (key === 'components' || key === 'metadata');
      if (isLate) throw new Unreadable();
      if (key === 'components') {
        if ((await this.#window.peek()) !== OPEN_LIST) throw new Unreadable();
        this.#reader = readerOf(members.get('metadata'));
        await this.#components(this.#reader);
        return;
      }
      await this.#window.peek();
      const end = await this.#end(afterValue);
      if (UNWANTED.has(key)) this.#window.at = end;
      else members.set(key, this.#parsed(end));
    });
    if ((await this.#window.peek()) !== -1) throw new Unreadable();
    return Object.fromEntries(members);
  }

  async #components(list: CycloneDxReader): Promise<void> {
    const window = this.#window;
    await this.#sign('[');
    if ((await window.peek()) === CLOSE_LIST) {
      window.at++;
      return;
    }
    for (;;) {
      // Most of them stand in memory as a whole: without a promise for each.
      const next = this.#componentsHere(list);
      if (next === ENDED) return;
      if (next === -1) {
        if ((await window.peek()) === -1) throw new Unreadable();
        continue;
      }
      this.#take(await this.#end(next === OPEN ? this.#look : afterValue), next, list);
      const c = await window.peek();
      window.at++;
      if (c === CLOSE_LIST) return;
      if (c !== COMMA || (await window.peek()) === -1) throw new Unreadable();
    }
  }

  /**
   * Takes components as long as they stand in memory with the comma behind them.
   * @returns the first sign of the one that does not; -1: it is not there yet; `ENDED`: the list has none more
   */
  #componentsHere(list: CycloneDxReader): number {
    const window = this.#window;
    for (;;) {
      const first = window.peekHere();
      const end = first === -1 ? -1 : window.findHere(first === OPEN ? this.#look : afterValue);
      if (end === -1) return first;
      const { at } = window;
      window.at = end;
      const c = window.peekHere();
      window.at = at;
      if (c === -1) return first;
      if (c !== COMMA && c !== CLOSE_LIST) throw new Unreadable();
      this.#take(end, first, list);
      window.peekHere();
      window.at++;
      if (c === CLOSE_LIST) return ENDED;
    }
  }

  /** @param first its first sign */
  #take(end: number, first: number, list: CycloneDxReader): void {
    if (first !== OPEN || this.#count >= COMPONENTS) throw new Unreadable();
    const { value, count } = this.#slim;
    if (value !== undefined) list.readComponent(new Members(value, 'components', undefined, this.#count));
    this.#count += count;
    this.#window.at = end;
  }

  /** Items between brackets, divided by commas. */
  async #list(open: string, close: string, item: () => Promise<void>): Promise<void> {
    await this.#sign(open);
    const window = this.#window;
    if ((await window.peek()) === close.charCodeAt(0)) {
      window.at++;
      return;
    }
    for (;;) {
      await item();
      const here = window.peekHere();
      const c = here === -1 ? await window.peek() : here;
      window.at++;
      if (c === close.charCodeAt(0)) return;
      if (c !== COMMA || (await window.peek()) === -1) throw new Unreadable();
    }
  }

  async #sign(sign: string): Promise<void> {
    if ((await this.#window.peek()) !== sign.charCodeAt(0)) throw new Unreadable();
    this.#window.at++;
  }

  async #end(find: (text: Buffer, at: number) => number): Promise<number> {
    const end = await this.#window.find(find);
    if (end === -1) throw new Unreadable();
    return end;
  }

  /** The value from here to `end`, behind which the walk goes on. */
  #parsed(end: number): unknown {
    const { text, at } = this.#window;
    this.#window.at = end;
    return parsedJson(text.subarray(at, end), this.#name);
  }
}

/** Files are told from packages by being in what is described, which stands before them: without that, all are packages. */
function readerOf(metadata: unknown): CycloneDxReader {
  if (!isObject(metadata) || !('component' in metadata)) throw new Unreadable();
  return new CycloneDxReader(new Members(metadata, 'metadata'));
}

const OPEN = 0x7b;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const ENDED = -2;
const COMMA = 0x2c;
