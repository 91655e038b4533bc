#!/usr/bin/env node
// Starts Temper with a Node.js that is new enough: this one, or the one that npm installed beside it.
// Plain JavaScript that old versions of Node.js understand.
const NEEDED = 24;
const main = new URL('../dist/cli/main.js', import.meta.url);
const isNew = Number(process.versions.node.split('.')[0]) >= NEEDED;

function fail(sentence, hint, code) {
  process.stderr.write(`temper: ${sentence}\n  hint: ${hint}\n  code: ${code}\n`);
  process.exit(2);
}

async function bundledNode() {
  const { existsSync } = await import('node:fs');
  const { createRequire } = await import('node:module');
  const { dirname, join } = await import('node:path');
  const require = createRequire(import.meta.url);
  for (const name of [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`]) {
    try {
      const path = join(dirname(require.resolve(`${name}/package.json`)), 'bin', 'node');
      if (existsSync(path)) return path;
    } catch {
      // Not installed for this platform: try the next name.
    }
  }
  return undefined;
}

// Large buffers go back to the system when they are freed, instead of staying with the allocator of each thread (glibc,
// mallopt(3); mimalloc, which the xz decoder has): a build's peak memory falls by a third. The process must start with these.
const allocator = { MALLOC_MMAP_THRESHOLD_: '1000000', MALLOC_ARENA_MAX: '2', MIMALLOC_PURGE_DELAY: '0' };
const frugal =
  process.platform !== 'linux' || process.argv[2] !== 'build' || process.env.MALLOC_ARENA_MAX !== undefined;

// Where everything is in order nothing else is loaded: each module takes time that a small command would feel.
if (isNew && frugal && process.getBuiltinModule('node:fs').existsSync(main)) await import(main.href);
else await startOther();

/** With another Node.js, or with other settings. */
async function startOther() {
  const { existsSync } = await import('node:fs');
  const { fileURLToPath } = await import('node:url');
  if (!existsSync(main)) {
    fail('The compiled program is missing.', 'Run `npm ci`, or `npm run build` after a change.', 'start/not-built');
  }
  const path = fileURLToPath(main);
  const node = isNew ? process.execPath : await bundledNode();
  if (node === undefined) {
    fail(
      `Node.js ${process.versions.node} is too old and no newer one came with the installation.`,
      `Install Node.js ${NEEDED} or newer, or run \`npm ci --include=optional\`.`,
      'start/node-too-old',
    );
  }
  const env = { ...allocator, ...process.env };
  if (process.execve !== undefined && process.platform === 'linux') {
    process.removeAllListeners('warning');
    process.execve(node, [node, path, ...process.argv.slice(2)], env);
  }
  const { spawn } = await import('node:child_process');
  const child = spawn(node, [path, ...process.argv.slice(2)], { stdio: 'inherit', env });
  // A terminal's Ctrl-C reaches the whole group; what is sent to this process alone is passed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal !== null) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else process.exit(code ?? 2);
  });
}
