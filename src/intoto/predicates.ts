/** The predicate types that Temper writes, as their specifications spell them. */
export const predicateTypes = {
  /** Cosign's image signature since its version 3. */
  signature: 'https://sigstore.dev/cosign/sign/v1',
  spdx: 'https://spdx.dev/Document',
  cyclonedx: 'https://cyclonedx.org/bom',
  provenance: 'https://slsa.dev/provenance/v1',
  provenance02: 'https://slsa.dev/provenance/v0.2',
  vulns: 'https://in-toto.io/attestation/vulns/v0.2',
  /** Docker Scout's. */
  scoutVulnerabilities: 'https://scout.docker.com/vulnerabilities/v0.1',
} as const;

/** Short names that people may write; those of cosign's `--type` mean the same as there. */
const ALIASES: Readonly<Record<string, string>> = {
  signature: predicateTypes.signature,
  spdx: predicateTypes.spdx,
  spdxjson: predicateTypes.spdx,
  cyclonedx: predicateTypes.cyclonedx,
  provenance: predicateTypes.provenance,
  slsaprovenance1: predicateTypes.provenance,
  slsaprovenance: predicateTypes.provenance02,
  slsaprovenance02: predicateTypes.provenance02,
  vuln: 'https://cosign.sigstore.dev/attestation/vuln/v1',
  openvex: 'https://openvex.dev/ns',
  link: 'https://in-toto.io/Link/v1',
  custom: 'https://cosign.sigstore.dev/attestation/v1',
};

/** The predicate type that a short name stands for; `undefined` for a text that is neither a short name nor a URI. */
export function predicateTypeOf(text: string): string | undefined {
  if (Object.hasOwn(ALIASES, text)) return ALIASES[text];
  return /^[a-z][a-z0-9+.-]*:\S+$/i.test(text) ? text : undefined;
}

export const predicateAliases: readonly string[] = Object.keys(ALIASES);
