// What hangs on a Docker Hardened Image: on each platform's manifest bare statements, on each of these a signature, and one on the index.
import { layerOf } from '../../src/cosign/layer.ts';
import { simpleSigningBytes } from '../../src/cosign/payload.ts';
import type { Signer } from '../../src/keys/types.ts';
import { hexOf } from '../../src/lib/digest.ts';
import { parseIndex } from '../../src/oci/documents.ts';
import type { Descriptor } from '../../src/oci/types.ts';
import { bareStatementReferrer, signatureReferrer } from '../../src/publish/docker-statement.ts';
import { publishReferrers } from '../../src/publish/image.ts';
import type { Referrer } from '../../src/publish/referrer.ts';
import type { Repository } from '../../src/repository/types.ts';
import { signPayload } from '../../src/sign/legacy.ts';

/** The types of one platform's statements. */
export const dockerPredicateTypes: readonly string[] = [
  'https://slsa.dev/provenance/v0.2',
  'https://slsa.dev/provenance/v1',
  'https://slsa.dev/verification_summary/v1',
  'https://spdx.dev/Document',
  'https://cyclonedx.org/bom/v1.6',
  'https://openvex.dev/ns/v0.2.0',
  'https://in-toto.io/attestation/vulns/v0.1',
  'https://scout.docker.com/vulnerabilities/v0.1',
  'https://scout.docker.com/sbom/v0.1',
  'https://scout.docker.com/provenance/v0.1',
  'https://scout.docker.com/secrets/v0.1',
  'https://scout.docker.com/virus/v0.1',
  'https://scout.docker.com/tests/v0.1',
  'https://docker.com/dhi/fips/v0.1',
  'https://docker.com/dhi/stig/v0.1',
  'https://docker.com/dhi/source/v0.1',
];

const created = new Date(1_700_000_000_000);

/** The signature of a manifest, by the name that Docker gives its images. */
export async function dockerSignature(subject: Descriptor, signer: Signer): Promise<Referrer> {
  const reference = 'registry.scout.docker.com/dhi/node';
  const payload = simpleSigningBytes({ reference, digest: subject.digest, optional: {} });
  const layer = layerOf(await signPayload(payload, { signer, certificate: undefined }, []));
  return signatureReferrer({ subject, layer, payload, created });
}

/** @param predicate of a type, on a platform's manifest */
export async function hangDockerStatements(
  repository: Repository,
  index: Descriptor,
  signer: Signer,
  predicate: (type: string) => unknown = (type) => ({ type }),
): Promise<void> {
  const { manifests } = parseIndex(await repository.manifest(index));
  await publishReferrers(repository, [await dockerSignature(index, signer)]);
  for (const subject of manifests) {
    const statements = dockerPredicateTypes.map((predicateType) => {
      const bytes = Buffer.from(
        JSON.stringify({
          _type: 'https://in-toto.io/Statement/v0.1',
          predicateType,
          subject: [{ name: 'pkg:docker/dhi/node', digest: { sha256: hexOf(subject.digest) } }],
          predicate: predicate(predicateType),
        }),
      );
      return bareStatementReferrer({ subject, bytes, predicateType, created });
    });
    const signatures = await Promise.all(
      statements.map(async ({ descriptor }) => await dockerSignature(descriptor, signer)),
    );
    await publishReferrers(repository, [...statements, ...signatures]);
  }
}
