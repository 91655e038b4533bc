// Homebrew's formulas by the receipts that it leaves in its cellar (Homebrew, `Tab`).
import { type BytePath, baseOf, parentOf } from '../../lib/bytes.ts';
import { above, type Entry, entryCataloger, entryOf, type Need } from '../entries.ts';
import { itemsOf, jsonOf, member, textMember } from '../members.ts';

/** `Cellar/NAME/VERSION/INSTALL_RECEIPT.json`; formulas need those of the same cellar. */
export const homebrew = entryCataloger({
  id: 'homebrew',
  version: 1,
  evidence: 'installed',
  reads: [{ name: 'INSTALL_RECEIPT.json' }],
  limit: 1 << 20,
  entries: (file) => {
    const entry = receiptEntry(jsonOf(file), file.path);
    return entry === undefined ? undefined : [entry];
  },
  scope: (path) => above(path, 3),
});

/** The tap that is not named. */
const CORE = 'homebrew/core';

function receiptEntry(receipt: unknown, path: BytePath): Entry | undefined {
  const folder = parentOf(path);
  const name = baseOf(parentOf(folder));
  if (typeof receipt !== 'object' || receipt === null || name === '') return undefined;
  const tap = textMember(member(receipt, 'source'), 'tap');
  return entryOf(
    { type: 'brew', name, version: baseOf(folder), qualifiers: { tap: tap === CORE ? undefined : tap } },
    {
      keys: [name, ...(tap === undefined ? [] : [`${tap}/${name}`])],
      needs: itemsOf(member(receipt, 'runtime_dependencies')).flatMap(needOf),
      architecture: textMember(receipt, 'arch'),
    },
  );
}

function needOf(one: unknown): readonly Need[] {
  const name = textMember(one, 'full_name');
  return name === undefined ? [] : [[name, `${name} ${textMember(one, 'version') ?? ''}`.trim()]];
}
