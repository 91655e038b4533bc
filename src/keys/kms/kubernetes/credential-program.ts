// Programs that a kubeconfig names to say who asks, as those of the clouds (Kubernetes, client.authentication.k8s.io/v1).
import { z } from 'zod';
import { isAbsolute, joinPath } from '../../../io/files.ts';
import { run } from '../../../io/processes.ts';
import { Fault } from '../../../lib/faults.ts';
import { parseJson } from '../../../lib/json.ts';
import type { KmsFaults } from '../faults.ts';
import type { Exec } from './kubeconfig.ts';

const Credential = z.object({
  kind: z.literal('ExecCredential'),
  status: z.object({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
  }),
});
export type ExecStatus = z.infer<typeof Credential>['status'];

/**
 * @param folder of the kubeconfig, at which a command with a slash begins
 * @param cluster what the program is told where it wants to know
 * @throws Fault `key/kms-denied`, `process/missing`
 */
export async function execCredential(
  { command, args, env, apiVersion, provideClusterInfo }: Exec,
  folder: string,
  cluster: object,
  { faults, offline }: { readonly faults: KmsFaults; readonly offline?: boolean | undefined },
): Promise<ExecStatus> {
  if (offline === true) {
    throw new Fault(
      'network/offline',
      'Kubernetes is needed, but the network is switched off.',
      'Run without --offline.',
    );
  }
  const spec = { interactive: false, ...(provideClusterInfo === true ? { cluster } : {}) };
  const info = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec });
  const program = command.includes('/') && !isAbsolute(command) ? joinPath(folder, command) : command;
  const own = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
  const { status, stdout } = await run(program, args ?? [], { env: { ...own, KUBERNETES_EXEC_INFO: info } });
  const hint = `Run it yourself: ${command} says why.`;
  if (status !== 0) throw faults.denied('access', `${command} ended with status ${status}`, hint);
  const read = Credential.safeParse(parseJson(stdout, `the answer of ${command}`));
  if (read.success) return read.data.status;
  throw faults.denied('access', `${command} gave no credentials`, hint);
}
