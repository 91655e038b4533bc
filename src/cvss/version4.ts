// CVSS v4.0 specification, 8: the score of a vector from that of its MacroVector and its distance from the worst in it.
import { macroVectorScore } from './macro-vectors.ts';

type Metrics = ReadonlyMap<string, string>;

/** The values of each metric from the worst; the distance between two is a count of steps. */
const severities: ReadonlyMap<string, string> = new Map([
  ['AV', 'NALP'],
  ['PR', 'NLH'],
  ['UI', 'NPA'],
  ['AC', 'LH'],
  ['AT', 'NP'],
  ['VC', 'HLN'],
  ['VI', 'HLN'],
  ['VA', 'HLN'],
  ['SC', 'HLN'],
  ['SI', 'SHLN'],
  ['SA', 'SHLN'],
  ['CR', 'HML'],
  ['IR', 'HML'],
  ['AR', 'HML'],
]);

interface Group {
  readonly metrics: readonly string[];
  /** By the EQ's level (EQ3 and EQ6 together as two digits): the worst vectors of it, and how many steps it is deep. */
  readonly levels: ReadonlyMap<string, { readonly worst: readonly string[]; readonly depth: number }>;
}

function group(metrics: string, levels: Readonly<Record<string, readonly [string, number]>>): Group {
  return {
    metrics: metrics.split(' '),
    levels: new Map(Object.entries(levels).map(([name, [w, depth]]) => [name, { worst: w.split(' '), depth }])),
  };
}

/** Tables 24 to 28 and 30: the highest severity vectors, their values in the order of the metrics named. */
const eq1 = group('AV PR UI', { 0: ['NNN', 1], 1: ['ANN NLN NNP', 4], 2: ['PNN ALP', 5] });
const eq2 = group('AC AT', { 0: ['LN', 1], 1: ['HN LP', 2] });
const eq4 = group('SC SI SA', { 0: ['HSS', 6], 1: ['HHH', 5], 2: ['LLL', 4] });
const eq3and6 = group('VC VI VA CR IR AR', {
  '00': ['HHHHHH', 7],
  '01': ['HHLMMH HHHMMM', 6],
  10: ['LHHHHH HLHHHH', 8],
  11: ['LHLHMH LHHHMM HLHMHM HLLMHH LLHHHM', 8],
  21: ['LLLHHH', 10],
});

const modifiable = new Set(['AV', 'AC', 'AT', 'PR', 'UI', 'VC', 'VI', 'VA', 'SC', 'SI', 'SA']);
const others = ['E', 'CR', 'IR', 'AR', ...Array.from(modifiable, (name) => `M${name}`)];

/** With the base metrics alone, and with the threat and environmental metrics that are given: 0.0 to 10.0. */
export function scoreVersion4(metrics: Metrics): { base: number; score: number } {
  const base = score(new Map(Array.from(metrics).filter(([name]) => modifiable.has(name))));
  const given = others.some((name) => (metrics.get(name) ?? 'X') !== 'X');
  return { base, score: given ? score(metrics) : base };
}

/** The value that counts: the modified one, the one given, or the worst (8.1). */
function effective(metrics: Metrics, name: string): string {
  const modified = modifiable.has(name) ? (metrics.get(`M${name}`) ?? 'X') : 'X';
  if (modified !== 'X') return modified;
  const given = metrics.get(name) ?? 'X';
  return given === 'X' ? (name === 'E' ? 'A' : 'H') : given;
}

function score(metrics: Metrics): number {
  const value = (name: string) => effective(metrics, name);
  if (['VC', 'VI', 'VA', 'SC', 'SI', 'SA'].every((name) => value(name) === 'N')) return 0;
  const eq = macroVector(value);
  const own = macroVectorScore(eq) ?? 0;
  let sum = 0;
  let count = 0;
  for (const [lower, proportion] of neighbours(eq, value)) {
    if (lower === undefined) continue;
    sum += (own - lower) * proportion;
    count++;
  }
  const exact = own - (count === 0 ? 0 : sum / count);
  return Math.round(Math.min(10, Math.max(0, exact)) * 10 + 1e-5) / 10;
}

/** Tables 24 to 29: the level in each set of metrics, EQ1 to EQ6. */
function macroVector(value: (name: string) => string): number[] {
  const is = (...wanted: string[]) => wanted.map((w) => value(w.slice(0, -1)) === w.at(-1));
  const entry = is('AVN', 'PRN', 'UIN');
  const high = is('VCH', 'VIH', 'VAH');
  const later = is('SCH', 'SIH', 'SAH');
  const needed = is('CRH', 'IRH', 'ARH');
  return [
    entry.every(Boolean) ? 0 : entry.some(Boolean) && value('AV') !== 'P' ? 1 : 2,
    is('ACL', 'ATN').every(Boolean) ? 0 : 1,
    high[0] === true && high[1] === true ? 0 : high.some(Boolean) ? 1 : 2,
    is('SIS', 'SAS').some(Boolean) ? 0 : later.some(Boolean) ? 1 : 2,
    'APU'.indexOf(value('E')),
    high.some((h, i) => h && needed[i] === true) ? 0 : 1,
  ];
}

/** For each set of metrics: the next lower MacroVector's score, and how far the vector is on the way to it, 0 to 1. */
function neighbours(eq: readonly number[], value: (name: string) => string): [number | undefined, number][] {
  const lower = (...sets: number[]) => macroVectorScore(eq.map((level, i) => (sets.includes(i) ? level + 1 : level)));
  return [
    [lower(0), distance(eq1, `${eq[0]}`, value)],
    [lower(1), distance(eq2, `${eq[1]}`, value)],
    [lowerOf3and6(eq, lower), distance(eq3and6, `${eq[2]}${eq[5]}`, value)],
    [lower(3), distance(eq4, `${eq[3]}`, value)],
    [lower(4), 0],
  ];
}

/** EQ3 and EQ6 depend on each other: of two ways down, the one with the higher score. */
function lowerOf3and6(eq: readonly number[], lower: (...sets: number[]) => number | undefined): number | undefined {
  if (eq[2] === 1 && eq[5] === 0) return lower(5);
  if (eq[2] === 0 && eq[5] === 0) return Math.max(lower(2) ?? 0, lower(5) ?? 0);
  return lower(2);
}

function distance({ metrics, levels }: Group, level: string, value: (name: string) => string): number {
  const { worst, depth } = levels.get(level) ?? { worst: [], depth: 1 };
  for (const vector of worst) {
    const steps = metrics.map((name, i) => {
      const order = severities.get(name) ?? '';
      return order.indexOf(value(name)) - order.indexOf(vector.charAt(i));
    });
    if (steps.every((step) => step >= 0)) return steps.reduce((a, b) => a + b, 0) / depth;
  }
  return 0;
}
