// PEAR and PECL packages by PEAR's registry (PEAR manual, "The PEAR registry"; package.xml 2.0).
import { type BytePath, bytePath, parentOf } from '../../lib/bytes.ts';
import { type Entry, entryCataloger, entryOf, type Need, present } from '../entries.ts';
import { textOf } from '../members.ts';
import type { CatalogFile } from '../types.ts';
import { readSerialized, type Serialized } from './serialized.ts';

/** `.registry/NAME.reg`, and of other channels `.registry/.channel.CHANNEL/NAME.reg`. */
export const pear = entryCataloger({
  id: 'pear',
  version: 1,
  evidence: 'installed',
  reads: [{ suffix: '.reg', match: (path) => /(?:^|\/)\.registry\/(?:\.channel\.[^/]+\/)?[^/]+\.reg$/.test(path) }],
  limit: 16 << 20,
  entries: (file) => present([pearEntry(file)]),
  scope: (path) => registryOf(path),
});

function registryOf(path: BytePath): BytePath {
  const end = path.lastIndexOf('.registry/');
  return end < 0 ? parentOf(path) : path.slice(0, end);
}

function pearEntry(file: CatalogFile): Entry | undefined {
  const document = readSerialized(file.content.all());
  const version = at(document, 'version');
  const name = text(at(document, 'name')) ?? text(at(document, 'package'));
  if (name === undefined) return undefined;
  const channel = text(at(document, 'channel')) ?? '';
  const type = channel.startsWith('pecl.') ? 'pecl' : 'pear';
  const licence = at(document, 'license');
  return entryOf(
    { type, namespace: channel, name, version: text(version) ?? text(at(version, 'release')) },
    {
      keys: [`${channel}/${name}`.toLowerCase()],
      needs: needsOf(document),
      licences: present([text(licence) ?? text(at(licence, '_content'))]),
      description: text(at(document, 'summary')),
      files: filesOf(document, file.path),
    },
  );
}

function needsOf(document: Serialized): readonly Need[] {
  const required = at(at(at(document, 'dependencies'), 'required'), 'package');
  // One dependency stands as itself, several as a list of them.
  const list =
    at(required, 'name') === undefined ? [...(required instanceof Map ? required.values() : [])] : [required];
  return list.flatMap((one: Serialized | undefined): Need[] => {
    const name = text(at(one, 'name'));
    const channel = text(at(one, 'channel')) ?? '';
    return name === undefined ? [] : [[`${channel}/${name}`.toLowerCase(), `${channel}/${name}`]];
  });
}

function filesOf(document: Serialized, path: BytePath): readonly BytePath[] {
  const list = at(document, 'filelist');
  const installed = [...(list instanceof Map ? list.values() : [])].map((one: Serialized) =>
    text(at(one, 'installed_as')),
  );
  return [path, ...present(installed).map((file) => bytePath(file))];
}

function at(value: Serialized | undefined, key: string): Serialized | undefined {
  return value instanceof Map ? (value.get(key) as Serialized | undefined) : undefined;
}

function text(value: Serialized | undefined): string | undefined {
  return textOf(value);
}
