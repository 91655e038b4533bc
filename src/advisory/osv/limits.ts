/** Bounds on what is read of a bucket, in bytes unless said otherwise. Each is far above the largest honest one seen. */
export const osvLimits = {
  /** One record: the kernel's in Ubuntu reach megabytes. */
  record: 32 << 20,
  /** The records of one archive together. */
  content: 128 * 2 ** 30,
  /** How much larger they are than the archive: a ratio; JSON reaches 30. */
  ratio: 200,
  /** An `all.zip`. */
  archive: 16 * 2 ** 30,
  /** A `modified_id.csv`. */
  modified: 256 << 20,
  /** An `ecosystems.txt`. */
  ecosystems: 1 << 20,
  /** Names in it, a count. */
  folders: 2000,
} as const;
