// CVSS vectors as text: their metrics and the values that each may have.

export type CvssVersion = '2.0' | '3.0' | '3.1' | '4.0';

export interface CvssVector {
  readonly version: CvssVersion;
  /** By the metric's short name; those that are not given are absent. */
  readonly metrics: ReadonlyMap<string, string>;
}

interface Grammar {
  readonly required: ReadonlyMap<string, readonly string[]>;
  readonly optional: ReadonlyMap<string, readonly string[]>;
}

/** Longest vector that is read, in characters: all of version 4's metrics are 220. */
const LONGEST = 400;

function grammar(required: string, optional: string): Grammar {
  return { required: table(required), optional: table(optional) };
}

function table(text: string): ReadonlyMap<string, readonly string[]> {
  return new Map(
    text.split(' ').map((metric) => {
      const [name = '', values = ''] = metric.split(':');
      return [name, values.split(',')] as const;
    }),
  );
}

/** CVSS v2.0 guide, 2.4. */
const version2 = grammar(
  'AV:L,A,N AC:H,M,L Au:M,S,N C:N,P,C I:N,P,C A:N,P,C',
  'E:U,POC,F,H,ND RL:OF,TF,W,U,ND RC:UC,UR,C,ND CDP:N,L,LM,MH,H,ND TD:N,L,M,H,ND CR:L,M,H,ND IR:L,M,H,ND AR:L,M,H,ND',
);

/** CVSS v3.0 and v3.1 specification, 6. */
const version3 = grammar(
  'AV:N,A,L,P AC:L,H PR:N,L,H UI:N,R S:U,C C:N,L,H I:N,L,H A:N,L,H',
  'E:X,U,P,F,H RL:X,O,T,W,U RC:X,U,R,C CR:X,L,M,H IR:X,L,M,H AR:X,L,M,H MAV:X,N,A,L,P MAC:X,L,H MPR:X,N,L,H MUI:X,N,R ' +
    'MS:X,U,C MC:X,N,L,H MI:X,N,L,H MA:X,N,L,H',
);

/** CVSS v4.0 specification, 7. */
const version4 = grammar(
  'AV:N,A,L,P AC:L,H AT:N,P PR:N,L,H UI:N,P,A VC:H,L,N VI:H,L,N VA:H,L,N SC:H,L,N SI:H,L,N SA:H,L,N',
  'E:X,A,P,U CR:X,H,M,L IR:X,H,M,L AR:X,H,M,L MAV:X,N,A,L,P MAC:X,L,H MAT:X,N,P MPR:X,N,L,H MUI:X,N,P,A MVC:X,H,L,N ' +
    'MVI:X,H,L,N MVA:X,H,L,N MSC:X,H,L,N MSI:X,S,H,L,N MSA:X,S,H,L,N S:X,N,P AU:X,N,Y R:X,A,U,I V:X,D,C RE:X,L,M,H ' +
    'U:X,Clear,Green,Amber,Red',
);

type Prefixed = readonly [prefix: string, CvssVersion, Grammar];

const prefixed: readonly Prefixed[] = [
  ['CVSS:3.1/', '3.1', version3],
  ['CVSS:3.0/', '3.0', version3],
  ['CVSS:4.0/', '4.0', version4],
  ['CVSS:2.0/', '2.0', version2],
];
const bareVersion2: Prefixed = ['', '2.0', version2];

/**
 * Reads a vector of CVSS 2.0 (with or without a prefix or parentheses), 3.0, 3.1 or 4.0, its metrics in any order.
 * `undefined` where it is none: a metric is unknown, given twice or has no such value, or one of the base is missing.
 */
export function parseCvssVector(text: string): CvssVector | undefined {
  if (text.length > LONGEST) return undefined;
  const bare = text.startsWith('(') && text.endsWith(')') ? text.slice(1, -1) : text;
  const [prefix, version, { required, optional }] = prefixed.find(([start]) => bare.startsWith(start)) ?? bareVersion2;
  const metrics = new Map<string, string>();
  for (const metric of bare.slice(prefix.length).split('/')) {
    const colon = metric.indexOf(':');
    const name = metric.slice(0, Math.max(0, colon));
    const value = metric.slice(colon + 1);
    const values = required.get(name) ?? optional.get(name);
    if (values?.includes(value) !== true || metrics.has(name)) return undefined;
    metrics.set(name, value);
  }
  for (const name of required.keys()) if (!metrics.has(name)) return undefined;
  return { version, metrics };
}
