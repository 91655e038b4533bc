// Who is logged in with Azure's command line: asked only where AZURE_AUTH_METHOD=cli says so, as with cosign.
import { z } from 'zod';
import { run } from '../../../io/processes.ts';
import { Fault } from '../../../lib/faults.ts';
import { parseJson } from '../../../lib/json.ts';
import type { Bearer } from '../bearer.ts';
import type { AzureAccess } from './access.ts';
import { resourceOf } from './cloud.ts';

const Answer = z.object({ accessToken: z.string().regex(/^[\x21-\x7e]+$/), expires_on: z.int().min(1) });

/** @throws Fault `key/kms-denied` where nobody is logged in, `process/missing`, `network/offline` */
export async function commandLineToken({ faults, vault, offline }: AzureAccess): Promise<Bearer> {
  if (offline === true) {
    throw new Fault('network/offline', 'Azure is needed, but the network is switched off.', 'Run without --offline.');
  }
  const asked = ['account', 'get-access-token', '--output', 'json', '--resource', resourceOf(vault)];
  const { status, stdout } = await run('az', asked);
  if (status !== 0) throw faults.denied('a token to the command line', '', 'Run `az login`.');
  const answer = Answer.safeParse(parseJson(stdout, 'the answer of az'));
  if (!answer.success) throw faults.strange('no token from az', 'Update the Azure CLI.');
  return { token: answer.data.accessToken, expires: answer.data.expires_on * 1000 };
}
