/** Bytes that are read where they are needed: a file in memory or on disk. */
export interface RandomAccess {
  readonly size: number;
  /** `length` bytes from `offset`, fewer at the end; empty beyond it. */
  read(offset: number, length: number): Buffer;
}
