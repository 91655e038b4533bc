// skopeo with a policy of its own that asks for cosign's signatures under a tag.
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ProcessResult, run } from '../../src/io/processes.ts';

export class Skopeo {
  readonly #program: string;
  readonly #folder: string;

  constructor(program: string, folder: string) {
    this.#program = program;
    this.#folder = folder;
  }

  /** Pulls an image whose signature by a key, in the name of its repository, the policy asks for. */
  async pull(image: string, key: string, identity: object = { type: 'matchRepository' }): Promise<ProcessResult> {
    const folder = await mkdtemp(join(this.#folder, 'skopeo-'));
    const [host = ''] = image.split('/');
    const rule = { type: 'sigstoreSigned', keyPath: key, signedIdentity: identity };
    const policy = { default: [{ type: 'reject' }], transports: { docker: { [host]: [rule] } } };
    await writeFile(join(folder, 'policy.json'), JSON.stringify(policy));
    await mkdir(join(folder, 'registries.d'));
    const settings = `docker:\n  "${host}":\n    use-sigstore-attachments: true\n`;
    await writeFile(join(folder, 'registries.d', 'all.yaml'), settings);
    const where = ['--policy', join(folder, 'policy.json'), '--registries.d', join(folder, 'registries.d')];
    // What is pulled goes to a format that has no place for signatures, which is said to be well.
    const how = [
      'copy',
      '--remove-signatures',
      '--src-tls-verify=false',
      `docker://${image}`,
      `dir:${join(folder, 'out')}`,
    ];
    const env = { HOME: folder, REGISTRY_AUTH_FILE: join(folder, 'none.json'), XDG_RUNTIME_DIR: folder };
    await writeFile(join(folder, 'none.json'), '{}');
    return await run(this.#program, [...where, ...how], { env, cwd: folder });
  }
}
