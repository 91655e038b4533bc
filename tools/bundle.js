// Bundles the program into dist/: few files load faster than hundreds. What one command alone needs is loaded when it runs.
// JavaScript: `npm ci` runs it with whatever Node.js there is.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const root = join(import.meta.dirname, '..');
const out = join(root, 'dist');
rmSync(out, { recursive: true, force: true });
/** What commander loads to run subcommands that are files of their own, of which there are none here; with it come sockets. */
const withoutProcesses = {
  name: 'without-processes',
  resolveId: (id, importer = '') =>
    id === 'node:child_process' && importer.includes('/commander/') ? '\0no-processes' : undefined,
  load: (id) => (id === '\0no-processes' ? 'export {};' : undefined),
};
/** What packageurl-js sorts six plain names with when it is loaded: making it takes longer than all else there. */
const COLLATOR = 'const { compare: localeCompare } = new Intl.Collator()';
const withoutCollator = {
  name: 'without-collator',
  transform(code, id) {
    if (!id.endsWith('/packageurl-js/src/strings.js')) return undefined;
    if (!code.includes(COLLATOR)) throw new Error(`${id} has another beginning than is known`);
    return code.replace(COLLATOR, 'const localeCompare = (a, b) => (a < b ? -1 : Number(a > b))');
  },
};
/** V8 keeps a source that has one letter outside of Latin-1 with two bytes for each: the program's were twice as large in memory. */
const inAscii = {
  name: 'in-ascii',
  generateBundle(_, files) {
    for (const file of Object.values(files)) {
      if (file.type !== 'chunk') continue;
      // There an escape would stand for itself.
      if (/\braw`[^`]*[^\0-\x7F]/.test(file.code)) throw new Error(`${file.fileName} has a raw text that is not ASCII`);
      file.code = file.code.replace(/[^\0-\x7F]/g, escaped);
    }
  },
};
const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
const bundle = await rolldown({
  cwd: root,
  input: {
    main: 'src/cli/start.ts',
    'pkcs11-worker': 'src/keys/pkcs11/worker.ts',
    'decoding-thread': 'src/io/decoding-thread.ts',
  },
  platform: 'node',
  plugins: [withoutProcesses, withoutCollator, inAscii],
  // A binary for each platform, found beside its own package; one that is compiled where it is installed.
  external: [/^@napi-rs\//, 'pkcs11js'],
  // What is imported as a chunk of its own may stand with others in one.
  preserveEntrySignatures: 'allow-extension',
});
await bundle.write({
  // As deep as src/cli, so that what stands beside src is found from here, too.
  dir: join(out, 'cli'),
  format: 'esm',
  // Without comments and spaces there is less to load. Names stay as they are, for whoever is sent a stack.
  minify: { compress: false, mangle: false, codegen: true },
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
  // Modules that are loaded together, with what they import: one file instead of dozens. What stands first is taken first;
  // src/cli/main.ts, which waits for the command, stands in none.
  codeSplitting: {
    groups: [
      {
        name: 'decoding',
        test: /\/src\/(lib\/(decode|step-decoder|compression-faults|crypto|faults|zlib)|io\/(ring|decode-into))\.ts$/,
        priority: 4,
      },
      { name: 'start', test: /\/src\/(lib\/tool|io\/memory)\.ts$/, priority: 3 },
      {
        name: 'line',
        test: /\/src\/cli\/(options|trust-options|output|usage|commands\/verify)\.ts$|\/commander\//,
        priority: 2.9,
      },
      // What verifying and scanning both read: without what verifies, and Node.js' cryptography with it.
      {
        name: 'images',
        test: /\/src\/(oci\/(documents|reference)|repository\/layout|flow\/(named-image|policy-path)|report\/table|lib\/time|dsse\/base64)\.ts$/,
        priority: 2.5,
      },
      {
        name: 'verifying',
        test: /\/src\/(cli\/verify-image|flow\/(verify-reference|verify)|report\/(checks|verify|table))\.ts$/,
        priority: 2.2,
      },
      { name: 'commands', test: /\/src\/cli\/commands\/[a-z]+\.ts$/, priority: 2 },
      {
        name: 'scanning',
        test: /\/src\/(flow\/(scan\/scan|scan\/scan-selection|sbom\/sbom|database\/vulnerability-database|write-targets|configuration-file)|match\/match|source\/(open|file)|bom\/read-packages|bom\/cyclonedx\/read-packages|report\/scan-(json|table))\.ts$/,
        priority: 1,
      },
    ],
  },
});
