// CVSS v3.0 (8) and v3.1 (7 and appendix A): equations.
import { type Weights, weightsOf } from './weights.ts';

const requirement = { X: 1, H: 1.5, M: 1, L: 0.5 };
const impact = { H: 0.56, L: 0.22, N: 0 };

const weights: Weights = weightsOf({
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  UI: { N: 0.85, R: 0.62 },
  PR: { N: 0.85, L: 0.62, H: 0.27 },
  'PR changed': { N: 0.85, L: 0.68, H: 0.5 },
  C: impact,
  I: impact,
  A: impact,
  E: { X: 1, H: 1, F: 0.97, P: 0.94, U: 0.91 },
  RL: { X: 1, U: 1, W: 0.97, T: 0.96, O: 0.95 },
  RC: { X: 1, C: 1, R: 0.96, U: 0.92 },
  CR: requirement,
  IR: requirement,
  AR: requirement,
});

const temporal = ['E', 'RL', 'RC'];
const environmental = ['CR', 'IR', 'AR', 'MAV', 'MAC', 'MPR', 'MUI', 'MS', 'MC', 'MI', 'MA'];

/** Base, and what the temporal and environmental metrics that are given make of it: 0.0 to 10.0. */
export function scoreVersion3(
  metrics: ReadonlyMap<string, string>,
  minor: '3.0' | '3.1',
): { base: number; score: number } {
  const given = (name: string) => (metrics.get(name) ?? 'X') !== 'X';
  const time = weight(metrics, 'E') * weight(metrics, 'RL') * weight(metrics, 'RC');
  const base = exploited(metrics, '', impactOf(metrics, minor));
  if (environmental.some(given)) {
    return { base, score: roundUp(exploited(metrics, 'M', modifiedImpactOf(metrics, minor)) * time) };
  }
  return { base, score: temporal.some(given) ? roundUp(base * time) : base };
}

/** The value of a metric, or of its modified one where that is given. */
function value(metrics: ReadonlyMap<string, string>, name: string, modified: '' | 'M'): string {
  const own = modified === '' ? undefined : metrics.get(`M${name}`);
  return (own === 'X' ? undefined : own) ?? metrics.get(name) ?? 'X';
}

function weight(metrics: ReadonlyMap<string, string>, name: string, modified: '' | 'M' = ''): number {
  return weights(name, value(metrics, name, modified));
}

function impactOf(metrics: ReadonlyMap<string, string>, minor: '3.0' | '3.1'): number {
  const untouched = (1 - weight(metrics, 'C')) * (1 - weight(metrics, 'I')) * (1 - weight(metrics, 'A'));
  return scoped(metrics, '', 1 - untouched, minor);
}

function modifiedImpactOf(metrics: ReadonlyMap<string, string>, minor: '3.0' | '3.1'): number {
  const untouched = (name: string) => 1 - weight(metrics, `${name}R`) * weight(metrics, name, 'M');
  return scoped(metrics, 'M', Math.min(1 - untouched('C') * untouched('I') * untouched('A'), 0.915), minor);
}

function scoped(metrics: ReadonlyMap<string, string>, modified: '' | 'M', sub: number, minor: '3.0' | '3.1'): number {
  if (value(metrics, 'S', modified) === 'U') return 6.42 * sub;
  const late = modified === 'M' && minor === '3.1' ? (sub * 0.9731 - 0.02) ** 13 : (sub - 0.02) ** 15;
  return 7.52 * (sub - 0.029) - 3.25 * late;
}

function exploited(metrics: ReadonlyMap<string, string>, modified: '' | 'M', impactScore: number): number {
  if (impactScore <= 0) return 0;
  const changed = value(metrics, 'S', modified) === 'C';
  const privileges = weights(changed ? 'PR changed' : 'PR', value(metrics, 'PR', modified));
  const others = weight(metrics, 'AV', modified) * weight(metrics, 'AC', modified) * weight(metrics, 'UI', modified);
  return roundUp(Math.min((changed ? 1.08 : 1) * (impactScore + 8.22 * others * privileges), 10));
}

/** To one decimal place, upwards; what binary fractions add beyond the fifth place is none (3.1, appendix A). */
function roundUp(number: number): number {
  const whole = Math.round(number * 100_000);
  return whole % 10_000 === 0 ? whole / 100_000 : (Math.floor(whole / 10_000) + 1) / 10;
}
