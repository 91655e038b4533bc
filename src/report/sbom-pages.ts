import type { PageFormat } from '../bom/formats.ts';
import type { Bom } from '../bom/types.ts';
import { printable, table } from './table.ts';
export function* writePage(bom: Bom, _format: PageFormat): Generator<string> {
  yield `${table([['NAME', 'VERSION', 'TYPE'], ...bom.packages.map((p) => [printable(p.name), printable(p.version), p.kind])])}\n`;
}
