// Checksums of rows: what was altered is not believed.
import type { SqlValue } from '../../io/database.ts';
import { zlib } from '../../lib/zlib.ts';

/** The checksum of a package's row, its key with it. */
export function packageSum(ecosystem: number, name: string, said: string): number {
  const { crc32 } = zlib();
  return crc32(said, crc32(name, ecosystem));
}

/** The columns of an advisory's row that are summed. */
export interface AdvisorySummed {
  readonly feed: number;
  readonly id: string;
  readonly record: string;
  readonly main: string;
  readonly head: string;
  readonly withdrawn: number | null;
}

/** The checksum of an advisory's row. */
export function advisorySum({ feed, id, record, main, head, withdrawn }: AdvisorySummed): number {
  const { crc32 } = zlib();
  return crc32(head, crc32(`${id}\n${record}\n${main}\n${withdrawn ?? ''}`, feed));
}

/** The checksum of the values of any other row, in an order of their own. */
export function rowSum(values: readonly SqlValue[]): number {
  const { crc32 } = zlib();
  let sum = 0;
  for (const value of values) sum = crc32(value instanceof Uint8Array ? value : `${typeof value} ${value}\n`, sum);
  return sum;
}
