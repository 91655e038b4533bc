// Terraform's and OpenTofu's providers by their dependency lock file (Terraform documentation, "Dependency Lock File").
import type { PackageHash } from '../../bom/types.ts';
import { type Entry, entryCataloger, entryOf, present } from '../entries.ts';
import { fileText } from '../members.ts';

/** `.terraform.lock.hcl` */
export const terraform = entryCataloger({
  id: 'terraform-lock',
  version: 1,
  evidence: 'declared',
  reads: [{ name: '.terraform.lock.hcl' }],
  limit: 16 << 20,
  entries: (file) => readTerraformLock(fileText(file)),
});

function readTerraformLock(text: string): readonly Entry[] {
  const providers: { readonly address: string; version: string; readonly sums: string[] }[] = [];
  for (const line of text.split('\n')) {
    const address = /^provider\s+"([^"]{1,300})"\s*\{/.exec(line)?.[1];
    if (address !== undefined) providers.push({ address, version: '', sums: [] });
    const last = providers.at(-1);
    if (last === undefined) continue;
    last.version ||= /^\s*version\s*=\s*"([^"]{1,100})"/.exec(line)?.[1] ?? '';
    const sum = /^\s*"zh:([0-9a-f]{64})"/.exec(line)?.[1];
    if (sum !== undefined) last.sums.push(sum);
  }
  return present(providers.map(({ address, version, sums }) => providerEntry(address, version, sums)));
}

function providerEntry(address: string, version: string, sums: readonly string[]): Entry | undefined {
  const slash = address.lastIndexOf('/');
  const hashes = sums.map((value): PackageHash => ({ algorithm: 'SHA-256', value }));
  return entryOf(
    { type: 'terraform', namespace: address.slice(0, Math.max(slash, 0)), name: address.slice(slash + 1), version },
    { name: address, hashes: hashes.length === 0 ? undefined : hashes },
  );
}
