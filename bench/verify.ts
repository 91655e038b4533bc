// Verification: one signature against cosign, a thousand in one call, and a whole image against sha256sum of the same blobs.
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { signerOf } from '../src/keys/private.ts';
import { digestOf } from '../src/lib/digest.ts';
import { describe, documentBytes } from '../src/oci/documents.ts';
import { mediaTypes } from '../src/oci/types.ts';
import { predicateTypes } from '../src/intoto/predicates.ts';
import { blobOf, bundleReferrer } from '../src/publish/referrer.ts';
import { Layout } from '../src/repository/layout.ts';
import { imageSignature, signStatement } from '../src/sign/statement.ts';
import { peer } from './matches-data.ts';
import { measure, type Measured } from './measure.ts';
import { inTurn, median, ratioOf, summaryOf, verdict } from './rounds.ts';

const program = join(import.meta.dirname, '..', 'bin', 'temper.js');
const ROUNDS = 25;
const MANY = 1000;
/** Of cosign, one process each: its rate does not depend on how many there are. */
const SOME = 100;
const FILES = 40;
const FILE = 8 << 20;

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signer = signerOf(pair.privateKey, 'the key');

export async function benchVerify(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'temper-bench-verify-'));
  try {
    const bench = new Bench(folder);
    await bench.prepare();
    await bench.one();
    await bench.many();
    await bench.whole();
  } finally {
    await rm(folder, { recursive: true });
  }
}

class Bench {
  readonly #folder: string;
  readonly #key: string;
  readonly #env: Record<string, string>;

  constructor(folder: string) {
    this.#folder = folder;
    this.#key = join(folder, 'key.pub');
    const user = join(folder, 'user');
    this.#env = { HOME: user, XDG_CONFIG_HOME: user, XDG_CACHE_HOME: user, XDG_STATE_HOME: user };
  }

  async prepare(): Promise<void> {
    await mkdir(join(this.#folder, 'user'));
    await writeFile(this.#key, pair.publicKey.export({ type: 'spki', format: 'pem' }));
  }

  async one(): Promise<void> {
    await makeImage(join(this.#folder, 'one'), [Buffer.from('one')]);
    const runs = {
      node: async () => await measure(process.execPath, ['-e', '0']),
      temper: async () => await this.#temper([...this.#signatures, `oci:${join(this.#folder, 'one')}`]),
      cosign: async () => await this.#cosign(join(this.#folder, 'one')),
    };
    const rounds = await inTurn(runs, ROUNDS);
    for (const kind of ['node', 'cosign', 'temper'] as const) {
      const { median: middle, least, peak } = summaryOf(rounds, kind);
      console.log(`one signature, ${kind}: ${ms(middle)} (at least ${ms(least)}), ${(peak / 2 ** 20).toFixed(0)} MB`);
    }
    const ratio = ratioOf(rounds, 'temper', 'cosign');
    console.log(`one signature, temper / cosign: ${ratio.toFixed(2)} ${verdict(ratio, 2)}`);
  }

  async many(): Promise<void> {
    const folders = Array.from({ length: MANY }, (_, at) => join(this.#folder, 'many', String(at)));
    for (const [at, folder] of folders.entries()) await makeImage(folder, [Buffer.from(`image ${at}`)]);
    const list = join(this.#folder, 'list.txt');
    await writeFile(list, folders.map((folder) => `oci:${folder}\n`).join(''));
    const runs = {
      temper: async () => await this.#temper([...this.#signatures, '--from-file', list]),
      cosign: async () => await this.#each(folders.slice(0, SOME)),
    };
    const rounds = await inTurn(runs, 3);
    const temper = MANY / median(rounds.map((round) => round.temper.time));
    const cosign = SOME / median(rounds.map((round) => round.cosign.time));
    console.log(
      `${MANY} references in one call: ${temper.toFixed(0)}/s; cosign, one process each: ${cosign.toFixed(0)}/s`,
    );
    console.log(
      `${MANY} references, cosign / temper: ${(cosign / temper).toFixed(3)} ${verdict(cosign / temper, 0.1)}`,
    );
  }

  async whole(): Promise<void> {
    const folder = join(this.#folder, 'whole');
    const blobs = await makeImage(folder, [tarOf(FILES)]);
    const policy = join(this.#folder, 'policy.yaml');
    await writeFile(policy, 'apiVersion: temper/v1\nkind: Policy\npredicates: {required: []}\n');
    const paths = blobs.map((digest) => join(folder, 'blobs', 'sha256', digest.slice('sha256:'.length)));
    const runs = {
      temper: async () => await this.#temper(['--key', this.#key, '--policy', policy, `oci:${folder}`]),
      sha256sum: async () => await measure('sha256sum', paths),
    };
    const rounds = await inTurn(runs, 5);
    const { median: middle } = summaryOf(rounds, 'temper');
    const size = `${Math.round((FILES * FILE) / 2 ** 20)} MiB`;
    const ratio = ratioOf(rounds, 'temper', 'sha256sum').toFixed(2);
    console.log(
      `a whole image of ${size}: ${ms(middle)}, ${ratio} of sha256sum over the same blobs (${cpus().length} processors)`,
    );
  }

  get #signatures(): readonly string[] {
    return ['--signatures-only', '--offline', '--key', this.#key];
  }

  async #temper(args: readonly string[]): Promise<Measured> {
    return await measure(process.execPath, [program, 'verify', ...args], { env: this.#env });
  }

  async #cosign(folder: string): Promise<Measured> {
    const args = ['verify', '--key', this.#key, '--insecure-ignore-tlog', '--local-image', folder];
    return await measure(peer('cosign'), args, { env: this.#env });
  }

  async #each(folders: readonly string[]): Promise<Measured> {
    const start = performance.now();
    const all: Measured[] = [];
    for (const folder of folders) all.push(await this.#cosign(folder));
    return { time: (performance.now() - start) / 1000, peak: Math.max(...all.map(({ peak }) => peak)), stdout: '' };
  }
}

/** A signed image in a layout of its own. @returns the digests of what a verification of all of it reads */
async function makeImage(folder: string, layers: readonly Buffer[]): Promise<string[]> {
  const layout = new Layout(folder);
  const rootfs = { type: 'layers', diff_ids: layers.map((layer) => digestOf(layer)) };
  const config = documentBytes({ architecture: 'amd64', os: 'linux', rootfs });
  for (const bytes of [config, ...layers]) await layout.putBlob(blobOf(bytes));
  const manifest = documentBytes({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: describe(config, mediaTypes.config),
    layers: layers.map((layer) => describe(layer, mediaTypes.layer)),
  });
  const image = describe(manifest, mediaTypes.manifest);
  const annotations = { kind: 'dev.cosignproject.cosign/image' };
  const bytes = await signStatement(imageSignature(image.digest), signer);
  const referrer = bundleReferrer({
    subject: image,
    bytes,
    predicateType: predicateTypes.signature,
    created: new Date(0),
  });
  for (const blob of referrer.blobs) await layout.putBlob(blob);
  await layout.putManifests([
    { bytes: manifest, mediaType: mediaTypes.manifest, tag: 'latest', listed: true, annotations },
    referrer.manifest,
  ]);
  return [image.digest, digestOf(config), ...rootfs.diff_ids, referrer.descriptor.digest, digestOf(bytes)];
}

/** A layer of files without a pattern. */
function tarOf(files: number): Buffer {
  const folder = join(tmpdir(), `temper-bench-tar-${process.pid}`);
  const script = `mkdir -p "$0" && cd "$0" && for i in $(seq ${files}); do head -c ${FILE} /dev/urandom > f$i; done && tar -cf - --numeric-owner f*; rm -rf "$0"`;
  return execFileSync('sh', ['-c', script, folder], { maxBuffer: 2 * files * FILE });
}

function ms(seconds: number): string {
  return `${(seconds * 1000).toFixed(0)} ms`;
}
