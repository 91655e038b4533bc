// What BOM-Links into a scanned CycloneDX document mean.
import type { Bom } from '../bom/types.ts';
import { type Fields, fieldsOf, member, textOf } from '../openvex/fields.ts';
import type { BomLinks } from './subject.ts';

/** Deepest nesting of components. */
const DEPTH = 30;

/** `undefined` where what was scanned is no CycloneDX document, or one without a serial number. */
export function bomLinks({ document }: Pick<Bom, 'document'>): BomLinks | undefined {
  if (document?.family !== 'cyclonedx') return undefined;
  const { content } = document;
  const [, uuid] = /^urn:uuid:([0-9a-f-]{36})$/i.exec(textOf(member(content, 'serialNumber')) ?? '') ?? [];
  if (uuid === undefined) return undefined;
  const version = member(content, 'version');
  const packages = new Map<string, string>();
  collect(content, packages, 0);
  const root = fieldsOf(member(fieldsOf(member(content, 'metadata')) ?? {}, 'component')) ?? {};
  return {
    document: `urn:cdx:${uuid.toLowerCase()}/${typeof version === 'number' ? version : 1}`,
    packages,
    root: textOf(member(root, 'bom-ref')),
  };
}

function collect(fields: Fields, packages: Map<string, string>, depth: number): void {
  const components = member(fields, 'components');
  if (!Array.isArray(components) || depth > DEPTH) return;
  for (const value of components as unknown[]) {
    const component = fieldsOf(value) ?? {};
    const reference = textOf(member(component, 'bom-ref'));
    const purl = textOf(member(component, 'purl'));
    if (reference !== undefined && purl !== undefined) packages.set(reference, purl);
    collect(component, packages, depth + 1);
  }
}
