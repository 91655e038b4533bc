// Reads members of JSON documents that somebody else wrote, without a schema: what has another shape is not there.
import { parseJson } from '../lib/json.ts';
import type { CatalogFile } from './types.ts';

/** An object's own member; `undefined` where there is no object or no such member, also for what every object inherits. */
export function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

/** An object's own members; none for everything else. */
export function membersOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value !== 'object' || value === null || Array.isArray(value) ? [] : Object.entries(value);
}

/** An array's items; none for everything else. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** A text with its outer white space removed; `undefined` for what is none, or empty. */
export function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return value.trim() || undefined;
}

export function textMember(value: unknown, name: string): string | undefined {
  return textOf(member(value, name));
}

/** The texts of an array, or the one text that stands in its place. */
export function textsOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? (value as readonly unknown[]) : [value]).map(textOf).filter((t) => t !== undefined);
}

/** A whole file as JSON. @throws Fault `json/malformed` */
export function jsonOf(file: CatalogFile): unknown {
  return parseJson(file.content.all(), 'This file');
}

/** A whole file as UTF-8 text without a byte order mark; bytes that are no UTF-8 become U+FFFD. */
export function fileText(file: CatalogFile): string {
  const text = file.content.all().toString('utf8');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
