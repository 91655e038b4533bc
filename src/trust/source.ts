// Where a TUF repository is read: over HTTP, or in a folder.
import { FileBeneath } from '../io/beneath.ts';
import { fileExists, joinPath, resolvePath } from '../io/files.ts';
import type { Http } from '../io/http.ts';
import { Fault } from '../lib/faults.ts';
import { redactUrl } from '../lib/urls.ts';

export interface TrustSource {
  /** A file of metadata or a target, at most `limit` bytes; `undefined` where there is none. @throws Fault `network/…`, `file/…`, `trust/…` */
  read(from: 'metadata' | 'targets', path: string, limit: number): Promise<Buffer | undefined>;
}

/** Addresses or absolute folders. */
export interface TrustPlace {
  readonly metadata: string;
  readonly targets: string;
}

export function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/**
 * Where metadata and targets are, unless targets are said to be elsewhere: below `targets/` as Sigstore has it, of a folder also beside
 * `metadata/` as TUF's tools lay it out.
 */
export async function placeOf(from: string, targets: string | undefined): Promise<TrustPlace> {
  if (isAddress(from)) {
    const base = from.replace(/\/+$/, '');
    return { metadata: base, targets: (targets ?? `${base}/targets`).replace(/\/+$/, '') };
  }
  const folder = resolvePath(from);
  const split =
    !(await fileExists(joinPath(folder, 'timestamp.json'))) && (await fileExists(joinPath(folder, 'metadata')));
  const beside =
    targets === undefined ? joinPath(folder, 'targets') : isAddress(targets) ? targets : resolvePath(targets);
  return { metadata: split ? joinPath(folder, 'metadata') : folder, targets: beside };
}

export class TrustReader implements TrustSource {
  readonly #place: TrustPlace;
  readonly #http: Http;

  constructor(place: TrustPlace, http: Http) {
    this.#place = place;
    this.#http = http;
  }

  async read(from: 'metadata' | 'targets', path: string, limit: number): Promise<Buffer | undefined> {
    const place = this.#place[from];
    if (isAddress(place)) return await this.#download(`${place}/${path}`, limit);
    const name = fileOf(path);
    using file = name === undefined ? undefined : FileBeneath.open(place, name);
    if (file === undefined) return undefined;
    if (file.size > limit) {
      throw new Fault(
        'trust/too-large',
        `${joinPath(place, name ?? '')} is larger than ${limit} bytes.`,
        'Check the repository.',
      );
    }
    return file.read(0, file.size);
  }

  async #download(url: string, limit: number): Promise<Buffer | undefined> {
    const response = await this.#http.send(url);
    if (response.status === 200) return await response.bytes(limit);
    await response.discard();
    // Object storage says 403 of what is not there.
    if (response.status === 404 || response.status === 403 || response.status === 410) return undefined;
    throw new Fault(
      'trust/unavailable',
      `${redactUrl(url)} is answered with status ${response.status}.`,
      'Check the address, or try again later.',
    );
  }
}

/** The file that a web server finds under a path; `undefined` for one that could lead out of its folder. */
function fileOf(path: string): string | undefined {
  const segments = path.split('/').map(decodeURIComponent);
  return segments.some((one) => /^\.{0,2}$|[/\0]/.test(one)) ? undefined : segments.join('/');
}

/** Of what was kept alone: everything else is not there. */
export const nowhere: TrustSource = { read: async () => await Promise.resolve(undefined) };
