// Damage to JSON documents, by value and by key.
import fc from 'fast-check';
import type { Random } from './random.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const strings = fc.sample(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', maxLength: 40 })), {
  seed: 1,
  numRuns: 200,
});
const values = fc.sample(fc.jsonValue({ maxDepth: 3 }), { seed: 1, numRuns: 300 }) as Json[];
const KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'length', '', '0', 'a\0b', '../x'];
const TEXTS = [
  '',
  '../../etc/passwd',
  '/absolute',
  'a\0b',
  '%00%ff%',
  'pkg:npm/%40x/y@1?z=#',
  'sha256:',
  '\ud800',
  '2'.repeat(400),
  '((((((((((((((((((((((((((((((',
  `${'a'.repeat(50_000)}!`,
  ' '.repeat(50_000),
  '-'.repeat(50_000),
];

/** The document with one to a few changes, as text; some are said twice, some nest deeply. */
export function brokenJson(text: string, random: Random): Buffer {
  let root = parsed(text);
  if (root === undefined) return Buffer.from(text);
  for (let i = 0; i <= random.small(5); i++) root = change(root, random);
  let out = JSON.stringify(root);
  if (random.once(15)) out = twice(out, random);
  if (random.once(40)) out = nested(out, random);
  if (random.once(40)) out = `\ufeff${out}`;
  return Buffer.from(out, 'utf8');
}

/** `undefined` for what is no JSON. */
export function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

// What one input changes in it, the next one does not see.
function fresh(random: Random): Json {
  return structuredClone(random.pick(values));
}

// Walks down a way at random, and changes what is at its end.
function change(root: Json, random: Random): Json {
  let parent: Json[] | { [key: string]: Json } | undefined;
  let key = '';
  let at = root;
  while (typeof at === 'object' && at !== null) {
    const keys = Object.keys(at);
    if (keys.length === 0 || (parent !== undefined && random.once(4))) break;
    parent = at;
    key = random.pick(keys);
    at = (at as { [key: string]: Json })[key] as Json;
  }
  if (parent === undefined) return fresh(random);
  if (Array.isArray(parent)) inList(parent, Number(key), random);
  else inObject(parent, key, random);
  return root;
}

function inList(list: Json[], at: number, random: Random): void {
  const value = list[at] as Json;
  switch (random.below(5)) {
    case 0:
      list.splice(at, 1);
      break;
    case 1:
      list.push(...Array.from({ length: random.once(20) ? 2000 : 1 }, () => structuredClone(value)));
      break;
    case 2:
      list.splice(at, 0, structuredClone(random.pick(list)));
      break;
    default:
      list[at] = replaced(value, random);
  }
}

function inObject(object: { [key: string]: Json }, key: string, random: Random): void {
  const value = object[key] as Json;
  switch (random.below(7)) {
    case 0:
      delete object[key];
      break;
    case 1:
      delete object[key];
      define(object, random.once(2) ? random.pick(KEYS) : random.pick(strings), value);
      break;
    case 2:
      define(object, random.pick(KEYS), fresh(random));
      break;
    case 3:
      define(object, key, structuredClone(object[random.pick(Object.keys(object))] as Json));
      break;
    default:
      define(object, key, replaced(value, random));
  }
}

// As JSON.parse does it: `__proto__` is a key as any other.
function define(object: { [key: string]: Json }, key: string, value: Json): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

function replaced(value: Json, random: Random): Json {
  if (random.once(3)) return fresh(random);
  if (typeof value === 'string') {
    if (random.once(3)) return random.pick(random.once(2) ? TEXTS : strings);
    const at = random.below(value.length + 1);
    const put = random.pick(['/', '..', '@', ':', '\0', '\n', '%', '[', '(', '"', '9', '-', '~', '\u{1f600}', ' ', '']);
    return value.slice(0, at) + put + value.slice(at + random.below(3));
  }
  if (typeof value === 'number') return random.pick([0, -1, 1.5, 2 ** 31, 2 ** 53, 1e308, -0, value + 1]);
  return random.once(2) ? [value] : { key: value };
}

function twice(text: string, random: Random): string {
  const members = [...text.matchAll(/"[^"\\]{1,40}":/g)];
  const member = members.length === 0 ? undefined : random.pick(members);
  if (member === undefined) return text;
  return `${text.slice(0, member.index)}${member[0]}${JSON.stringify(random.pick(values))},${text.slice(member.index)}`;
}

function nested(text: string, random: Random): string {
  const depth = random.pick([100, 5000, 100_000]);
  const at = text.indexOf(':', random.below(text.length));
  const [open, close] = random.once(2) ? ['[', ']'] : ['{"a":', '}'];
  const deep = `${open.repeat(depth)}1${close.repeat(depth)}`;
  return at < 0 ? deep : `${text.slice(0, at + 1)}${deep},"x":${text.slice(at + 1)}`;
}
