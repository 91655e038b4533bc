// Files by their descriptors, with promises: `node:util`, which makes such functions, loads far more than it does here.
import type { Stats } from 'node:fs';
import { close, fstat, fsync, open, read, rename, unlink, write } from './node-fs.ts';

type Done<T> = (error: NodeJS.ErrnoException | null, value: T) => void;

async function promised<T>(call: (done: Done<T>) => void): Promise<T> {
  return await new Promise((resolve, reject) => {
    call((error, value) => {
      if (error === null || error === undefined) resolve(value);
      else reject(error);
    });
  });
}

/** @throws system errors, as all here */
export async function openFile(path: string, flags: number, mode = 0o666): Promise<number> {
  return await promised((done) => open(path, flags, mode, done));
}

export async function closeFile(file: number): Promise<void> {
  await promised<void>((done) => close(file, done));
}

export async function statFile(file: number): Promise<Stats> {
  return await promised((done) => fstat(file, done));
}

/** Waits until the disk has what was written. */
export async function flushFile(file: number): Promise<void> {
  await promised<void>((done) => fsync(file, done));
}

export async function renameFile(from: string, to: string): Promise<void> {
  await promised<void>((done) => rename(from, to, done));
}

export async function unlinkFile(path: string): Promise<void> {
  await promised<void>((done) => unlink(path, done));
}

/** @param position in the file; the file's own unless given @returns how many bytes were read */
export async function readFile(
  file: number,
  into: Uint8Array,
  at: number,
  length: number,
  position: number | null,
): Promise<number> {
  return await promised((done) => read(file, into, at, length, position, done));
}

/** @param position in the file; `null`: the file's own @returns how many bytes were written */
export async function writeFile(file: number, from: Uint8Array, at: number, position: number | null): Promise<number> {
  return await promised((done) => write(file, from, at, from.length - at, position, done));
}
