// `temper build --push` to a registry that breaks off, refuses and comes back.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeRegistry } from '../fakes/registry.ts';
import { Builder, buildable, hostPlatform } from './real-image.ts';

const builder = new Builder();
let registry: FakeRegistry;

beforeEach(async () => {
  registry = await FakeRegistry.start();
});

afterEach(async () => {
  await registry[Symbol.asyncDispose]();
});

const push = (): string[] => ['--platform', hostPlatform, '--push', `${registry.host}/node:20`];

/** What asked the registry to store something. */
const writes = (): string[] => registry.log.filter((line) => !/^(GET|HEAD) /.test(line));

describe('a push of the real image', { skip: !buildable }, () => {
  test('goes on where the connection broke, and changes nothing when it is done again', async () => {
    // Bytes after which each of the first bodies is cut; the largest layers go first.
    registry.uploads.cuts.push(1_000_000, 500_000, 3_000_000, 0, 65_536);
    const pushed = await builder.build(push());
    expect(registry.uploads.cuts).toEqual([]);
    // What came before a cut was kept: no layer was sent twice.
    const layers = [...registry.blobs.values()].map((blob) => blob.length).filter((size) => size > 4 << 20);
    expect(layers.length).toBeGreaterThan(2);
    const sent = registry.uploads.patches.reduce((sum, size) => sum + size, 0);
    expect(sent).toBe(layers.reduce((sum, size) => sum + size, 0));
    expect((await builder.temper(['verify', `${registry.host}/node:20`])).status).toBe(0);
    expect(pushed.digest).toBe(registry.tags.get('20'));

    registry.log.length = 0;
    expect(await builder.build(push())).toMatchObject({ digest: pushed.digest, unchanged: true });
    expect(writes()).toEqual([]);
  });

  test('that was refused midway shows no tag, and the next one sends only what is missing', async () => {
    let finished = 0;
    registry.before = (line) => {
      if (line.startsWith('PUT ') && line.includes('/blobs/uploads/')) finished++;
      if (finished > 3) registry.busy.push({ status: 403, body: '{"errors":[{"code":"DENIED"}]}' });
    };
    const refused = await builder.attempt(push());
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('code: registry/denied');
    expect(registry.tags.size).toBe(0);
    expect(registry.manifests.size).toBe(0);
    const before = new Set(registry.blobs.keys());
    expect(before.size).toBeGreaterThan(1);

    registry.before = () => undefined;
    registry.busy.length = 0;
    registry.log.length = 0;
    const pushed = await builder.build(push());
    expect(pushed.digest).toBe(registry.tags.get('20'));
    const uploads = registry.log.filter((line) => line.startsWith('POST ')).length;
    expect(uploads).toBe(registry.blobs.size - before.size);
    expect((await builder.temper(['verify', `${registry.host}/node:20`])).status).toBe(0);
  });
});
