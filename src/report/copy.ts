// What a copy did, for people and for programs (docs/schemas/copy-1.json).
import type { CopiedImage, CopyResult } from '../flow/copy/copy.ts';
import { humanSize } from '../lib/bytes.ts';
import type { Tool } from '../lib/tool.ts';
import { checksTable } from './checks.ts';
import { printable } from './table.ts';

export function copyText({ source, destination, images }: CopyResult): string {
  return images.map((image) => imageText(image, source, destination)).join('\n\n');
}

function imageText(image: CopiedImage, source: string, destination: string): string {
  const { digest, tag, previous, outcome, manifests, verification } = image;
  const target = printable(`${destination}:${tag}`);
  if (outcome === 'refused') {
    const against = verification?.decision.against ?? [];
    return [checksTable(against), `NOT copied, it does not verify: ${printable(source)}@${digest}`].join('\n');
  }
  const lines = [`${target}@${digest}`];
  const of = (role: string) => manifests.filter((one) => one.role === role);
  const hung = of('referrer').length + of('tagged').length;
  const parts = [`${count(manifests.length - hung, 'manifest')} of the image`, `${of('referrer').length} referrers`];
  if (of('tagged').length > 0) parts.push(`${of('tagged').length} by cosign's tags`);
  const written = manifests.filter((one) => one.outcome === 'written').length;
  lines.push(`${parts.join(', ')}; ${written} of them ${outcome === 'planned' ? 'missing' : 'written'}`, blobs(image));
  if (verification !== undefined) {
    lines.push(`verified: signed by ${verification.signers.join(', ')} (trusted by ${trustOf(verification.origin)})`);
  }
  if (previous !== undefined)
    lines.push(`${printable(tag)} ${outcome === 'planned' ? 'would move' : 'moved'}: it named ${previous}`);
  lines.push(LAST[outcome]);
  return lines.join('\n');
}

const LAST = {
  copied: 'copied',
  unchanged: 'unchanged: all of it was there',
  planned: 'nothing was written (--dry-run)',
} as const;

function trustOf(origin: string): string {
  return origin === 'key' ? '--key' : 'the policy';
}

function blobs({ blobs: all }: CopiedImage): string {
  const words = { copied: 'copied', mounted: 'mounted', present: 'there', planned: 'missing' } as const;
  const parts = (Object.keys(words) as (keyof typeof words)[]).flatMap((outcome) => {
    const some = all.filter((one) => one.outcome === outcome);
    if (some.length === 0) return [];
    return [`${some.length} ${words[outcome]} (${humanSize(some.reduce((sum, { size }) => sum + size, 0))})`];
  });
  return `${count(all.length, 'blob')}: ${parts.length === 0 ? 'none' : parts.join(', ')}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** One document; the same for the same copy. */
export function copyJson(result: CopyResult, tool: Tool): string {
  const { source, destination, dryRun, images, notes } = result;
  const document = {
    $schema: 'urn:temper:schema:copy:1',
    schemaVersion: 1,
    tool,
    source,
    destination,
    dryRun,
    images: images.map(({ verification, ...image }) => ({
      ...image,
      ...(verification === undefined
        ? {}
        : {
            verification: {
              answer: verification.decision.answer,
              against: verification.decision.against,
              signers: verification.signers,
              trustedBy: verification.origin,
              checks: verification.checks.length,
            },
          }),
    })),
    notes,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
