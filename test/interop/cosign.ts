// Cosign 2.5 (as `cosign2`) and 3.1 (as `cosign`), kept offline: 2.5 fetches a trusted root over the network unless it
// is given one, even where a key decides; 3.1 does without --insecure-ignore-tlog.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { predicateTypes } from '../../src/intoto/predicates.ts';
import { parseStatement } from '../../src/intoto/statement.ts';
import { type ProcessResult, run } from '../../src/io/processes.ts';
import { peer } from './peers.ts';

export const cosign3 = peer('cosign');
export const cosign2 = peer('cosign2');
/** Options of a test that needs both. */
export const bothCosigns = { skip: cosign3 === undefined || cosign2 === undefined };

/** Cosign's `--type` for each kind of statement that hangs on an image index. */
export const INDEX_TYPES: readonly string[] = [predicateTypes.signature, 'slsaprovenance1', 'slsaprovenance02'];
/** The same of a platform's manifest. */
export const TYPES: readonly string[] = [...INDEX_TYPES, 'spdxjson', 'cyclonedx'];

export class Cosign {
  readonly #folder: string;
  readonly #key: string;

  private constructor(folder: string, key: string) {
    this.#folder = folder;
    this.#key = key;
  }

  /** @param folder what it may write to; its home. @param key the public key that is trusted unless another is named */
  static async in(folder: string, key: string): Promise<Cosign> {
    await writeFile(
      join(folder, 'root.json'),
      '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}',
    );
    return new Cosign(folder, key);
  }

  /** What 2.5 needs to read bundles without the network. */
  get offline(): string[] {
    return ['--new-bundle-format', '--trusted-root', join(this.#folder, 'root.json'), '--insecure-ignore-tlog'];
  }

  async run(
    program: string | undefined,
    args: readonly string[],
    password = '',
    more: Readonly<Record<string, string>> = {},
  ): Promise<ProcessResult> {
    const env = { HOME: this.#folder, COSIGN_PASSWORD: password, DOCKER_CONFIG: this.#folder, ...more };
    return await run(program ?? '', args, { env, cwd: this.#folder });
  }

  /** `verify` of 3.1. */
  async verify(args: readonly string[], key = this.#key): Promise<ProcessResult> {
    return await this.run(cosign3, ['verify', '--key', key, '--insecure-ignore-tlog', ...args]);
  }

  /** `verify-attestation` of 3.1. */
  async verifyAttestation(type: string, args: readonly string[], key = this.#key): Promise<ProcessResult> {
    const options = ['--key', key, '--insecure-ignore-tlog', '--type', type];
    return await this.run(cosign3, ['verify-attestation', ...options, ...args]);
  }

  /** `verify-attestation` of 2.5: it reads bundles from registries only, and has no `verify` for them. */
  async verifyAttestation2(type: string, image: string, key = this.#key): Promise<ProcessResult> {
    const options = ['--key', key, ...this.offline, '--type', type];
    return await this.run(cosign2, ['verify-attestation', ...options, image]);
  }

  /** `verify-attestation` of both, at the same time. */
  async verifyAttestations(type: string, image: string, key = this.#key): Promise<readonly ProcessResult[]> {
    return await Promise.all([this.verifyAttestation(type, [image], key), this.verifyAttestation2(type, image, key)]);
  }
}

/** The statements in what `verify-attestation` prints: one envelope a line. */
export function printed({ stdout }: ProcessResult): ReturnType<typeof parseStatement>[] {
  return stdout
    .toString('utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => parseStatement(Buffer.from((JSON.parse(line) as { payload: string }).payload, 'base64')));
}

/** Their subjects, as hexadecimal digits; none when cosign refused. */
export function subjects(result: ProcessResult): (string | undefined)[] {
  return result.status === 0 ? printed(result).map(({ subject }) => subject[0]?.digest['sha256']) : [];
}

/** Another character in the middle of a bundle's payload or signature: still base64. */
export const changed =
  (member: 'payload' | 'sig') =>
  (bundle: string): string => {
    const after = bundle.replace(
      new RegExp(`("${member}":".{40})(.)`),
      (_, head: string, c: string) => head + (c === 'A' ? 'B' : 'A'),
    );
    if (after === bundle) throw new Error(`The bundle has no ${member} that could be changed.`);
    return after;
  };
