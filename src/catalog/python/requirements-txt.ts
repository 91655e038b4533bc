// requirements.txt (pip's documentation, "Requirements File Format"): only exact pins are packages.
import { normalPypiName } from '../../purl/pypi-name.ts';
import { type LockFact, type LockNode, lockFact } from '../locked.ts';
import { lockedPypi, onlySha256 } from './locked-pypi.ts';
import { type Requirement, readRequirement } from './requirement.ts';

/** Most lines that are read. */
const LINES = 200_000;

interface Pin {
  readonly name: string;
  readonly version: string;
  readonly requirement: Requirement;
  readonly hashes: readonly string[];
  /** Who asks for it, as pip-compile and uv write in comments. */
  readonly via: string[];
}

/** Pins, and edges where comments name who asks. Ranges, folders and URLs are passed over, as are files named by `-r`. */
export function readRequirementsTxt(text: string): LockFact {
  const pins = pinsOf(text.split(/\r?\n/, LINES));
  const keys = new Map(pins.map((pin, i) => [normalPypiName(pin.name), String(i)]));
  const needs = new Map<string, string[]>();
  for (const [i, { via }] of pins.entries()) {
    for (const parent of via) {
      const key = keys.get(parent);
      if (key !== undefined) needs.set(key, [...(needs.get(key) ?? []), String(i)]);
    }
  }
  const nodes = new Map(
    pins.map(({ name, version, requirement, hashes }, i): [string, LockNode] => [
      String(i),
      {
        locked: lockedPypi({ name, version, sha256: onlySha256(hashes), marker: requirement.marker }),
        needs: needs.get(String(i)) ?? [],
      },
    ]),
  );
  return lockFact(nodes);
}

function pinsOf(lines: readonly string[]): Pin[] {
  const pins: Pin[] = [];
  let logical = '';
  let pinned = false;
  const commit = () => {
    const pin = pinOf(logical);
    if (logical !== '') pinned = pin !== undefined;
    if (pin !== undefined) pins.push(pin);
    logical = '';
  };
  for (const line of lines) {
    const hash = commentStart(line);
    const code = (hash < 0 ? line : line.slice(0, hash)).trim();
    if (code !== '') {
      logical += ` ${code.replace(/\\$/, '')}`;
      if (!code.endsWith('\\')) commit();
    }
    if (hash < 0) continue;
    if (code === '') commit();
    if (pinned) pins.at(-1)?.via.push(...viaOf(line.slice(hash + 1)));
  }
  commit();
  return pins;
}

/** `#` at the beginning or after a blank. */
function commentStart(line: string): number {
  if (line.startsWith('#')) return 0;
  const found = /\s#/.exec(line);
  return found === null ? -1 : found.index + 1;
}

/** `via a`, `via a, b`, or lines below `via` with a name each. */
function viaOf(comment: string): string[] {
  const said = comment.trim().replace(/^via\b/, '');
  return said
    .split(',')
    .map((name) => name.trim())
    .filter((name) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,200}(?:\[[^\]]*\])?$/.test(name))
    .map((name) => normalPypiName(name.replace(/\[.*$/, '')));
}

/** `name[extra]==1.0 ; marker --hash=sha256:…`; `undefined` for options and for what is not pinned. */
function pinOf(logical: string): Pin | undefined {
  const [specifier = '', ...options] = logical.trim().split(/\s--?(?=[a-z])/);
  const requirement = readRequirement(specifier);
  const version = /^={2,3}\s*([^\s,*]+)$/.exec(requirement?.constraint ?? '')?.[1];
  const name = /^[A-Za-z0-9._-]+/.exec(specifier)?.[0];
  if (requirement === undefined || version === undefined || name === undefined) return undefined;
  const hashes = options.map((option) => /^hash[= ](sha256:[0-9a-f]{64})\s*$/i.exec(option)?.[1]);
  return { name, version, requirement, hashes: hashes.filter((hash) => hash !== undefined), via: [] };
}
