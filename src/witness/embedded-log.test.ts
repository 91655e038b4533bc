import { expect, test } from 'vitest';
import { newKey, signedContent } from '../../test/fakes/signed.ts';
import { signerOf } from '../keys/private.ts';
import { Log } from '../log/log.ts';
import { MemoryStorage } from '../log/memory.ts';
import { trustedLog } from '../log/trusted-root.ts';
import { parseLogEntry } from '../sigstore/log-entry.ts';
import { parseTrustedRoot } from '../sigstore/trusted-root.ts';
import { prepareRoot } from '../verify/sigstore/trust.ts';
import { EmbeddedLogWitness } from './embedded-log.ts';
import { checkedEntry } from './entry.ts';

const now = 1_800_000_000;

test.each(['ed25519', 'P-256'] as const)(
  'entries of a log with a key of kind %s stand before its trusted root',
  async (kind) => {
    const key = signerOf(newKey(kind), 'log');
    const log = await Log.open(new MemoryStorage(), { origin: 'log.example', signer: key });
    const witness = new EmbeddedLogWitness({ log, name: 'the log', key: key.publicKey, now: () => now });
    const tlogs = [trustedLog('log.example', key.publicKey, { start: 0 })];
    const document = { mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1', tlogs };
    const root = prepareRoot(parseTrustedRoot(Buffer.from(JSON.stringify(document)), 'the root'));
    const indices: number[] = [];
    for (const signed of [await signedContent(), await signedContent({ kind: 'statement', certifiedFrom: now })]) {
      const testimony = await witness.witness(signed);
      if (testimony.kind !== 'log-entry') throw new Error('no entry');
      const check = { name: 'the log', promised: false, root, now };
      indices.push(parseLogEntry(checkedEntry(testimony.entry, signed, check)).logIndex);
      const other = await signedContent();
      expect(() => checkedEntry(testimony.entry, other, check)).toThrow('about another signature');
    }
    expect(indices).toEqual([0, 1]);
  },
);

test('signatures at the same time come into it each once', async () => {
  const key = signerOf(newKey('ed25519'), 'log');
  const log = await Log.open(new MemoryStorage(), { origin: 'log.example', signer: key });
  const witness = new EmbeddedLogWitness({ log, name: 'the log', key: key.publicKey, now: () => now });
  const signed = await Promise.all(Array.from({ length: 20 }, async () => await signedContent()));
  const said = await Promise.all(signed.map(async (one) => await witness.witness(one)));
  const indices = said.map((one) => (one.kind === 'log-entry' ? parseLogEntry(one.entry).logIndex : -1));
  expect(indices.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
});
