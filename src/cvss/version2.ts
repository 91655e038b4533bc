// CVSS v2.0, "A Complete Guide", 3.2: equations.
import { type Weights, weightsOf } from './weights.ts';

const weights: Weights = weightsOf({
  AV: { L: 0.395, A: 0.646, N: 1 },
  AC: { H: 0.35, M: 0.61, L: 0.71 },
  Au: { M: 0.45, S: 0.56, N: 0.704 },
  C: { N: 0, P: 0.275, C: 0.66 },
  I: { N: 0, P: 0.275, C: 0.66 },
  A: { N: 0, P: 0.275, C: 0.66 },
  E: { U: 0.85, POC: 0.9, F: 0.95, H: 1, ND: 1 },
  RL: { OF: 0.87, TF: 0.9, W: 0.95, U: 1, ND: 1 },
  RC: { UC: 0.9, UR: 0.95, C: 1, ND: 1 },
  CDP: { N: 0, L: 0.1, LM: 0.3, MH: 0.4, H: 0.5, ND: 0 },
  TD: { N: 0, L: 0.25, M: 0.75, H: 1, ND: 1 },
  CR: { L: 0.5, M: 1, H: 1.51, ND: 1 },
  IR: { L: 0.5, M: 1, H: 1.51, ND: 1 },
  AR: { L: 0.5, M: 1, H: 1.51, ND: 1 },
});

const temporal = ['E', 'RL', 'RC'];
const environmental = ['CDP', 'TD', 'CR', 'IR', 'AR'];

/** Base, and what the temporal and environmental metrics that are given make of it: 0.0 to 10.0. */
export function scoreVersion2(metrics: ReadonlyMap<string, string>): { base: number; score: number } {
  const weight = (name: string) => weights(name, metrics.get(name) ?? 'ND');
  const of = (c: number, i: number, a: number) =>
    10.41 * (1 - (1 - weight('C') * c) * (1 - weight('I') * i) * (1 - weight('A') * a));
  const exploitability = 20 * weight('AV') * weight('AC') * weight('Au');
  const from = (impact: number) => round((0.6 * impact + 0.4 * exploitability - 1.5) * (impact === 0 ? 0 : 1.176));
  const timed = (score: number) => round(score * weight('E') * weight('RL') * weight('RC'));

  const given = (name: string) => (metrics.get(name) ?? 'ND') !== 'ND';

  const base = from(of(1, 1, 1));
  if (environmental.some(given)) {
    const adjusted = timed(from(Math.min(10, of(weight('CR'), weight('IR'), weight('AR')))));
    return { base, score: Math.max(0, round((adjusted + (10 - adjusted) * weight('CDP')) * weight('TD'))) };
  }
  return { base, score: temporal.some(given) ? timed(base) : base };
}

/** To one decimal place, halves away from zero: what binary fractions leave below a half is a half. */
function round(value: number): number {
  return value < 0 ? -round(-value) : Math.round(value * 10 + 1e-9) / 10;
}
