// A dependency specifier (PyPA specifications, "Dependency specifiers"; PEP 508): `name[extra]>=1 ; marker`.
import { normalPypiName } from '../../purl/pypi-name.ts';

export interface Requirement {
  /** As PEP 503 compares it. */
  readonly name: string;
  /** Names of extras, in that form, too. */
  readonly extras?: readonly string[];
  /** `>=1.0,<2`, or `@ URL`; absent where any will do. */
  readonly constraint?: string;
  readonly marker?: string;
}

/** Longest specifier that is read, in characters. */
const LONGEST = 5000;
const NAME = /^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?)\s*/;

/** `undefined` for what is no specifier. */
export function readRequirement(text: string): Requirement | undefined {
  if (text.length > LONGEST) return undefined;
  const start = NAME.exec(text);
  if (start?.[1] === undefined) return undefined;
  let rest = text.slice(start[0].length);
  let extras: string[] = [];
  if (rest.startsWith('[')) {
    const close = rest.indexOf(']');
    if (close < 0) return undefined;
    extras = rest
      .slice(1, close)
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean)
      .map(normalPypiName);
    rest = rest.slice(close + 1).trimStart();
  }
  // A URL may hold semicolons; a blank divides it from its marker.
  const semicolon = rest.startsWith('@') ? rest.search(/\s;/) : rest.indexOf(';');
  const said = (semicolon < 0 ? rest : rest.slice(0, semicolon)).trim();
  const marker = semicolon < 0 ? '' : rest.slice(rest.indexOf(';', semicolon) + 1).trim();
  const constraint = /^\((.*)\)$/s.exec(said)?.[1]?.trim() ?? said;
  if (constraint !== '' && !/^[@<>=!~]/.test(constraint)) return undefined;
  return {
    name: normalPypiName(start[1]),
    ...(extras.length === 0 ? {} : { extras }),
    ...(constraint === '' ? {} : { constraint }),
    ...(marker === '' ? {} : { marker }),
  };
}

/** The requirement as people read it, without its marker. */
export function requirementText({ name, extras = [], constraint = '' }: Requirement): string {
  return `${name}${extras.length === 0 ? '' : `[${extras.join(',')}]`}${constraint.startsWith('@') ? ' ' : ''}${constraint}`;
}
