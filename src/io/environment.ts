import { Fault } from '../lib/faults.ts';

/** The environment variables of this process. */
export function environment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}

/** What runs this program: versions by name, for provenance. */
export function runtimeVersions(): Readonly<Record<string, string>> {
  const { node, zlib, openssl, zstd } = process.versions;
  return { node, zlib, openssl, ...(zstd === undefined ? {} : { zstd }) };
}

/** Most memory that this process held at once, in bytes. */
export function peakMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}

/** Go's names of processor architectures, as images have them, by Node.js' names. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: '386',
  ppc64: 'ppc64le',
  mipsel: 'mipsle',
};

/** The platform of containers on this machine: `linux/amd64`. */
export function hostPlatform(): string {
  return `linux/${ARCHITECTURES[process.arch] ?? process.arch}`;
}

/**
 * What is piped into this process. Where the signal aborts, what waits for it throws the signal's reason.
 * @throws Fault `input/terminal` where that is a terminal
 */
export function standardInput(signal?: AbortSignal): AsyncIterable<Uint8Array> {
  if (process.stdin.isTTY) {
    throw new Fault('input/terminal', 'Nothing is piped into standard input.', 'Pipe an archive or an SBOM into it.');
  }
  const { stdin } = process;
  signal?.addEventListener('abort', () => void stdin.destroy(signal.reason as Error), { once: true });
  return stdin;
}
