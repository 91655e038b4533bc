// Around every file of unit tests: they share a process, so each leaves it as it was.
import { deepEqual } from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, vi } from 'vitest';

// Member by member, as it is done for other objects, takes seconds for megabytes.
expect.addEqualityTesters([(a, b) => (Buffer.isBuffer(a) && Buffer.isBuffer(b) ? a.equals(b) : undefined)]);

/** Milliseconds in which files that are being closed are closed. */
const PATIENCE = 2000;

let environment: NodeJS.ProcessEnv;
let state: unknown;
let opened: ReadonlySet<string>;

beforeAll(() => {
  environment = { ...process.env };
  state = stateNow();
  opened = new Set(openFiles());
});

afterAll(async () => {
  const names = Object.keys({ ...environment, ...process.env });
  const changed = names.filter((name) => process.env[name] !== environment[name]);
  deepEqual(changed, [], `Environment variables are not as they were: ${changed.join()}.`);
  deepEqual(stateNow(), state);
  const leftOpen = () => openFiles().filter((file) => !opened.has(file));
  const deadline = performance.now() + PATIENCE;
  while (leftOpen().length > 0 && performance.now() < deadline) await setTimeout(5);
  deepEqual(leftOpen(), [], `Files were left open: ${leftOpen().join()}.`);
});

function stateNow(): unknown {
  return {
    folder: process.cwd(),
    umask: process.umask(),
    exitCode: process.exitCode,
    listeners: process.eventNames().map((name) => [name, process.listenerCount(name)]),
    // zod has two, from when it is first loaded.
    globals: Object.keys(globalThis).filter((name) => !name.startsWith('__zod_')),
    inEveryObject: Object.keys(Object.prototype),
    hasFakeTimers: vi.isFakeTimers(),
  };
}

/** The files and folders that this process has open, as `descriptor path`; none where there is no /proc. */
function openFiles(): readonly string[] {
  const descriptors = '/proc/self/fd';
  try {
    return readdirSync(descriptors).flatMap((fd) => {
      const path = targetOf(`${descriptors}/${fd}`);
      return /^\/(?!dev\/|proc\/)/.test(path) ? [`${fd} ${path}`] : [];
    });
  } catch {
    return [];
  }
}

/** Empty for a descriptor that was closed meanwhile. */
function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}
