// A process of its own that appends to a log until it is killed: `node log-process.ts PLACE KEY NAME [COUNT]`. Says each index
// that was acknowledged.
import { loadSigner } from '../../src/keys/file.ts';
import { Fault } from '../../src/lib/faults.ts';
import { logStorage } from '../../src/flow/log/log-place.ts';
import { Log } from '../../src/log/log.ts';

const [place = '', key = '', name = '', count = 'Infinity'] = process.argv.slice(2);
try {
  const storage = await logStorage(place, { offline: false, environment: process.env });
  const log = await Log.open(storage, { origin: 'log.example', signer: await loadSigner(key, '') });
  process.stdout.write('open\n');
  for (let round = 0; round < Number(count); round++) {
    const words = Array.from({ length: 1 + ((round * 7) % 40) }, (_, i) => `${name} ${round} ${i}`);
    await Promise.all(
      words.map(async (word) => {
        const { index, checkpoint } = await log.append([Buffer.from(word)]);
        process.stdout.write(`${index} ${checkpoint.size} ${checkpoint.root.toString('base64')} ${word}\n`);
      }),
    );
  }
} catch (error) {
  process.stderr.write(error instanceof Fault ? `${error.code} ${error.message}\n` : `${String(error)}\n`);
  process.exitCode = 2;
}
