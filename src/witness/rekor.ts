// A Rekor at an address: which of its two interfaces it has.
import { ask, below } from './ask.ts';
import { RekorV1Witness } from './rekor-v1.ts';
import { RekorV2Witness } from './rekor-v2.ts';
import type { RekorWitness, WitnessOptions } from './types.ts';

/**
 * @param version of its interface; unless given, it is asked
 * @throws Fault `witness/refused`, `witness/unavailable`, `network/…` when it does not say
 */
export async function openRekor(url: URL, options: WitnessOptions, version?: number): Promise<RekorWitness> {
  return (version ?? (await versionOf(url, options))) === 1
    ? new RekorV1Witness(url, options)
    : new RekorV2Witness(url, options);
}

const NOT_FOUND = 404;

async function versionOf(url: URL, { http }: WitnessOptions): Promise<1 | 2> {
  const question = { name: url.href, url: below(url, 'api/v1/log'), accept: 'application/json', limit: 1 << 20 };
  const { status } = await ask(http, question, [NOT_FOUND]);
  return status === NOT_FOUND ? 2 : 1;
}
