// ECDSA signatures: r and s side by side (IEEE P1363) as DER (SEC 1, C.8).
import { Fault } from '../lib/faults.ts';

/** @throws Fault `key/malformed` for what are not two numbers of equal length, of at most 66 bytes */
export function ecdsaDer(signature: Uint8Array): Buffer {
  const half = signature.length / 2;
  if (!Number.isInteger(half) || half < 1 || half > 66) {
    throw new Fault('key/malformed', 'The device gave an ECDSA signature of an odd length.', 'Update its library.');
  }
  const content = Buffer.concat([integer(signature.subarray(0, half)), integer(signature.subarray(half))]);
  const head = content.length < 0x80 ? [0x30, content.length] : [0x30, 0x81, content.length];
  return Buffer.concat([Buffer.from(head), content]);
}

function integer(bytes: Uint8Array): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const digits = bytes.subarray(start);
  const sign = (digits[0] ?? 0) >= 0x80 ? [0] : [];
  return Buffer.from([0x02, sign.length + digits.length, ...sign, ...digits]);
}
