// Hashes of keys, sorted as unsigned numbers of 64 bits, big end first.

/** Bytes of a key's hash that are kept: of a billion keys that are not there, hardly one is taken for one that is. */
export const KEY_WIDTH = 8;

/**
 * Whether sorted keys have one, of which 32 bits each are given, signed or not. They are hashes, and so spread evenly: where
 * one stands is reckoned from its first half, a few times, before the rest is halved; keys of any other spread are found too.
 */
export function holdsKey(keys: DataView, high: number, low: number): boolean {
  const [wantedHigh, wantedLow] = [high >>> 0, low >>> 0];
  let [from, to] = [0, keys.byteLength / KEY_WIDTH];
  // What the first halves of the keys between may be.
  let [least, most] = [0, 2 ** 32];
  for (let reckoned = 0; from < to; reckoned++) {
    const part = reckoned < RECKONED ? (wantedHigh - least) / (most - least) : 0.5;
    const middle = Math.min(from + Math.floor((to - from) * part), to - 1);
    const at = middle * KEY_WIDTH;
    const thisHigh = keys.getUint32(at);
    const thisLow = keys.getUint32(at + 4);
    if (thisHigh === wantedHigh && thisLow === wantedLow) return true;
    if (thisHigh < wantedHigh || (thisHigh === wantedHigh && thisLow < wantedLow)) {
      from = middle + 1;
      least = thisHigh;
    } else {
      to = middle;
      most = thisHigh + 1;
    }
  }
  return false;
}

const RECKONED = 4;
