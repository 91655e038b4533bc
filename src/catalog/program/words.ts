/** Numbers in a file's header, in its byte order and width. @throws RangeError beyond its end, also for numbers beyond 2^53 */
export class Words {
  readonly bytes: Buffer;
  readonly little: boolean;
  readonly wide: boolean;

  constructor(bytes: Buffer, little: boolean, wide: boolean) {
    this.bytes = bytes;
    this.little = little;
    this.wide = wide;
  }

  u16(at: number): number {
    return this.little ? this.bytes.readUInt16LE(at) : this.bytes.readUInt16BE(at);
  }

  u32(at: number): number {
    return this.little ? this.bytes.readUInt32LE(at) : this.bytes.readUInt32BE(at);
  }

  u64(at: number): number {
    const value = Number(this.little ? this.bytes.readBigUInt64LE(at) : this.bytes.readBigUInt64BE(at));
    if (!Number.isSafeInteger(value)) throw new RangeError('a number is impossible');
    return value;
  }

  /** 64 or 32 bits wide. */
  word(at: number): number {
    return this.wide ? this.u64(at) : this.u32(at);
  }

  /** A name in a field of fixed length, without its zeros. */
  name(at: number, length: number): string {
    const text = this.bytes.toString('latin1', at, at + length);
    const end = text.indexOf('\0');
    return end < 0 ? text : text.slice(0, end);
  }
}
