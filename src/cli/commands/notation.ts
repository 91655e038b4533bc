import type { Command } from 'commander';
import { now } from '../../io/clock.ts';
import { environment, standardInput } from '../../io/environment.ts';
import { makeOutput } from '../output.ts';

export function addNotation(temper: Command): void {
  temper
    .command('notation <request>')
    .description("install Temper as notation's plugin, or answer what notation asks it")
    .action(async (request: string) => {
      if (request === 'install') await install();
      else await answer(request);
    });
}

async function install(): Promise<void> {
  const { installPlugin } = await import('../../flow/signing/notation-install.ts');
  const path = await installPlugin([process.execPath, process.argv[1] ?? '']);
  makeOutput(false).data(path);
}

async function answer(request: string): Promise<void> {
  const { answerPlugin, REQUEST_LIMIT } = await import('../../flow/signing/notation-plugin.ts');
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of standardInput()) {
    size += chunk.length;
    if (size > REQUEST_LIMIT) break;
    chunks.push(chunk);
  }
  const context = { password: environment()['COSIGN_PASSWORD'] ?? '', now: now().getTime() / 1000 };
  const reply = await answerPlugin(request, Buffer.concat(chunks), context);
  if (reply.ok) makeOutput(true).data(JSON.stringify(reply.response));
  else {
    process.stderr.write(`${JSON.stringify(reply.error)}\n`);
    process.exitCode = 1;
  }
}
