// What every place must do that a log is kept in.
import { describe, expect, test } from 'vitest';
import type { LogStorage } from '../../src/log/storage.ts';
import { Log } from '../../src/log/log.ts';
import { ed25519Signer } from '../fakes/log-keys.ts';

const bytes = (text: string) => Buffer.from(text);

/** @param open an empty storage; called again with the same number, the same place */
export function logStorageContract(kind: string, open: (place: number) => LogStorage): void {
  describe(`a log ${kind}`, () => {
    let place = 0;

    test('reads what was written, whole, and nothing where nothing is', async () => {
      const storage = open(++place);
      expect(await storage.read('a/b', 10)).toBeUndefined();
      await storage.write([
        { path: 'a/b', bytes: bytes('one') },
        { path: 'c', bytes: bytes('') },
      ]);
      await storage.write([{ path: 'a/b', bytes: bytes('two') }]);
      expect((await storage.read('a/b', 3))?.toString()).toBe('two');
      expect((await storage.read('c', 3))?.length).toBe(0);
      await expect(storage.read('a/b', 2)).rejects.toMatchObject({ code: 'file/too-large' });
    });

    test('creates an object once, for one of all that try', async () => {
      const storage = open(++place);
      const tries = await Promise.all(
        ['x', 'y', 'z'].map(async (one) => await storage.create({ path: 'n/1', bytes: bytes(one) })),
      );
      expect(tries.filter(Boolean)).toHaveLength(1);
      const winner = ['x', 'y', 'z'][tries.indexOf(true)];
      expect((await storage.read('n/1', 9))?.toString()).toBe(winner);
      await storage.remove(['n/1']);
      expect(await storage.create({ path: 'n/1', bytes: bytes('again') })).toBe(true);
    });

    test('replaces what is there, and nothing else', async () => {
      const storage = open(++place);
      const replace = async (text: string, before: string) =>
        await storage.exclusively(async () => await storage.replace({ path: 'h', bytes: bytes(text) }, bytes(before)));
      expect(await replace('one', 'none')).toBe(false);
      expect(await storage.read('h', 9)).toBeUndefined();
      await storage.create({ path: 'h', bytes: bytes('one') });
      expect(await replace('two', 'on')).toBe(false);
      expect(await replace('two', 'other')).toBe(false);
      expect((await storage.read('h', 9))?.toString()).toBe('one');
      const tries = await Promise.all(['x', 'y', 'z'].map(async (text) => await replace(text, 'one')));
      expect(tries.filter(Boolean)).toHaveLength(1);
      expect((await storage.read('h', 9))?.toString()).toBe(['x', 'y', 'z'][tries.indexOf(true)]);
    });

    test('lists names in their order, and removes objects and folders', async () => {
      const storage = open(++place);
      expect(await storage.list('f')).toEqual([]);
      await storage.write(['f/b', 'f/a', 'f/c/d', 'g'].map((path) => ({ path, bytes: bytes(path) })));
      expect(await storage.list('f')).toEqual(['a', 'b', 'c']);
      await storage.remove(['f/c/', 'f/a', 'f/none', 'none/']);
      expect(await storage.list('f')).toEqual(['b']);
      expect(await storage.read('f/c/d', 9)).toBeUndefined();
      expect((await storage.read('g', 9))?.toString()).toBe('g');
    });

    test('lets one writer work at a time, also after one failed', async () => {
      const storage = open(++place);
      let inside = 0;
      const work = async (fail: boolean) => {
        inside++;
        expect(inside).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 2));
        inside--;
        if (fail) throw new Error('failed');
      };
      const works = [true, false, true, false].map(
        async (fail) => await storage.exclusively(async () => await work(fail)),
      );
      const results = await Promise.allSettled(works);
      expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
    });

    test('keeps a log that several writers append to, who each see the others', async () => {
      const signer = ed25519Signer();
      place++;
      const options = { origin: 'log.example', signer };
      const logs = [await Log.open(open(place), options), await Log.open(open(place), options)];
      const words = Array.from({ length: 40 }, (_, i) => `entry ${i}`);
      const added = await Promise.all(words.map(async (word, i) => await logs[i % 2]?.append([bytes(word)])));
      const indices = added.map((one) => one?.index ?? -1);
      expect([...indices].sort((a, b) => a - b)).toEqual(words.map((_, i) => i));
      const reader = logs[0]?.reader();
      const checkpoint = await reader?.checkpoint();
      if (reader === undefined || checkpoint === undefined) throw new Error('no log');
      expect(checkpoint.size).toBe(40);
      for (const [i, word] of words.entries()) {
        expect((await reader.entry(indices[i] ?? -1, checkpoint)).toString()).toBe(word);
      }
    });
  });
}
