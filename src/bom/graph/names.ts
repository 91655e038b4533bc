// Names of packages, whole and in parts: CycloneDX keeps an npm scope or a Maven group apart, SPDX and people do not.
import type { GraphPackage } from './types.ts';

/** The type of a package URL, in lower case; empty for what is none. */
export function purlType(purl: string | undefined): string {
  return /^pkg:\/*([a-z0-9.+-]{1,64})\//i.exec(purl ?? '')?.[1]?.toLowerCase() ?? '';
}

const SYSTEM: ReadonlySet<string> = new Set(['deb', 'rpm', 'apk', 'alpm', 'ebuild']);

/** Whether packages of this type are an operating system's. */
export function isSystem(type: string): boolean {
  return SYSTEM.has(type);
}

/** As the ecosystem writes it: `@scope/name`, `group:artifact`. */
export function wholeName({ group, name }: Pick<GraphPackage, 'group' | 'name'>, type: string): string {
  if (group === undefined || group === '' || isSystem(type)) return name;
  return `${group}${type === 'maven' ? ':' : '/'}${name}`;
}

/** The parts that CycloneDX names. */
export function nameParts(p: Pick<GraphPackage, 'group' | 'name'>, type: string): Pick<GraphPackage, 'group' | 'name'> {
  const divider = type === 'maven' ? ':' : type === 'npm' && p.name.startsWith('@') ? '/' : undefined;
  const at = p.group === undefined && divider !== undefined ? p.name.indexOf(divider) : -1;
  return at < 1 ? { group: p.group, name: p.name } : { group: p.name.slice(0, at), name: p.name.slice(at + 1) };
}

/** Identifiers that a document gives twice, against its format, are made different. */
export class UniqueIds {
  readonly #taken = new Set<string>();

  unique(id: string): string {
    const own = this.#taken.has(id) ? `${id}#${this.#taken.size}` : id;
    this.#taken.add(own);
    return own;
  }
}
