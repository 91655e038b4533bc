// Package URLs of Debian packages (purl-spec, types/deb): the one function that writes them.

export interface DebIdentity {
  /** os-release's ID; `debian` unless given. */
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly version: string;
  /** Empty where it is not known. */
  readonly architecture: string;
  /** `debian-13`; empty where it is not known. */
  readonly distro: string;
  readonly source: { readonly name: string; readonly version: string };
}

/**
 * `pkg:deb/debian/NAME@VERSION?arch=A&distro=D&upstream=SOURCE[%40VERSION]`: the epoch is part of the version; `upstream`
 * has the source's version only where it differs from the package's, and is left out where name and version agree.
 */
export function debPurl({ namespace = 'debian', name, version, architecture, distro, source }: DebIdentity): string {
  const upstream = source.version === version ? source.name : `${source.name}@${source.version}`;
  const qualifiers = [
    ['arch', architecture],
    ['distro', distro],
    ['upstream', upstream === name ? '' : upstream],
  ].filter(([, value]) => value !== '');
  return `pkg:deb/${encode(namespace)}/${encode(name)}@${encode(version)}?${qualifiers.map(([key, value]) => `${key}=${encode(value ?? '')}`).join('&')}`;
}

// purl-spec, "Character encoding": `:` stays as it is; everything else but letters, digits, `.-_~` is percent-encoded.
function encode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%3A', ':');
}
