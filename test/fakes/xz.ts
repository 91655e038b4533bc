import { XzCompressor } from '@napi-rs/lzma';

/** Content as an .xz file, with a small dictionary: that of the default preset takes longer than a whole test. */
export async function xzOf(content: Buffer): Promise<Buffer> {
  const compressor = new XzCompressor({ preset: 0 });
  return Buffer.concat([compressor.update(content), await compressor.finish()]);
}
