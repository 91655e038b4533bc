// Sigstore's signing configurations (sigstore_trustroot.proto, SigningConfig v0.2, in its JSON form): which services a signer
// asks.
import { z } from 'zod';
import { Fault } from '../lib/faults.ts';
import { parseJson } from '../lib/json.ts';
import { compareStrings } from '../lib/bytes.ts';
import { instant } from './trusted-root.ts';

export const SIGNING_CONFIG_MEDIA_TYPE = 'application/vnd.dev.sigstore.signingconfig.v0.2+json';

const service = z
  .object({
    url: z.url({ protocol: /^https?$/ }).max(2000),
    majorApiVersion: z.int().min(0).max(1000),
    validFor: z.object({ start: instant, end: instant.nullish() }),
    operator: z.string().max(200).nullish(),
  })
  .transform(({ url, majorApiVersion, validFor, operator }) => ({
    url,
    version: majorApiVersion,
    validFor: { start: validFor.start, end: validFor.end ?? undefined },
    operator: operator ?? '',
  }));
const services = z
  .array(service)
  .max(100)
  .nullish()
  .transform((list) => list ?? []);
const selection = z
  .object({ selector: z.enum(['ALL', 'ANY', 'EXACT']), count: z.int().min(1).max(100).nullish() })
  .refine(({ selector, count }) => selector !== 'EXACT' || typeof count === 'number', 'EXACT needs a count')
  .transform(({ selector, count }) => ({ selector, count: count ?? undefined }))
  .nullish()
  .transform((chosen) => chosen ?? undefined);

const Document = z.object({
  mediaType: z.literal(SIGNING_CONFIG_MEDIA_TYPE),
  caUrls: services,
  oidcUrls: services,
  rekorTlogUrls: services,
  rekorTlogConfig: selection,
  tsaUrls: services,
  tsaConfig: selection,
});

export type SigningService = z.infer<typeof service>;

/** How many of several services: all, any one, or exactly so many of different operators. */
export interface ServiceSelection {
  readonly selector: 'ALL' | 'ANY' | 'EXACT';
  readonly count: number | undefined;
}

export interface SigningConfig {
  readonly certificateAuthorities: readonly SigningService[];
  readonly identityProviders: readonly SigningService[];
  readonly logs: readonly SigningService[];
  /** One of them where it is not said. */
  readonly logSelection: ServiceSelection | undefined;
  readonly timestampAuthorities: readonly SigningService[];
  readonly timestampSelection: ServiceSelection | undefined;
}

/** Parses a signing configuration. @param what names the file @throws Fault `sigstore/signing-config`, `json/malformed` */
export function parseSigningConfig(bytes: Uint8Array, what: string): SigningConfig {
  const parsed = Document.safeParse(parseJson(bytes, what));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid(
      `${what} is not a signing configuration v0.2: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`,
    );
  }
  const { caUrls, oidcUrls, rekorTlogUrls, rekorTlogConfig, tsaUrls, tsaConfig } = parsed.data;
  return {
    certificateAuthorities: caUrls,
    identityProviders: oidcUrls,
    logs: rekorTlogUrls,
    logSelection: rekorTlogConfig,
    timestampAuthorities: tsaUrls,
    timestampSelection: tsaConfig,
  };
}

/**
 * The services to ask at a time: of each operator the one of the newest version that the client speaks and that began last,
 * as many as the selection says.
 * @param versions API versions that the client speaks
 * @param now seconds since 1970
 * @throws Fault `sigstore/signing-config` when there are fewer than the selection asks for
 */
export function chooseServices(
  list: readonly SigningService[],
  selection: ServiceSelection | undefined,
  versions: readonly number[],
  now: number,
): readonly SigningService[] {
  const usable = list
    .filter(
      ({ version, validFor: { start, end = Infinity } }) => versions.includes(version) && start <= now && now <= end,
    )
    .toSorted((a, b) => b.version - a.version || b.validFor.start - a.validFor.start || compareStrings(a.url, b.url));
  const byOperator = new Map<string, SigningService>();
  for (const one of usable) if (!byOperator.has(one.operator)) byOperator.set(one.operator, one);
  const chosen = [...byOperator.values()];
  const { selector, count } = selection ?? { selector: 'ANY', count: undefined };
  const wanted = selector === 'ALL' ? chosen.length : selector === 'EXACT' ? (count ?? 1) : 1;
  if (chosen.length < wanted || chosen.length === 0) {
    throw invalid(
      `The signing configuration has ${chosen.length} usable services where ${Math.max(wanted, 1)} are asked for.`,
    );
  }
  return chosen.slice(0, wanted);
}

function invalid(sentence: string): Fault {
  return new Fault('sigstore/signing-config', sentence, 'Give a signing_config.json that is current.');
}
