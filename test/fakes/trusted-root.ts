// The trusted root of a small world of Sigstore, as a file has it.
import { WINDOW, type World } from './bundles.ts';

export function trustedRootJson({ log, authority, tsa }: World): string {
  const [start, end] = WINDOW.map((second) => new Date(second * 1000).toISOString());
  const validFor = { start, end };
  const chain = (certificates: readonly Buffer[]) => ({
    certChain: { certificates: certificates.map((der) => ({ rawBytes: der.toString('base64') })) },
    validFor,
  });
  return JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [
      {
        baseUrl: `https://${log.name}`,
        hashAlgorithm: 'SHA2_256',
        publicKey: { rawBytes: log.spki.toString('base64'), keyDetails: 'PKIX_ED25519', validFor },
        logId: { keyId: log.id.toString('base64') },
      },
    ],
    certificateAuthorities: [{ uri: 'https://acme.example', ...chain([authority.certificate]) }],
    timestampAuthorities: [{ uri: 'https://tsa.acme.example', ...chain(tsa.chain) }],
  });
}
