// notation 1.3 with keys, trust stores and policies of its own in a folder.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ProcessResult, run } from '../../src/io/processes.ts';
import type { Certificate } from '../../src/x509/certificate.ts';

export function pemOf(certificates: readonly Certificate[]): string {
  return certificates
    .map(({ der }) => {
      const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
      return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
    })
    .join('');
}

export class Notation {
  readonly #program: string;
  readonly #folder: string;

  private constructor(program: string, folder: string) {
    this.#program = program;
    this.#folder = folder;
  }

  /** @param folder what it may write to; its home */
  static async in(program: string, folder: string): Promise<Notation> {
    await mkdir(join(folder, 'notation'), { recursive: true });
    return new Notation(program, folder);
  }

  async run(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<ProcessResult> {
    const env = { HOME: this.#folder, XDG_CONFIG_HOME: this.#folder, DOCKER_CONFIG: this.#folder, ...more };
    return await run(this.#program, args, { env, cwd: this.#folder });
  }

  /** Signing keys by name: PEM files of the key and its certificates. */
  async keys(keys: Readonly<Record<string, { readonly key: string; readonly certificates: string }>>): Promise<void> {
    const list = Object.entries(keys).map(([name, { key, certificates }]) => ({
      name,
      keyPath: key,
      certPath: certificates,
    }));
    await writeFile(join(this.#folder, 'notation', 'signingkeys.json'), JSON.stringify({ keys: list }));
  }

  /** Trusts roots for signers of one identity in every registry, and timestamps of others. */
  async trust(roots: string, identity: string, timestampRoots?: string): Promise<void> {
    const store = join(this.#folder, 'notation', 'truststore', 'x509');
    await mkdir(join(store, 'ca', 'test'), { recursive: true });
    await writeFile(join(store, 'ca', 'test', 'root.pem'), roots);
    if (timestampRoots !== undefined) {
      await mkdir(join(store, 'tsa', 'test'), { recursive: true });
      await writeFile(join(store, 'tsa', 'test', 'root.pem'), timestampRoots);
    }
    const policy = {
      name: 'test',
      registryScopes: ['*'],
      signatureVerification: { level: 'strict' },
      trustStores: ['ca:test', ...(timestampRoots === undefined ? [] : ['tsa:test'])],
      trustedIdentities: [identity],
    };
    await writeFile(
      join(this.#folder, 'notation', 'trustpolicy.json'),
      JSON.stringify({ version: '1.0', trustPolicies: [policy] }),
      { mode: 0o600 },
    );
  }
}
