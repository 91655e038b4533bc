// A file system one step at a time, so that a test can stop between any two of them.
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { compareStrings } from '../lib/bytes.ts';
import { fileFault } from './file-faults.ts';
import { readFileIfThere } from './files.ts';
import { constants } from './node-fs.ts';

/** Steps that a crash can come between. Nothing is on the disk for certain before it was flushed: contents and names apart. */
export interface FileSteps {
  /** Makes a folder with those above it. */
  makeFolder(path: string): Promise<void>;
  /** Writes a file that is not there yet. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Puts a file's content, or the names in a folder, on the disk. */
  flush(path: string): Promise<void>;
  /** Puts a file in a place, over what is there. */
  rename(from: string, to: string): Promise<void>;
  /** Gives a file another name. @returns false when something has it */
  link(from: string, to: string): Promise<boolean>;
  /** Removes a file or a folder with all that is in it; nothing where nothing is. */
  remove(path: string): Promise<void>;
  /** A file's content; `undefined` where none is. @throws Fault `file/too-large` */
  read(path: string, limit: number): Promise<Buffer | undefined>;
  /** The names in a folder, sorted by code unit; none where it is not there. */
  list(path: string): Promise<string[]>;
}

/** The real one. All throw Fault `file/…`. */
export const fileSteps: FileSteps = {
  makeFolder: async (path) => {
    await step(`Making the folder ${path}`, async () => await fs.mkdir(path, { recursive: true }));
  },
  write: async (path, bytes) => {
    await step(`Writing ${path}`, async () => await fs.writeFile(path, bytes, { flag: 'wx' }));
  },
  flush: async (path) => {
    await step(`Writing ${path}`, async () => {
      await using handle = await fs.open(path, constants.O_RDONLY);
      await handle.sync();
    });
  },
  rename: async (from, to) => {
    await step(`Writing ${to}`, async () => await fs.rename(from, to));
  },
  link: async (from, to) =>
    await step(`Writing ${to}`, async () => {
      try {
        await fs.link(from, to);
        return true;
      } catch (cause) {
        if (isCode(cause, 'EEXIST')) return false;
        throw cause;
      }
    }),
  remove: async (path) => {
    await step(`Removing ${path}`, async () => await fs.rm(path, { recursive: true, force: true }));
  },
  read: readFileIfThere,
  list: async (path) =>
    await step(`Reading the folder ${path}`, async () => {
      try {
        return (await fs.readdir(path)).sort(compareStrings);
      } catch (cause) {
        if (isCode(cause, 'ENOENT')) return [];
        throw cause;
      }
    }),
};

/** A name that no other writer chooses. */
export function uniqueName(): string {
  return randomBytes(12).toString('hex');
}

async function step<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw fileFault(cause, doing);
  }
}

function isCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code;
}
