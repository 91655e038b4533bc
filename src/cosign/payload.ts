// The payload of an image's signature (containers-signature(5), JSON data format, with cosign's type).
import { z } from 'zod';
import { type Digest, isDigest } from '../lib/digest.ts';
import { canonicalJson, parseJson } from '../lib/json.ts';
import { twinMember } from '../oci/twins.ts';
import { malformed } from './types.ts';

export const SIMPLE_SIGNING_TYPE = 'cosign container image signature';

/** Most bytes of a payload. */
export const PAYLOAD_LIMIT = 1 << 20;

const Payload = z.strictObject({
  critical: z.strictObject({
    identity: z.strictObject({ 'docker-reference': z.string().max(4096) }),
    image: z.strictObject({ 'docker-manifest-digest': z.string() }),
    type: z.string(),
  }),
  // Not a record: of those, a member `__proto__` is left out.
  optional: z.custom<object>(isObject, 'is no object').nullish(),
});

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export interface SimpleSigning {
  /** Which image it is said to be: `registry.example/acme/app`, perhaps with a tag; empty where the signer named none. */
  readonly reference: string;
  readonly digest: Digest;
  /** What the signer said beside. */
  readonly optional: ReadonlyMap<string, unknown>;
}

/**
 * Parses a payload: everything that is critical must be known.
 * @throws Fault `cosign/malformed`, also for a member twice in whatever case, which readers take differently; `json/malformed`
 */
export function parseSimpleSigning(bytes: Uint8Array): SimpleSigning {
  if (bytes.length > PAYLOAD_LIMIT) throw malformed(`its payload is larger than ${PAYLOAD_LIMIT >> 10} KiB`);
  const parsed = Payload.safeParse(parseJson(bytes, 'the signed payload'));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw malformed(`${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
  }
  const twin = twinMember(Buffer.from(bytes).toString('utf8'));
  if (twin !== undefined) throw malformed(`its payload has the member ${JSON.stringify(twin.slice(0, 100))} twice`);
  const { critical, optional } = parsed.data;
  if (critical.type !== SIMPLE_SIGNING_TYPE) throw malformed(`its payload is of type ${critical.type.slice(0, 100)}`);
  const digest = critical.image['docker-manifest-digest'];
  if (!isDigest(digest)) throw malformed('its payload names no SHA-256 digest');
  return {
    reference: critical.identity['docker-reference'],
    digest,
    optional: new Map(Object.entries(optional ?? {})),
  };
}

/** The bytes to sign: the same for the same image and words. */
export function simpleSigningBytes({
  reference,
  digest,
  optional,
}: {
  readonly reference: string;
  readonly digest: Digest;
  readonly optional: Readonly<Record<string, string>>;
}): Buffer {
  const critical = {
    identity: { 'docker-reference': reference },
    image: { 'docker-manifest-digest': digest },
    type: SIMPLE_SIGNING_TYPE,
  };
  const said = Object.keys(optional).length === 0 ? 'null' : canonicalJson(optional);
  return Buffer.from(`{"critical":${JSON.stringify(critical)},"optional":${said}}`, 'utf8');
}
