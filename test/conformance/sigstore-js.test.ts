// The same bundles under somebody else's judgement: sigstore-js.
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { bundleFromJSON, type SerializedBundle } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { describe, expect, test } from 'vitest';
import { verifyBundle } from '../../src/flow/verification/verify-bundle.ts';
import { cases, type ConformanceCase } from './cases.ts';

const EMBEDDED = new URL('../../data/sigstore/trusted_root.json', import.meta.url);

function theirs({ bundle, artifact, key, trustedRoot, identity, issuer }: ConformanceCase): boolean {
  try {
    const root = TrustedRoot.fromJSON(JSON.parse(readFileSync(trustedRoot ?? EMBEDDED, 'utf8')));
    const publicKey = key === undefined ? undefined : createPublicKey(readFileSync(key));
    const find = publicKey === undefined ? undefined : () => ({ publicKey, validFor: () => true });
    const asked = key === undefined ? 1 : 0;
    const options = { ctlogThreshold: asked, tlogThreshold: 1, timestampThreshold: asked };
    const entity = toSignedEntity(
      bundleFromJSON(JSON.parse(readFileSync(bundle, 'utf8')) as SerializedBundle),
      readFileSync(artifact),
    );
    const policy = key === undefined ? { subjectAlternativeName: identity, extensions: { issuer } } : undefined;
    new Verifier(toTrustMaterial(root, find), options).verify(entity, policy);
    return true;
  } catch {
    return false;
  }
}

async function ours({ bundle, artifact, key, trustedRoot, identity, issuer }: ConformanceCase): Promise<boolean> {
  const { outcome } = await verifyBundle({
    bundle,
    artifact,
    keys: key === undefined ? [] : [key],
    identities: key === undefined ? [{ subject: { exact: identity }, issuer: { exact: issuer } }] : [],
    trustedRoot,
  });
  return outcome === 'established';
}

describe.skipIf(cases.length === 0)('sigstore-js', () => {
  test('gives the same answer on every bundle of sigstore-conformance', async () => {
    const answers = await Promise.all(
      cases.map(async (one) => ({ name: one.name, same: (await ours(one)) === theirs(one) })),
    );
    expect(answers.filter(({ same }) => !same)).toEqual([]);
  });
});
