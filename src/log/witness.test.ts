import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ed25519Signer } from '../../test/fakes/log-keys.ts';
import { FakeWitness } from '../../test/fakes/witness.ts';
import { Http } from '../io/http.ts';
import { judgeCheckpoint } from '../tlog/quorum.ts';
import { parseLogPolicy } from '../tlog/policy.ts';
import { Log } from './log.ts';
import { MemoryStorage } from './memory.ts';
import { WitnessQuorum } from './quorum.ts';
import { LogKey } from './signing.ts';

const signer = ed25519Signer();
const origin = 'log.example';
const key = new LogKey(origin, signer).key;
let witnesses: FakeWitness[];
let storage: MemoryStorage;

beforeEach(async () => {
  witnesses = await Promise.all(['w1', 'w2', 'w3'].map(async (name) => await FakeWitness.start(name, [key])));
  storage = new MemoryStorage();
});

afterEach(async () => {
  for (const witness of witnesses) await witness[Symbol.asyncDispose]();
});

const policy = () =>
  parseLogPolicy(
    Buffer.from([...witnesses.map(({ line }) => line), 'group two 2 w1 w2 w3', 'quorum two'].join('\n')),
    'p',
  );
const quorum = () => new WitnessQuorum(policy(), new Http({ tries: 1, idle: 2000 }));
const open = async (cosigner = quorum()) => await Log.open(storage, { origin, signer, cosigner });
const entry = [Buffer.from('entry')];
const witness = (i: number) => {
  const found = witnesses[i];
  if (found === undefined) throw new Error('no such witness');
  return found;
};

test('every published checkpoint is cosigned, each with a proof from the last', async () => {
  const log = await open();
  for (let i = 0; i < 3; i++) {
    const { checkpoint } = await log.append(entry);
    expect(judgeCheckpoint(policy(), checkpoint, 1_800_000_000)).toMatchObject({
      valid: true,
      witnesses: ['w1', 'w2', 'w3'],
    });
  }
  expect(witness(0).asked).toEqual([0, 1, 2]);
  await (await open()).append(entry);
  expect(witness(0).asked).toEqual([0, 1, 2, 3]);
});

test('a witness that is behind is told from where it stands', async () => {
  const lonely = await Log.open(storage, { origin, signer });
  await lonely.append(entry);
  const log = await open();
  await log.append(entry);
  witness(1).seen = witness(2).seen;
  witness(0).seen = { size: 1, root: lonely.checkpoint.root };
  await log.append(entry);
  expect(witness(0).asked).toEqual([0, 2, 1]);
});

describe('a witness', () => {
  test('that is down does no harm where the others make the quorum', async () => {
    const [cosigner, judged] = [quorum(), policy()];
    await witness(1)[Symbol.asyncDispose]();
    const log = await open(cosigner);
    const { checkpoint } = await log.append(entry);
    expect(judgeCheckpoint(judged, checkpoint, 1_800_000_000)).toMatchObject({ witnesses: ['w1', 'w3'] });
    expect(cosigner.missed).toMatchObject([{ code: 'log/witness-down' }]);
  });

  test.each([
    ['is down', { status: 503, body: '' }, 'log/witness-down'],
    ['does not know the log', { status: 404, body: '' }, 'log/witness-refused'],
    ["does not trust the log's key", { status: 403, body: '' }, 'log/witness-refused'],
    ['saw another tree', { status: 422, body: '' }, 'log/witness-forked'],
    ['saw another tree of the same size', { status: 409, body: '0\n' }, 'log/witness-forked'],
    ['saw a larger tree', { status: 409, body: '99\n' }, 'log/witness-ahead'],
    ['answers nonsense', { status: 200, body: 'nonsense\n' }, 'log/witness-signature'],
    ['answers with the signature of somebody else', { status: 200, body: '— w9 AAAAAAAA\n' }, 'log/witness-signature'],
    ['answers with a false signature', { status: 200, body: '' }, 'log/witness-signature'],
  ])('that %s is named, and the checkpoint stays back until there is a quorum', async (_, answer, code) => {
    const log = await open();
    await log.append(entry);
    for (const i of [0, 1]) {
      const { key: own } = witness(i);
      const bad = Buffer.concat([Buffer.from(own.id, 'hex'), Buffer.alloc(72)]).toString('base64');
      witness(i).answer =
        answer.body === '' && answer.status === 200 ? { status: 200, body: `— ${own.name} ${bad}\n` } : answer;
    }
    if (answer.body === '0\n') for (const i of [0, 1]) witness(i).answer = { status: 409, body: '1\n' };
    await expect(log.append([Buffer.from('kept')])).rejects.toMatchObject({ code });
    expect((await log.reader().checkpoint()).size).toBe(1);
    for (const i of [0, 1]) witness(i).answer = undefined;
    // What was committed is published first: the log never offers the witnesses another tree of that size.
    expect(await log.append(entry)).toMatchObject({ index: 2, checkpoint: { size: 3 } });
    expect((await log.reader().entry(1, log.checkpoint)).toString()).toBe('kept');
  });
});
