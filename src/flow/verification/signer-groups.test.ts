import { expect, test } from 'vitest';
import { fakeTimestampAuthority } from '../../../test/fakes/authority.ts';
import { entryGroup } from './signer-groups.ts';

const authority = fakeTimestampAuthority('time', [0, 4_000_000_000]).chain[1] ?? Buffer.alloc(0);
const pem = `-----BEGIN CERTIFICATE-----\n${authority.toString('base64')}\n-----END CERTIFICATE-----\n`;

test.each([
  ['where authorities are named', { tsa: [pem] }, 'always'],
  ['not where none is', {}, 'afterCertExpiry'],
  ['where none is named and they are asked for', { verifyTimestamp: 'always' as const }, 'always'],
])('timestamps of Notary Project signatures are asked for %s', async (_, given, when) => {
  const certificates = { trustedIdentities: ['*'], ...given };
  const entry = { repositories: ['r.example/x'], certificates };
  const group = await entryGroup({ name: 'one', entry }, [], '/policy.yaml', [], 1_700_000_000);
  expect(group.notary?.verifyTimestamp).toBe(when);
});
