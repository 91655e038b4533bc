// What a policy file may say; docs/policy.md lists it.
import { z } from 'zod';
import { messageOf } from '../lib/faults.ts';
import { parseExpression } from '../lib/expression.ts';
import { patternProblem } from '../verify/patterns.ts';
import { requirementNamed } from '../verify/required.ts';
import { signatureFormats } from '../verify/signers.ts';
import { blobProblem } from './blobs.ts';
import { repositoryProblem } from './repositories.ts';

const pattern = checkedText(patternProblem);
const repository = checkedText(repositoryProblem);
const blob = checkedText(blobProblem);
const word = checkedText((text) =>
  requirementNamed(text) === undefined
    ? 'is no predicate type: write provenance, sbom, a short name or a URI'
    : undefined,
);
const expression = checkedText((text) => {
  try {
    parseExpression(text);
    return undefined;
  } catch (fault) {
    return `is no expression: ${messageOf(fault)}`;
  }
});
const text = z.string().min(1).max(2000);
const moment = z.union([z.iso.date(), z.iso.datetime()]);
const count = z.int().min(0).max(100);

/** A path, absolute or relative to the policy file, or a PEM text. */
const keyText = z.string().min(1);
const files = z.array(keyText).max(1000);

/** With `until`, a date or a time in UTC from which the key does not count any more. */
const PolicyKey = z.union([keyText, z.strictObject({ key: keyText, until: moment.optional() })]);
export type PolicyKey = z.infer<typeof PolicyKey>;

/** What certificates of Fulcio say of a build, each exactly. */
const Claims = z.strictObject({
  workflowTrigger: text.optional(),
  workflowSha: text.optional(),
  workflowName: text.optional(),
  workflowRepository: text.optional(),
  workflowRef: text.optional(),
  buildSignerUri: text.optional(),
  buildSignerDigest: text.optional(),
  runnerEnvironment: text.optional(),
  sourceRepositoryUri: text.optional(),
  sourceRepositoryDigest: text.optional(),
  sourceRepositoryRef: text.optional(),
  sourceRepositoryIdentifier: text.optional(),
  sourceRepositoryOwnerUri: text.optional(),
  sourceRepositoryOwnerIdentifier: text.optional(),
  buildConfigUri: text.optional(),
  buildConfigDigest: text.optional(),
  buildTrigger: text.optional(),
  runInvocationUri: text.optional(),
  sourceRepositoryVisibility: text.optional(),
});

const PolicyIdentity = z
  .strictObject({
    subject: text.optional(),
    subjectPattern: expression.optional(),
    issuer: text.optional(),
    issuerPattern: expression.optional(),
    claims: Claims.optional(),
  })
  .refine(
    (one) => (one.subject === undefined) !== (one.subjectPattern === undefined),
    'needs subject or subjectPattern',
  )
  .refine((one) => (one.issuer === undefined) !== (one.issuerPattern === undefined), 'needs issuer or issuerPattern');
export type PolicyIdentity = z.infer<typeof PolicyIdentity>;

/** Trust stores and identities of the Notary Project. */
const Certificates = z
  .strictObject({
    ca: files.optional(),
    signingAuthority: files.optional(),
    tsa: files.optional(),
    trustedIdentities: z.array(text).min(1).max(1000),
    level: z.enum(['strict', 'permissive']).optional(),
    verifyTimestamp: z.enum(['always', 'afterCertExpiry']).optional(),
  })
  .refine(
    ({ ca = [], signingAuthority = [] }) => ca.length + signingAuthority.length > 0,
    'needs ca or signingAuthority',
  );
export type PolicyCertificates = z.infer<typeof Certificates>;

const TrustEntry = z
  .strictObject({
    /** What asks for signatures of this entry calls it so. */
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'is no name')
      .optional(),
    /** What {@link repositoryCovered} matches. */
    repositories: z.array(repository).min(1).max(1000).optional(),
    /** What {@link blobCovered} matches. */
    blobs: z.array(blob).min(1).max(1000).optional(),
    keys: z.array(PolicyKey).min(1).max(1000).optional(),
    identities: z.array(PolicyIdentity).min(1).max(1000).optional(),
    certificates: Certificates.optional(),
    trustedRoot: text.optional(),
    logs: count.optional(),
    timestamps: count.optional(),
    times: count.optional(),
    certificateLogs: count.optional(),
    signatures: z.int().min(1).max(100).optional(),
    formats: z.array(z.enum(signatureFormats)).min(1).max(signatureFormats.length).optional(),
    minimumBundleVersion: z.enum(['0.1', '0.2', '0.3']).optional(),
  })
  .superRefine((entry, context) => {
    if (entry.repositories === undefined && entry.blobs === undefined) {
      context.addIssue({ code: 'custom', path: ['repositories'], message: 'needs repositories or blobs' });
    }
    if ([entry.keys, entry.identities, entry.certificates].some((one) => one !== undefined)) return;
    context.addIssue({ code: 'custom', path: ['keys'], message: 'needs keys, identities or certificates' });
  });
export type TrustEntry = z.infer<typeof TrustEntry>;

/** Written in any other way they would be nobody's, and revoke nothing. */
const Revoked = z.strictObject({
  key: z
    .string()
    .regex(/^SHA256:[0-9a-f]{64}$/, 'is no fingerprint: write SHA256: and 64 lower-case digits')
    .optional(),
  certificate: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'is no SHA-256 of a certificate: write 64 lower-case hexadecimal digits')
    .optional(),
  identity: text.optional(),
  log: z
    .string()
    .regex(/^(?:[0-9a-f]{2}){4,64}$/, 'is no id of a log: write lower-case hexadecimal digits')
    .optional(),
  artifact: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'is no digest: write sha256: and 64 lower-case hexadecimal digits')
    .optional(),
  from: moment.optional(),
  reason: text,
});
export const revocableKinds = ['key', 'certificate', 'identity', 'log', 'artifact'] as const;

const Required = z.union([word, z.strictObject({ type: word, by: z.array(text).min(1).max(100).optional() })]);

const Condition = z.strictObject({
  type: word,
  /** In CEL, of at most 4000 characters. */
  expression: z.string().min(1).max(4000),
  /** For people; the expression unless given. */
  name: text.optional(),
});
export type PolicyCondition = z.infer<typeof Condition>;

export const Policy = z.strictObject({
  apiVersion: z.literal('temper/v1'),
  kind: z.literal('Policy'),
  trust: z.array(TrustEntry).max(10_000).optional(),
  revoked: z
    .array(
      Revoked.refine(
        (one) => revocableKinds.filter((kind) => one[kind] !== undefined).length === 1,
        `needs one of ${revocableKinds.join(', ')}`,
      ),
    )
    .max(10_000)
    .optional(),
  predicates: z
    .strictObject({
      provenance: z
        .strictObject({
          builders: z.array(pattern).max(1000).optional(),
          sources: z.array(pattern).max(1000).optional(),
          /** The SLSA build level that the builders have. */
          level: z.int().min(1).max(3).optional(),
        })
        .optional(),
      /** Beside the signature, which is always asked for; unless given, provenance and sbom. */
      required: z.array(Required).max(1000).optional(),
      conditions: z.array(Condition).max(1000).optional(),
    })
    .optional(),
});
export type Policy = z.infer<typeof Policy>;

function checkedText(problemOf: (text: string) => string | undefined): z.ZodString {
  return z
    .string()
    .min(1)
    .check((context) => {
      const problem = problemOf(context.value);
      if (problem !== undefined) {
        context.issues.push({
          code: 'custom',
          input: context.value,
          message: `"${context.value.slice(0, 200)}" ${problem}`,
        });
      }
    });
}
