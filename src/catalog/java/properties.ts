// A pom.properties, which Maven's archiver writes: java.util.Properties' line format without escapes over several lines.
import type { Coordinates } from './pom.ts';

/** Longest file, in bytes, and longest value that is taken, in characters. */
export const PROPERTIES_LIMIT = 64 << 10;
const VALUE_LIMIT = 300;

/** The coordinates; `undefined` unless all three are there and could name a package. */
export function readPomProperties(bytes: Buffer): Required<{ readonly [K in keyof Coordinates]: string }> | undefined {
  const values = new Map<string, string>();
  for (const line of bytes.toString('utf8').split(/[\r\n]+/)) {
    const [, name, value] = /^\s*([\w.]{1,40})\s*[=:](.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) values.set(name, value.replace(/\\(.)/g, '$1').trim());
  }
  const groupId = values.get('groupId');
  const artifactId = values.get('artifactId');
  const version = values.get('version');
  if (!isValue(groupId) || !isValue(artifactId) || !isValue(version)) return undefined;
  return { groupId, artifactId, version };
}

function isValue(text: string | undefined): text is string {
  return text !== undefined && text !== '' && text.length <= VALUE_LIMIT && !/[\s<>"|?*]|\$\{/.test(text);
}
