import { expect, test } from 'vitest';
import { placeOf } from './feed-choice.ts';

test.each(['ovs:/srv/osv', 'ovs:./osv', 'ovs:https://mirror.example/osv'])('%s is a feed that is misspelt', (text) => {
  expect(() => placeOf(text)).toThrow(
    expect.objectContaining({ code: 'db/from', message: `"${text}" is no feed, folder, address or image.` }),
  );
});

test.each(['oci:./osv', 'oci:/srv/db:v1', 'registry.example/team/db', 'registry://host/db'])(
  '%s is a finished database',
  (text) => {
    expect(placeOf(text)).toEqual({ kind: 'artifact', reference: text });
  },
);
