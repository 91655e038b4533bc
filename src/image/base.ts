// Which of an image's layers are its base image's.
import { type Digest, digestOf } from '../lib/digest.ts';

/** Docker's label on hardened images: the chain ID of the base's layers. */
const CHAIN_LABEL = 'com.docker.dhi.chain-id';

/** The chain IDs of the first layer, the first two, … (image-spec, config.md#layer-chainid). */
export function chainIds(diffIds: readonly Digest[]): Digest[] {
  const chain: Digest[] = [];
  for (const diffId of diffIds) {
    const before = chain.at(-1);
    chain.push(before === undefined ? diffId : digestOf(`${before} ${diffId}`));
  }
  return chain;
}

/** How many layers the image's own labels say are its base's; `undefined` where they say nothing that fits. */
export function baseByLabels(labels: Readonly<Record<string, string>>, diffIds: readonly Digest[]): number | undefined {
  const stated = labels[CHAIN_LABEL];
  if (stated === undefined) return undefined;
  const at = chainIds(diffIds).findIndex((id) => id === stated);
  return at < 0 ? undefined : at + 1;
}

/** How many layers another image shares from the lowest on, if they are all that it has; else `undefined`. */
export function baseByPrefix(base: readonly Digest[], diffIds: readonly Digest[]): number | undefined {
  if (base.length === 0 || base.length > diffIds.length) return undefined;
  return base.every((id, i) => id === diffIds[i]) ? base.length : undefined;
}
