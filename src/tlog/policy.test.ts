import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseCheckpoint } from './checkpoint.ts';
import { cosign } from './cosignature.ts';
import { EMPTY_ROOT, leafHash } from './hashes.ts';
import { formatNote, type NoteSignature } from './note.ts';
import { formatVerifierKey, noteKey, witnessKey } from './note-key.ts';
import { parseLogPolicy } from './policy.ts';
import { formatProof, parseProof, provesEntry } from './proof.ts';
import { judgeCheckpoint, meetsQuorum } from './quorum.ts';

const pair = () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { spki: publicKey.export({ type: 'spki', format: 'der' }), privateKey };
};
const logPair = pair();
const log = noteKey('log.example/a', logPair.spki);
const witnesses = ['X1', 'X2', 'X3', 'Y1', 'Y2'].map((name) => {
  const keys = pair();
  return { name, keys, key: witnessKey(`${name.toLowerCase()}.example`, keys.spki) };
});
const lines = witnesses.map(({ name, key }) => `witness ${name} ${formatVerifierKey(key)} https://${name}.example`);
const source = [
  '# who counts',
  `log ${formatVerifierKey(log)} https://log.example/a`,
  ...lines,
  'group X 2 X1 X2 X3',
  '\tgroup Y any Y1 Y2 ',
  'group both all X Y',
  '',
  'quorum both',
].join('\n');
const parse = (text: string) => parseLogPolicy(Buffer.from(text), 'p');
const policy = parse(source);
const text = `log.example/a\n1\n${leafHash(Buffer.from('e')).toString('base64')}\n`;
const signature: NoteSignature = {
  name: log.name,
  id: log.id,
  bytes: sign(null, Buffer.from(text), logPair.privateKey),
};

async function witnessed(names: readonly string[], time = 1000) {
  const by = witnesses.filter(({ name }) => names.includes(name));
  const cosigned = await Promise.all(
    by.map(async ({ key, keys }) => cosign(text, key, time, async (m) => sign(null, m, keys.privateKey))),
  );
  return parseCheckpoint(formatNote({ text, signatures: [signature, ...cosigned] }));
}

test.each([
  [['X1', 'X2', 'Y1'], true],
  [['X1', 'X3', 'Y1', 'Y2'], true],
  [['X1', 'X2', 'X3'], false],
  [['X1', 'Y1', 'Y2'], false],
  [['X', 'Y'], false],
  [[], false],
])('%j make a quorum: %s', (names, enough) => {
  expect(meetsQuorum(policy, new Set(names))).toBe(enough);
});

describe('a checkpoint', () => {
  test('counts with its log and its quorum', async () => {
    expect(judgeCheckpoint(policy, await witnessed(['X1', 'X2', 'Y2']), 1000)).toEqual({
      valid: true,
      log: 'log.example/a',
      witnesses: ['X1', 'X2', 'Y2'],
    });
  });

  test('does not count without the quorum, with cosignatures from the future, or of another log', async () => {
    expect(judgeCheckpoint(policy, await witnessed(['X1', 'Y2']), 1000)).toEqual({
      valid: false,
      reason: 'the quorum both is not reached: witnessed by X1, Y2',
    });
    expect(judgeCheckpoint(policy, await witnessed(['X1', 'X2', 'Y2'], 1001), 1000)).toMatchObject({ valid: false });
    const other = parse(
      source.replace(formatVerifierKey(log), formatVerifierKey(noteKey('log.example/b', logPair.spki))),
    );
    expect(judgeCheckpoint(other, await witnessed(['X1', 'X2', 'Y2']), 1000)).toEqual({
      valid: false,
      reason: "it is of log.example/a, which is none of the policy's logs",
    });
  });

  test('needs no witness where the policy asks for none', async () => {
    expect(judgeCheckpoint(parse('quorum none'), await witnessed([]), 0)).toEqual({
      valid: true,
      log: undefined,
      witnesses: [],
    });
  });
});

test.each([
  ['no quorum', '# nothing', 'it has no quorum line'],
  ['two quorums', 'quorum none\nquorum none', 'there is a quorum already'],
  ['an unknown word', 'quorums none', 'p:1'],
  ['a quorum of nobody', 'quorum X', 'not defined before it'],
  ['a group before its members', `group X any X1\n${lines[0]}\nquorum X`, 'X1 is not defined before it'],
  ['a member twice', `${lines[0]}\ngroup A any X1\ngroup B any X1\nquorum B`, 'X1 is a member already'],
  ['a name twice', `${lines[0]}\ngroup X1 any X1\nquorum X1`, 'the name X1 is taken'],
  ['a witness twice', `${lines[0]}\n${lines[0]?.replace('X1', 'X9')}\nquorum none`, 'the same key is there already'],
  ['the name none', `${lines[0]?.replace('X1', 'none')}\nquorum none`, 'the name none is taken'],
  ['a threshold that cannot be', `${lines[0]}\ngroup X 2 X1\nquorum X`, '"2" of 1 is not possible'],
  ['a threshold of none', `${lines[0]}\ngroup X 0 X1\nquorum X`, 'is not possible'],
  [
    "a log with a witness's key",
    `log ${formatVerifierKey(witnesses[0]?.key ?? log)}\nquorum none`,
    "it is a witness's key",
  ],
  ["a witness with a log's key", `witness W ${formatVerifierKey(log)}\nquorum none`, "it is not a witness's key"],
  ['control characters', 'quorum none\r', 'control characters'],
  ['a huge file', `#${'x'.repeat(300_000)}\nquorum none`, 'larger than'],
])('a policy with %s is refused', (_, bad, reason) => {
  expect(() => parse(bad)).toThrow(
    expect.objectContaining({ code: 'tlog/policy', message: expect.stringContaining(reason) as string }),
  );
});

describe('a proof', () => {
  test('is read, written and proves its entry', async () => {
    const checkpoint = await witnessed(['X1']);
    for (const extra of [undefined, Buffer.alloc(0), Buffer.from('more')]) {
      const proof = { index: 0, hashes: [], checkpoint, extra };
      const again = parseProof(formatProof(proof));
      expect(again).toEqual(proof);
      expect([provesEntry(again, Buffer.from('e')), provesEntry(again, Buffer.from('f'))]).toEqual([true, false]);
    }
  });

  test.each([
    ['another version', (t: string) => t.replace('@v1', '@v2')],
    ['no index', (t: string) => t.replace('index 0\n', '')],
    ['an index with a leading zero', (t: string) => t.replace('index 0', 'index 00')],
    ['a hash that is none', (t: string) => t.replace('index 0\n', 'index 0\nAAAA\n')],
    [
      'too many hashes',
      (t: string) => t.replace('index 0\n', `index 0\n${`${EMPTY_ROOT.toString('base64')}\n`.repeat(64)}`),
    ],
    ['bad extra data', (t: string) => t.replace('index', 'extra A\nindex')],
    ['no checkpoint', (t: string) => t.slice(0, t.indexOf('\n\n'))],
  ])('with %s is refused', async (_, change) => {
    const proof = formatProof({ index: 0, hashes: [], checkpoint: await witnessed([]), extra: undefined });
    expect(() => parseProof(change(proof))).toThrow(expect.objectContaining({ code: 'tlog/malformed' }));
  });
});
