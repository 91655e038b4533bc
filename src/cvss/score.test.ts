import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CvssScore, scoreCvss } from './score.ts';

test.each([
  // CVSS v2.0 guide, 3.3: base, temporal and environmental scores of the three examples, the last two with all metrics.
  ['AV:N/AC:L/Au:N/C:N/I:N/A:C', 7.8, 7.8, 'high'],
  ['AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C', 7.8, 6.4, 'medium'],
  ['AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H', 7.8, 9.2, 'high'],
  ['AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C', 10, 8.3, 'high'],
  ['AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:L', 10, 9, 'high'],
  ['(AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:M)', 6.2, 7.5, 'high'],
  ['CVSS:2.0/AV:L/AC:H/Au:M/C:N/I:P/A:N/E:F/RL:W/RC:C/CDP:MH/TD:H/CR:H/IR:L/AR:ND', 0.8, 3.9, 'low'],
  ['AV:L/AC:L/Au:N/C:C/I:C/A:C/E:H/RL:U/AR:ND', 7.2, 7.2, 'high'],
])('scores version 2.0: %s', (vector, base, score, level) => {
  expect(scoreCvss(vector)).toEqual({ version: '2.0', base, score, level });
});

test.each([
  // FIRST's examples of version 3.
  ['CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N', 6.4, 'medium'],
  ['CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N', 3.1, 'low'],
  ['CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H', 9.9, 'critical'],
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N', 7.5, 'high'],
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 9.8, 'critical'],
  ['CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:N/I:H/A:N', 6.8, 'medium'],
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', 0, 'none'],
  // Only version 3.1 lowers the impact with a power of 13.
  ['CVSS:3.0/AV:N/AC:H/PR:H/UI:R/S:C/C:L/I:N/A:H/CR:M/MAV:L/MAC:X/MPR:L/MUI:X/MS:X', 6.1, 'medium'],
  ['CVSS:3.1/AV:N/AC:H/PR:H/UI:R/S:C/C:L/I:N/A:H/CR:M/MAV:L/MAC:X/MPR:L/MUI:X/MS:X', 6, 'medium'],
  ['CVSS:3.1/AV:L/AC:H/PR:L/UI:R/S:C/C:H/I:L/A:H/E:X/RL:O/RC:C/CR:M/IR:M/AR:X/MAV:L/MPR:N/MC:L/MI:N/MA:H', 6, 'medium'],
])('scores version 3: %s', (vector, score, level) => {
  expect(scoreCvss(vector)).toMatchObject({ score, level });
});

test.each([
  // FIRST's examples of version 4, and vectors with threat and environmental metrics.
  ['CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 7.3, 7.3, 'high'],
  ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N/E:A', 8.7, 8.7, 'high'],
  ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/S:P/AU:Y/R:U/V:C/RE:H/U:Red', 10, 10, 'critical'],
  ['CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/E:U', 9, 6.1, 'medium'],
  ['CVSS:4.0/AV:L/AC:L/AT:N/PR:L/UI:N/VC:N/VI:L/VA:N/SC:L/SI:H/SA:H/MAV:P', 6.2, 4.5, 'medium'],
  [
    'CVSS:4.0/AV:L/AC:H/AT:N/PR:N/UI:N/VC:N/VI:L/VA:L/SC:H/SI:H/SA:N/E:P/CR:M/IR:H/AR:M/MAV:N/MAC:H/MAT:N/MPR:H/MUI:P/MVC:X/MVI:H/MVA:H/MSC:H/MSI:S/MSA:X',
    5.1,
    7.1,
    'high',
  ],
  ['CVSS:4.0/AV:P/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N/E:A', 0, 0, 'none'],
])('scores version 4.0: %s', (vector, base, score, level) => {
  expect(scoreCvss(vector)).toEqual({ version: '4.0', base, score, level });
});

function every(prefix: string, metrics: string): CvssScore[] {
  let vectors = [''];
  for (const metric of metrics.split(' ')) {
    const [name = '', values = ''] = metric.split(':');
    vectors = vectors.flatMap((v) => values.split(',').map((value) => `${v}/${name}:${value}`));
  }
  return vectors.flatMap((v) => scoreCvss(prefix === '' ? v.slice(1) : prefix + v) ?? []);
}

test.each([
  // What Red Hat's cvss 3.6 says of the same vectors: how many, the sum of their scores, how many of each level.
  ['', 'AV:L,A,N AC:H,M,L Au:M,S,N C:N,P,C I:N,P,C A:N,P,C', 729, 3800.7, [0, 161, 441, 127, 0]],
  [
    'CVSS:3.0',
    'AV:N,A,L,P AC:L,H PR:N,L,H UI:N,R S:U,C C:N,L,H I:N,L,H A:N,L,H',
    2592,
    14270.6,
    [96, 416, 1464, 555, 61],
  ],
  [
    'CVSS:3.1',
    'AV:N,A,L,P AC:L,H PR:N,L,H UI:N,R S:U,C C:N,L,H I:N,L,H A:N,L,H',
    2592,
    14270.6,
    [96, 416, 1464, 555, 61],
  ],
  [
    'CVSS:4.0',
    'AV:N,A,L,P AC:L AT:N PR:N,L,H UI:N VC:H,L,N VI:H,L,N VA:H,L,N SC:H,L,N SI:H,L,N SA:H,L,N',
    8748,
    62369.3,
    [12, 189, 3689, 4017, 841],
  ],
] as const)('scores every base vector as another program does: "%s"', (prefix, metrics, count, sum, levels) => {
  const scores = every(prefix, metrics);
  expect(scores.length).toBe(count);
  expect(scores.reduce((total, { base }) => total + Math.round(base * 10), 0) / 10).toBe(sum);
  const counted = ['none', 'low', 'medium', 'high', 'critical'].map((l) => scores.filter(({ level }) => level === l));
  expect(counted.map(({ length }) => length)).toEqual(levels);
});

test.each([
  ['nothing', ''],
  ['a word', 'critical'],
  ['a version that is none', 'CVSS:5.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'],
  ['a prefix alone', 'CVSS:3.1/'],
  ['a metric of the base missing', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H'],
  ['a metric given twice', 'CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'],
  ['a metric that is none', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/__proto__:X'],
  ['a value that is none', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:constructor'],
  ['a metric of another version', 'CVSS:3.1/AV:N/AC:L/AT:N/PR:N/UI:N/S:U/C:H/I:H/A:H'],
  ['an empty metric', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/'],
  ['no colon', 'CVSS:3.1/AVN/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'],
  ['megabytes', `AV:N${'/AV:N'.repeat(1_000_000)}`],
])('scores no vector of %s', (_, vector) => {
  expect(scoreCvss(vector)).toBeUndefined();
});

test('gives a score from 0 to 10 or nothing for any text', () => {
  const metric = fc.stringMatching(/^[A-Z]{1,3}:[A-Z]$/);
  const vector = fc.tuple(fc.constantFrom('CVSS:3.1/', 'CVSS:4.0/', ''), fc.array(metric));
  const text = fc.oneof(
    fc.string(),
    vector.map(([prefix, metrics]) => prefix + metrics.join('/')),
  );
  fc.assert(
    fc.property(text, (t) => {
      const score = scoreCvss(t)?.score ?? 0;
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(10);
    }),
  );
});
