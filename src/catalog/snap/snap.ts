// Snaps by the metadata inside them (Snapcraft documentation, "The snap format").
import { type Entry, entryCataloger, entryOf } from '../entries.ts';
import { fileText } from '../members.ts';
import { yamlLines } from '../yaml-lines.ts';

/** `meta/snap.yaml`; a snap needs its base. */
export const snap = entryCataloger({
  id: 'snap',
  version: 1,
  evidence: 'installed',
  reads: [{ name: 'snap.yaml', match: (path) => /(?:^|\/)(?:meta|snap)\/snap\.yaml$/.test(path) }],
  limit: 1 << 20,
  entries: (file) => {
    const entry = readSnap(fileText(file));
    return entry === undefined ? undefined : [entry];
  },
  scope: () => '',
});

function readSnap(text: string): Entry | undefined {
  const said = new Map<string, string>();
  const architectures: string[] = [];
  let open = '';
  for (const { indent, item, key, value } of yamlLines(text)) {
    if (indent === 0 && !item && key !== undefined) {
      open = key;
      said.set(key, value);
    } else if (open === 'architectures' && item && key === undefined) architectures.push(value);
  }
  const [name, version] = [said.get('name'), said.get('version')];
  if (name === undefined || name === '' || version === undefined) return undefined;
  const base = said.get('base') ?? '';
  const arch = architectures.length === 1 ? architectures[0] : undefined;
  return entryOf(
    { type: 'snap', name, version, qualifiers: { arch } },
    {
      needs: base === '' || base === 'none' ? [] : [[base, base]],
      licences: [said.get('license') ?? ''],
      description: said.get('summary') || undefined,
      architecture: arch,
    },
  );
}
