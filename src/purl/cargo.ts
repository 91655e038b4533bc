// Package URLs of Rust crates (purl-spec, types/cargo).
import { packageUrl } from './purl.ts';

/** `pkg:cargo/NAME@VERSION` @throws Fault `purl/malformed` */
export function cargoPurl(name: string, version: string): string {
  return packageUrl({ type: 'cargo', name, version });
}
