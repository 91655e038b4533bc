// What witnesses said of a signature, as annotations have it, and as entries of bundles.
import { z } from 'zod';
import { decodeBase64 } from '../dsse/base64.ts';
import { canonicalJson, parseJson } from '../lib/json.ts';
import { malformed } from './types.ts';

/** Most characters of an annotation that is read. */
const LONGEST = 1 << 20;

const RekorBundle = z.object({
  SignedEntryTimestamp: z.string(),
  Payload: z.object({
    body: z.string(),
    integratedTime: z.int().nonnegative(),
    logIndex: z.int().nonnegative(),
    logID: z.string().regex(/^(?:[0-9a-f]{2}){1,64}$/, 'is no id of a log'),
  }),
});

/**
 * Rekor's promise as a `TransparencyLogEntry` in its JSON form, without a proof.
 * @param text the annotation
 * @throws Fault `cosign/malformed`, `json/malformed`
 */
export function logEntryOf(text: string): object {
  const { SignedEntryTimestamp: promise, Payload: payload } = read(RekorBundle, text, 'the promise of the log');
  return {
    logIndex: String(payload.logIndex),
    logId: { keyId: Buffer.from(payload.logID, 'hex').toString('base64') },
    integratedTime: String(payload.integratedTime),
    inclusionPromise: { signedEntryTimestamp: promise },
    canonicalizedBody: payload.body,
  };
}

const Entry = z.object({
  logIndex: z.coerce.number(),
  logId: z.object({ keyId: z.string() }),
  integratedTime: z.coerce.number(),
  inclusionPromise: z.object({ signedEntryTimestamp: z.string() }),
  canonicalizedBody: z.string(),
});

/** The annotation for a bundle's log entry; `undefined` for one without a promise, which the annotation has no place for. */
export function promiseText(entry: object): string | undefined {
  const parsed = Entry.safeParse(entry);
  if (!parsed.success) return undefined;
  const { logIndex, logId, integratedTime, inclusionPromise, canonicalizedBody } = parsed.data;
  const logID = Buffer.from(logId.keyId, 'base64').toString('hex');
  return canonicalJson({
    SignedEntryTimestamp: inclusionPromise.signedEntryTimestamp,
    Payload: { body: canonicalizedBody, integratedTime, logIndex, logID },
  });
}

const Timestamp = z.object({ SignedRFC3161Timestamp: z.string() });

/** The response of a timestamp authority in an annotation. @throws Fault `cosign/malformed`, `json/malformed` */
export function timestampOf(text: string): Buffer {
  const bytes = decodeBase64(read(Timestamp, text, 'the timestamp').SignedRFC3161Timestamp);
  if (bytes === undefined || bytes.length === 0) throw malformed('the timestamp is no base64');
  return bytes;
}

export function timestampText(response: Uint8Array): string {
  return canonicalJson({ SignedRFC3161Timestamp: Buffer.from(response).toString('base64') });
}

function read<T>(schema: z.ZodType<T>, text: string, what: string): T {
  if (text.length > LONGEST) throw malformed(`${what} is too long`);
  const parsed = schema.safeParse(parseJson(text, what));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw malformed(`${what}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
}
