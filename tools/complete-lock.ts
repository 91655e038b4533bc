// Completes package-lock.json with the packages of other platforms, which npm leaves out where its registry does not serve
// them; `npm ci` refuses a lock without them. Run after `npm install`. They carry no hash until npm can fetch them.
// It also takes out which versions of Node.js a package asks for: npm would pass over optional ones for the Node.js that
// runs it, while Temper runs with the one that comes with it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Locked {
  engines?: unknown;
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

const systems = ['linux', 'darwin', 'win32', 'android', 'freebsd', 'openharmony'];
const processors = ['x64', 'arm64', 'ia32', 'arm', 'ppc64', 'riscv64', 's390x', 'wasm32'];

/** The lock with an entry for every optional dependency that some entry names. */
export function completed(packages: Readonly<Record<string, Locked>>): Record<string, Locked> {
  const all: Record<string, Locked> = {};
  for (const [path, { engines, ...entry }] of Object.entries(packages))
    all[path] = path === '' && engines !== undefined ? { engines, ...entry } : entry;
  for (const [path, { dev, optionalDependencies = {} }] of Object.entries(packages)) {
    for (const [name, range] of Object.entries(optionalDependencies)) {
      if (`${path}/node_modules/${name}` in all || `node_modules/${name}` in all) continue;
      const words = name.slice(name.lastIndexOf('/') + 1).split('-');
      const os = systems.filter((system) => words.includes(system));
      const cpu = processors.filter((processor) => words.includes(processor));
      const libc = words.some((word) => word.startsWith('musl'))
        ? ['musl']
        : words.some((word) => word.startsWith('gnu'))
          ? ['glibc']
          : [];
      all[`node_modules/${name}`] = {
        version: range.replace(/^[^0-9]*/, ''),
        ...(dev === undefined ? {} : { dev }),
        optional: true,
        ...(os.length === 0 ? {} : { os }),
        ...(cpu.length === 0 ? {} : { cpu }),
        ...(libc.length === 0 ? {} : { libc }),
      };
    }
  }
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

if (process.argv[1] === import.meta.filename) {
  const path = join(import.meta.dirname, '..', 'package-lock.json');
  const lock = JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, Locked> };
  writeFileSync(path, `${JSON.stringify({ ...lock, packages: completed(lock.packages) }, null, 2)}\n`);
}
