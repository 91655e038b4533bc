// The packages of a CycloneDX document in its JSON form, for those who want nothing else of it: read while it comes.
import { isUtf8 } from 'node:buffer';
import { Fault } from '../../lib/faults.ts';
import { parseJson } from '../../lib/json.ts';
import { afterString, afterValue } from '../../lib/json-walk.ts';
import { JsonWindow } from '../../lib/json-window.ts';
import { documentOf } from '../documents.ts';
import { isObject, type JsonObject } from '../graph/members.ts';
import { bomOfGraph } from '../graph/to-bom.ts';
import type { Bom } from '../types.ts';
import { graphOfCycloneDx } from './read.ts';
import { SlimComponents } from './slim-component.ts';

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
  const content = await new SlimReader(chunks, name).read();
  const document = content?.['bomFormat'] === 'CycloneDX' ? documentOf(content, name) : undefined;
  return document === undefined ? undefined : { ...bomOfGraph(graphOfCycloneDx(document.content)), files: [] };
}

/** Thrown inside, for what the other reader is to judge. */
class Unreadable extends Error {}

class SlimReader {
  readonly #window: JsonWindow;
  readonly #name: string;
  readonly #slim = new SlimComponents();
  readonly #look = (text: Buffer, at: number): number => this.#slim.look(text, at);

  constructor(chunks: AsyncIterable<Uint8Array>, name: string) {
    this.#window = new JsonWindow(chunks);
    this.#name = name;
  }

  async read(): Promise<JsonObject | undefined> {
    try {
      const content = await this.#document();
      // Files are told from packages by being in what is described: without that, all are packages.
      return isObject(content['metadata']) && 'component' in content['metadata'] ? content : undefined;
    } catch (error) {
      if (error instanceof Unreadable || (error instanceof Fault && error.code === 'json/malformed')) return undefined;
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
      if ((await this.#window.peek()) === OPEN_LIST && key === 'components') {
        members.set(key, await this.#components());
        return;
      }
      const end = await this.#end(afterValue);
      if (UNWANTED.has(key)) this.#window.at = end;
      else members.set(key, this.#parsed(end));
    });
    if ((await this.#window.peek()) !== -1) throw new Unreadable();
    return Object.fromEntries(members);
  }

  async #components(): Promise<unknown[]> {
    const list: unknown[] = [];
    await this.#list('[', ']', async () => {
      if (list.length === COMPONENTS) throw new Unreadable();
      if (this.#window.peekHere() !== OPEN) list.push(this.#parsed(await this.#end(afterValue)));
      else {
        const here = this.#window.findHere(this.#look);
        this.#component(here === -1 ? await this.#end(this.#look) : here, list);
      }
    });
    return list;
  }

  #component(end: number, list: unknown[]): void {
    if (!this.#slim.isFile) list.push(this.#parse(this.#slim.json()));
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
    return this.#parse(text.subarray(at, end));
  }

  #parse(json: Uint8Array): unknown {
    if (!isUtf8(json)) throw new Unreadable();
    return parseJson(json, this.#name);
  }
}

const OPEN = 0x7b;
const OPEN_LIST = 0x5b;
const COMMA = 0x2c;
