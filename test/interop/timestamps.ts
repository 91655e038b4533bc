// An RFC 3161 timestamp authority made of OpenSSL.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/io/processes.ts';

const CONFIG = (folder: string): string => `
[tsa]
default_tsa = here
[here]
serial = ${folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
crypto_device = builtin
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
`;

export class TimestampAuthority {
  readonly #openssl: string;
  readonly #folder: string;

  private constructor(openssl: string, folder: string) {
    this.#openssl = openssl;
    this.#folder = folder;
  }

  /** @param folder an empty one, for its keys */
  static async create(openssl: string, folder: string): Promise<TimestampAuthority> {
    const authority = new TimestampAuthority(openssl, folder);
    await writeFile(join(folder, 'tsa.cnf'), CONFIG(folder));
    await writeFile(join(folder, 'serial'), '01\n');
    for (const name of ['root', 'leaf']) {
      const key = ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', `${name}.key`];
      await authority.#run(key);
      await authority.#run([
        'req',
        '-new',
        '-config',
        'tsa.cnf',
        '-key',
        `${name}.key`,
        '-subj',
        `/O=test/CN=${name}`,
        '-out',
        `${name}.csr`,
      ]);
      const by =
        name === 'root' ? ['-signkey', 'root.key'] : ['-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial'];
      const days = ['-days', '2', '-sha256', '-extfile', 'tsa.cnf', '-extensions', name];
      await authority.#run(['x509', '-req', '-in', `${name}.csr`, ...by, ...days, '-out', `${name}.pem`]);
    }
    return authority;
  }

  /** A timestamp over bytes: a TimeStampResp, DER. */
  async stamp(bytes: Uint8Array): Promise<Buffer> {
    await writeFile(join(this.#folder, 'data'), bytes);
    await this.#run(['ts', '-query', '-data', 'data', '-sha256', '-cert', '-out', 'query']);
    const reply = [
      'ts',
      '-reply',
      '-config',
      'tsa.cnf',
      '-section',
      'here',
      '-queryfile',
      'query',
      '-signer',
      'leaf.pem',
    ];
    await this.#run([...reply, '-inkey', 'leaf.key', '-chain', 'root.pem', '-out', 'reply']);
    return await readFile(join(this.#folder, 'reply'));
  }

  async #run(args: readonly string[]): Promise<void> {
    const { status, stderr } = await run(this.#openssl, args, { cwd: this.#folder });
    if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
  }
}
