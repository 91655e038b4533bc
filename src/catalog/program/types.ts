// A program as its headers tell of it.

/** Most sections, and most segments, that a file may have. */
export const SECTIONS_LIMIT = 4096;

export interface Range {
  /** In memory. */
  readonly address: number;
  /** In the file. */
  readonly offset: number;
  /** Of what is in the file, in bytes. */
  readonly size: number;
}

export interface Section extends Range {
  /** `.rodata`, `__rodata` */
  readonly name: string;
}

export interface Program {
  readonly kind: 'elf' | 'mach' | 'pe';
  /** Whether it can be run or loaded; object files cannot. */
  readonly linked: boolean;
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
  readonly sections: readonly Section[];
  /** What is loaded from the file; for `writable` ones the data of the program. */
  readonly segments: readonly (Range & { readonly writable: boolean })[];
}
