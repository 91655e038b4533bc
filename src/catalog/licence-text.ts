// Which well-known licence a text is, by the words it has in common with SPDX's texts.
import { licenceHashes } from './licence-hashes.ts';
import { wordTriples } from './licence-words.ts';

export interface DetectedLicence {
  /** SPDX's identifier. The GNU licences' texts do not say whether later versions apply: they are `…-only`. */
  readonly id: string;
  /** How much the text and SPDX's have in common (Dice's coefficient of word triples), at most 1. */
  readonly confidence: number;
}

/** Texts that have less in common are not told to be a licence, … */
const ENOUGH = 0.9;
/** … unless they have the licence's whole text in them, and not much else. */
const WHOLE = 0.97;
const MOSTLY = 0.6;
/** Two licences that together are no longer than the text, or not by much, both stand in it. */
const SLACK = 1.1;

/**
 * @param text of a LICENSE or COPYING file
 * @param limit bytes that are looked at; what a longer file has behind them is not
 * @returns `undefined` for texts that are no well-known licence, or several, or one among much else
 */
export function detectLicence(text: Uint8Array, limit: number): DetectedLicence | undefined {
  const triples = wordTriples(text.subarray(0, limit));
  const inside = fits(triples);
  const best = inside.find(({ fits }) => fits);
  if (best === undefined) return undefined;
  const several = inside.some(({ id, length }) => id !== best.id && best.length + length <= triples.size * SLACK);
  return several ? undefined : { id: best.id, confidence: best.confidence };
}

interface Fit extends DetectedLicence {
  /** About how many triples the licence's whole text has. */
  readonly length: number;
  /** Whether the text may be told to be this licence; else it only has it in it. */
  readonly fits: boolean;
}

/** The licences that a text is or has in it, the likeliest first. */
function fits(triples: ReadonlySet<number>): readonly Fit[] {
  const { licences, byTriple } = (loaded ??= load());
  const counts = countsByDivisor(triples);
  const common = new Uint32Array(licences.length);
  for (const triple of triples) {
    for (const licence of byTriple.get(triple) ?? []) common[licence] = (common[licence] ?? 0) + 1;
  }
  const found = licences.flatMap(({ id, divisor, size }, i): Fit[] => {
    const shared = common[i] ?? 0;
    const confidence = (2 * shared) / (size + (counts.get(divisor) ?? 0));
    const isInside = shared / size >= WHOLE;
    const fits = confidence >= ENOUGH || (isInside && confidence >= MOSTLY);
    return fits || isInside ? [{ id, confidence, length: size * divisor, fits }] : [];
  });
  return found.sort((a, b) => b.confidence - a.confidence);
}

/** How many of a text's triples each divisor divides: as many could be in common with a licence of that divisor. */
function countsByDivisor(triples: ReadonlySet<number>): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (let divisor = 1; divisor <= 64; divisor *= 2) {
    let count = 0;
    for (const triple of triples) if ((triple & (divisor - 1)) === 0) count++;
    counts.set(divisor, count);
  }
  return counts;
}

interface Known {
  readonly licences: readonly { readonly id: string; readonly divisor: number; readonly size: number }[];
  /** The licences that have a triple, by their places in the list. */
  readonly byTriple: ReadonlyMap<number, readonly number[]>;
}

/** Made when it is first asked for. */
let loaded: Known | undefined;

function load(): Known {
  const byTriple = new Map<number, number[]>();
  const licences = licenceHashes.map(([id, divisor, encoded], place) => {
    const bytes = Buffer.from(encoded, 'base64');
    for (let at = 0; at < bytes.length; at += 4) {
      const triple = bytes.readUInt32LE(at);
      const places = byTriple.get(triple);
      if (places === undefined) byTriple.set(triple, [place]);
      else places.push(place);
    }
    return { id, divisor, size: bytes.length / 4 };
  });
  return { licences, byTriple };
}
