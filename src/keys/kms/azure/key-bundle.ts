// A key as Azure Key Vault tells of it: a JSON Web Key (RFC 7517) and attributes.
import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { publicKeyOf } from '../../public.ts';
import type { PublicKey } from '../../types.ts';
import type { KmsFaults } from '../faults.ts';

const Bundle = z.object({
  key: z.object({
    kid: z.string(),
    kty: z.string(),
    key_ops: z.array(z.string()).optional(),
    crv: z.string().optional(),
    x: z.string().optional(),
    y: z.string().optional(),
    n: z.string().optional(),
    e: z.string().optional(),
  }),
  attributes: z.object({ enabled: z.boolean().optional(), exportable: z.boolean().optional() }).default({}),
  release_policy: z.unknown().optional(),
});

export interface AzureVersion {
  readonly version: string;
  readonly publicKey: PublicKey;
  /** `HSM` or `SOFTWARE`. */
  readonly protection: string;
  /** Why the service would hand out the private key; `undefined` where it would not. */
  readonly leaves: string | undefined;
  /** Why it does not sign; `undefined` where it does. */
  readonly idle: string | undefined;
}

/** The version that the last part of a `kid` names. */
export function versionOf(kid: string): string {
  return kid.slice(kid.lastIndexOf('/') + 1);
}

/** @throws Fault `key/kms-failed`, `key/unsupported` */
export function readBundle(answer: unknown, faults: KmsFaults): AzureVersion {
  const bundle = Bundle.safeParse(answer);
  if (!bundle.success) throw faults.strange('no key');
  const { key, attributes, release_policy } = bundle.data;
  const version = versionOf(key.kid);
  if (!/^[\da-f]{32}$/i.test(version)) throw faults.strange('a key without a version');
  const leaves = attributes.exportable === true ? 'exportable' : release_policy != null ? 'release_policy' : undefined;
  const signs = key.key_ops?.includes('sign') !== false;
  return {
    version,
    publicKey: readKey(key, faults),
    protection: key.kty.endsWith('-HSM') ? 'HSM' : 'SOFTWARE',
    leaves,
    idle: attributes.enabled === false ? 'it is disabled' : signs ? undefined : 'sign is not among its key operations',
  };
}

function readKey({ kty, crv, x, y, n, e }: z.infer<typeof Bundle>['key'], faults: KmsFaults): PublicKey {
  const kind = kty.replace(/-HSM$/, '');
  if (kind !== 'EC' && kind !== 'RSA') {
    throw faults.strange(`a key of the kind ${kty.slice(0, 20)}`, 'Make a key of the kind EC or RSA.');
  }
  const given: Record<string, string | undefined> = kind === 'EC' ? { crv, x, y } : { n, e };
  try {
    return publicKeyOf(createPublicKey({ key: { kty: kind, ...given }, format: 'jwk' }), faults.reference);
  } catch (cause) {
    throw faults.strange('an unreadable public key', 'Make a key of the kind EC (P-256, P-384, P-521) or RSA.', cause);
  }
}
