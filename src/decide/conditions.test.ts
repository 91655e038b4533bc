import { describe, expect, test } from 'vitest';
import { cpuTime } from '../../test/fakes/cpu-time.ts';
import { digestOf } from '../lib/digest.ts';
import type { ConditionFacts } from '../verify/conditions.ts';
import { compileConditions } from './conditions.ts';

const NOW = Date.UTC(2026, 1, 1) / 1000;
const facts = (predicate: unknown): ConditionFacts => ({
  predicate,
  predicateType: 'https://slsa.dev/provenance/v1',
  statement: { predicateType: 'https://slsa.dev/provenance/v1', predicate },
  subject: { digest: digestOf('x'), role: 'manifest', platform: 'linux/amd64' },
  signer: { name: 'SHA256:aa', groups: ['release'] },
});
const compile = (expression: string) => {
  const [condition] = compileConditions([{ type: 'provenance', expression }], NOW);
  if (condition === undefined) throw new Error('no condition');
  return condition;
};
const predicate = JSON.parse(
  `{"runDetails":{"builder":{"id":"https://b.example/x"},"metadata":{"finishedOn":"2026-01-20T00:00:00Z"}},"level":3,"long":"${'a'.repeat(2000)} evil","findings":[{"severity":"LOW"},{"severity":"HIGH"}],"__proto__":{"polluted":true}}`,
) as unknown;

describe('a condition', () => {
  test.each([
    ['predicate.runDetails.builder.id.startsWith("https://b.example/")', true],
    ['predicate.runDetails.builder.id.matches("^https://b\\\\.example/[a-z]$")', true],
    ['now - timestamp(predicate.runDetails.metadata.finishedOn) < duration("720h")', true],
    ['now - timestamp(predicate.runDetails.metadata.finishedOn) < duration("24h")', false],
    ['predicate.level >= 3', true],
    ['predicate.findings.all(f, f.severity != "CRITICAL")', true],
    ['!predicate.findings.exists(f, f.severity in ["CRITICAL", "HIGH"])', false],
    ['has(predicate.absent) && predicate.absent == 1', false],
    ['subject.platform == "linux/amd64" && "release" in signer.groups', true],
    ['predicate.?absent.orValue("x") == "x"', true],
  ])('%s is %s', (expression, holds) => {
    expect(compile(expression).holds(facts(predicate))).toBe(holds);
  });

  test.each([
    ['predicate.absent == 1', 'No such key: absent'],
    ['predicate.constructor.name == "Object"', 'No such key: constructor'],
    ['predicate.level', 'neither true nor false'],
    ['timestamp(predicate.runDetails.builder.id) < now', 'timestamp'],
    ['!predicate.long.matches("evil")', 'characters'],
    ['predicate.runDetails.builder.id.matches(predicate.runDetails.builder.id + "(")', 'cannot be used'],
  ])('%s errs, and is not taken for met', (expression, why) => {
    const { holds } = compile(expression);
    expect(() => holds(facts(predicate))).toThrow(expect.objectContaining({ code: 'policy/undecided' }));
    expect(() => holds(facts(predicate))).toThrow(why);
  });

  test.each([
    'predicate.',
    'unknown == 1',
    '1 + 1',
    '"a" + 1 == 2',
    'cel.bind(a, [1,1], size(a) == 2)',
    '(('.repeat(60),
  ])('%s is no condition', (expression) => {
    expect(() => compile(expression)).toThrow(expect.objectContaining({ code: 'policy/condition' }));
  });

  test('takes no age for whatever a statement says', () => {
    const began = cpuTime();
    const long = { list: Array.from({ length: 100_000 }, (_, at) => at), text: 'a'.repeat(1999) };
    expect(() => compile('predicate.list.all(a, predicate.list.all(b, a != b - 1))').holds(facts(long))).toThrow(
      'too much',
    );
    expect(() =>
      compile('predicate.text.split("").all(a, size(predicate.text.split("")) > 0)').holds(facts(long)),
    ).toThrow('too much');
    expect(compile('predicate.text.split("").all(a, a == "a")').holds(facts(long))).toBe(true);
    expect(compile('predicate.list.all(a, a >= 0)').holds(facts(long))).toBe(true);
    expect(compile('predicate.text.matches("^(a+)+$")').holds(facts(long))).toBe(true);
    expect(cpuTime() - began).toBeLessThan(5000);
  });

  test('concerns the types of its word', () => {
    expect(compile('true').types).toEqual(['https://slsa.dev/provenance/v1', 'https://slsa.dev/provenance/v0.2']);
  });
});
