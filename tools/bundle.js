// Bundles the program into dist/: few files load faster than hundreds. What one command alone needs is loaded when it runs.
// JavaScript: `npm ci` runs it with whatever Node.js there is.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const root = join(import.meta.dirname, '..');
const out = join(root, 'dist');
rmSync(out, { recursive: true, force: true });
const bundle = await rolldown({
  cwd: root,
  input: { main: 'src/cli/start.ts', 'pkcs11-worker': 'src/keys/pkcs11/worker.ts' },
  platform: 'node',
  // A binary for each platform, found beside its own package; one that is compiled where it is installed.
  external: [/^@napi-rs\//, 'pkcs11js'],
});
await bundle.write({
  // As deep as src/cli, so that what stands beside src is found from here, too.
  dir: join(out, 'cli'),
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
});
