// Metadata of TUF, each file by whatever reads it and by a client on its way.
import { findTarget } from '../../src/tuf/find-target.ts';
import { refresh } from '../../src/tuf/refresh.ts';
import { FakeTuf, NOW } from '../fakes/tuf.ts';
import { broken } from './mutate.ts';
import type { Target } from './targets.ts';

export function tufTarget(): Target {
  const repo = new FakeTuf();
  repo.targets.set('trusted_root.json', Buffer.from('{}'));
  repo.delegate('targets', [
    { name: 'some', paths: ['[a-z]*/*.json'] },
    { name: 'more', prefixes: ['0', 'ab'] },
  ]);
  repo.publishAll();
  const files = [...repo.metadata];
  const contents = files.map(([, bytes]) => bytes);
  return {
    name: 'tuf',
    weight: 3,
    make(random) {
      const [path, bytes] = random.pick(files);
      return { path, bytes: broken(bytes, random, contents) };
    },
    run({ path = '', bytes }) {
      repo.metadata.set(path, bytes);
      try {
        const root = repo.metadata.get('1.root.json') ?? bytes;
        const refreshed = repo.follow(refresh({ root, targets: new Map() }, NOW));
        repo.follow(findTarget(refreshed, 'any/name.json', NOW));
      } finally {
        for (const [name, honest] of files) repo.metadata.set(name, honest);
        repo.asked.length = 0;
      }
    },
  };
}
