// Tokens of SoftHSM2 in folders of their own.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../src/io/processes.ts';

export const PIN = '1234-user';
const SO_PIN = '5678-officer';

/** Where distributions put SoftHSM's library; `undefined` when it is not installed. */
export const softhsmLibrary = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
].find((path) => existsSync(path));

/** A set of tokens; the environment's SOFTHSM2_CONF must name {@link configuration} where it is used. */
export class SoftHsm {
  readonly configuration: string;
  readonly tokens: string;
  readonly pinFile: string;

  constructor(folder: string) {
    this.tokens = join(folder, 'tokens');
    this.configuration = join(folder, 'softhsm2.conf');
    this.pinFile = join(folder, 'pin');
    mkdirSync(this.tokens, { recursive: true });
    writeFileSync(
      this.configuration,
      `directories.tokendir = ${this.tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`,
    );
    writeFileSync(this.pinFile, `${PIN}\n`, { mode: 0o600 });
  }

  async addToken(label: string): Promise<void> {
    const args = ['--init-token', '--free', '--label', label, '--pin', PIN, '--so-pin', SO_PIN];
    await this.#run('softhsm2-util', args);
  }

  /** Puts a key from elsewhere into a token. */
  async importKey(label: string, object: string, pkcs8Path: string): Promise<void> {
    const args = ['--import', pkcs8Path, '--token', label, '--label', object, '--id', 'A1B2', '--pin', PIN];
    await this.#run('softhsm2-util', args);
  }

  /** Makes a P-256 key as another program does, with more of its options. */
  async makeKey(label: string, object: string, id: string, ...more: readonly string[]): Promise<void> {
    const key = ['--keypairgen', '--key-type', 'EC:prime256v1', '--usage-sign', '--label', object, '--id', id];
    await this.#run('pkcs11-tool', [...this.#tool(label), ...key, ...more]);
  }

  /** What another program says of the private keys. */
  async describe(label: string): Promise<string> {
    return await this.#run('pkcs11-tool', [...this.#tool(label), '--list-objects', '--type', 'privkey']);
  }

  /** As if the device was pulled out. */
  removeTokens(): void {
    rmSync(this.tokens, { recursive: true, force: true });
  }

  uri(token: string, object?: string, more: Readonly<Record<string, string>> = { 'pin-source': this.pinFile }): string {
    const path = `pkcs11:token=${token}${object === undefined ? '' : `;object=${object}`}`;
    const query = Object.entries({ 'module-path': softhsmLibrary ?? '', ...more }).map(
      ([name, value]) => `${name}=${value}`,
    );
    return `${path}?${query.join('&')}`;
  }

  #tool(label: string): string[] {
    return ['--module', softhsmLibrary ?? '', '--token-label', label, '--login', '--pin', PIN];
  }

  async #run(program: string, args: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await run(program, args, { env: { SOFTHSM2_CONF: this.configuration } });
    if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
    return stdout.toString('utf8');
  }
}
