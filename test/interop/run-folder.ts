// One folder for a whole run of the tests: what is costly to make is made in it once, for all files. It is temporary, or
// TEMPER_TEST_FOLDER, which stays: then the images in it are taken as they are, also after the program changed.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Absolute. */
    runFolder: string;
  }
}

const kept = process.env['TEMPER_TEST_FOLDER'];
let folder: string | undefined;

export async function setup(project: TestProject): Promise<void> {
  folder = kept === undefined ? await mkdtemp(join(tmpdir(), 'temper-run-')) : resolve(kept);
  await mkdir(folder, { recursive: true });
  project.provide('runFolder', folder);
}

export async function teardown(): Promise<void> {
  if (folder !== undefined && kept === undefined) await rm(folder, { recursive: true, force: true });
}
