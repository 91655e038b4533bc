/** The number that a metric's value stands for; 1 where there is none. */
export type Weights = (metric: string, value: string) => number;

export function weightsOf(table: Readonly<Record<string, Readonly<Record<string, number>>>>): Weights {
  const byMetric = new Map(Object.entries(table).map(([name, values]) => [name, new Map(Object.entries(values))]));
  return (metric, value) => byMetric.get(metric)?.get(value) ?? 1;
}
