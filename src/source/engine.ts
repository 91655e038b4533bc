// Images of a container engine that runs here, by its API (Docker Engine API 1.24 and later; Podman serves the same).
import { askEngine, type Endpoint, type EngineAnswer, endpointText } from '../io/engine-http.ts';
import { RandomFile } from '../io/random-file.ts';
import { Fault } from '../lib/faults.ts';
import { parseJson } from '../lib/json.ts';
import { limits } from '../lib/limits.ts';
import { z } from 'zod';
import type { Context } from './context.ts';
import type { EngineEndpoint } from './engine-endpoints.ts';
import { imagesInTar } from './file.ts';
import { normalPlatform } from './platform.ts';
import { normalName } from './reference.ts';
import type { SourceImage } from './types.ts';

const Inspected = z.object({
  Id: z.string().regex(/^(?:sha256:)?[0-9a-f]{64}$/),
  RepoTags: z.array(z.string()).nullish(),
  RepoDigests: z.array(z.string()).nullish(),
  Os: z.string().optional(),
  Architecture: z.string().optional(),
  Variant: z.string().optional(),
});
type Inspected = z.infer<typeof Inspected>;

/** Since this version an engine is told which platform of an image is wanted. */
const PLATFORM_API: readonly [number, number] = [1, 48];

export interface EngineImage {
  readonly at: EngineEndpoint;
  readonly inspected: Inspected;
  readonly choosesPlatform: boolean;
}

/**
 * The first engine that has an image of this name; `undefined` when none of those that answer has it.
 * @param name a name or an identity, as engines take it
 * @throws Fault `engine/unreachable`, `engine/denied`, `engine/broken`, when no engine answers
 */
export async function findEngineImage(
  name: string,
  endpoints: readonly EngineEndpoint[],
  signal?: AbortSignal,
): Promise<EngineImage | undefined> {
  const failures: unknown[] = [];
  for (const at of endpoints) {
    try {
      const found = await inspect(name, at, signal);
      if (found !== undefined) return found;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      failures.push(error);
    }
  }
  if (failures.length > 0 && failures.length === endpoints.length) throw failures[0];
  return undefined;
}

async function inspect(name: string, at: EngineEndpoint, signal?: AbortSignal): Promise<EngineImage | undefined> {
  const answer = await askEngine(at.endpoint, `/images/${pathOf(name)}/json`, signal);
  const body = await bytesOf(answer, at.endpoint);
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw refused(at.endpoint, answer.status, body);
  const inspected = Inspected.safeParse(parseJson(body, `The answer of ${endpointText(at.endpoint)}`));
  if (!inspected.success) throw nonsense(at.endpoint);
  return { at, inspected: inspected.data, choosesPlatform: isSince(answer.headers['api-version'], PLATFORM_API) };
}

/** Whether an image goes by this very name, and not only by the beginning of its identity; Podman calls its own `localhost/NAME`. */
export function goesBy({ inspected: { RepoTags, RepoDigests } }: EngineImage, name: string): boolean {
  const wanted = new Set([normalName(name), normalName(`localhost/${name}`)]);
  return [...(RepoTags ?? []), ...(RepoDigests ?? [])].some((one) => {
    const known = normalName(one);
    return known !== undefined && wanted.has(known);
  });
}

/** Whether an engine's image can be of a platform, as far as the engine says. */
export function mayBeFor({ inspected, choosesPlatform }: EngineImage, platform: string): boolean {
  const { Os: os, Architecture: architecture, Variant: variant } = inspected;
  if (choosesPlatform || os === undefined || architecture === undefined) return true;
  const own = normalPlatform([os, architecture, variant ?? ''].filter((part) => part !== '').join('/'));
  const wanted = normalPlatform(platform);
  return own === wanted || own.startsWith(`${wanted}/`);
}

/**
 * Saves an image into a temporary file and reads that.
 * @throws Fault `engine/…`, `file/disk-full`, faults of archives
 */
export async function readEngineImage(
  { at, inspected, choosesPlatform }: EngineImage,
  name: string,
  context: Context,
): Promise<readonly SourceImage[]> {
  const { asked } = context.choice;
  const wanted = asked === undefined || asked === 'all' || !choosesPlatform ? '' : `?platform=${platformQuery(asked)}`;
  const answer = await askEngine(at.endpoint, `/images/${pathOf(inspected.Id)}/get${wanted}`, context.options.signal);
  if (answer.status !== 200) throw refused(at.endpoint, answer.status, await bytesOf(answer, at.endpoint));
  const { scope, temporary } = context;
  const to = { folder: temporary, name: `${at.engine}:${name}`, limit: limits.imageContent };
  const file = scope.adopt(await RandomFile.spool(answer.body, to), async (one) => await one.close());
  const images = await imagesInTar(file, { name: to.name }, context);
  const known = new Set([...(inspected.RepoDigests ?? []).map((one) => one.split('@')[1]), inspected.Id]);
  return images.map((image) => ({
    ...image,
    // An engine may write a manifest of its own when it saves: that is nobody's digest.
    digest: known.has(image.digest) ? image.digest : undefined,
    index: known.has(image.index) ? image.index : undefined,
  }));
}

/** Every segment by itself: a name has slashes. */
function pathOf(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/');
}

function platformQuery(platform: string): string {
  const [os, architecture, variant] = normalPlatform(platform).split('/');
  return encodeURIComponent(JSON.stringify({ os, architecture, ...(variant === undefined ? {} : { variant }) }));
}

function isSince(version: string | string[] | undefined, [major, minor]: readonly [number, number]): boolean {
  const found = /^(\d{1,4})\.(\d{1,4})$/.exec(String(version ?? ''));
  if (found === null) return false;
  return Number(found[1]) > major || (Number(found[1]) === major && Number(found[2]) >= minor);
}

async function bytesOf(answer: EngineAnswer, at: Endpoint): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer.body) {
    size += chunk.length;
    if (size > limits.document) throw nonsense(at);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function nonsense(at: Endpoint): Fault {
  const sentence = `${endpointText(at)} does not answer as a container engine does.`;
  return new Fault('engine/nonsense', sentence, 'Check DOCKER_HOST and what listens there.');
}

function refused(at: Endpoint, status: number, body: Buffer): Fault {
  const words = body
    .toString('utf8', 0, 300)
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
  const sentence = `The container engine at ${endpointText(at)} answered with ${status}${words === '' ? '' : ` (${words})`}.`;
  return new Fault('engine/refused', sentence, 'Its log says more.');
}
