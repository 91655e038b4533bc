// Conan packages by conan.lock (versions 1 and 2) and conanfile.txt (Conan documentation, "Lockfiles", "conanfile.txt").
import { baseOf } from '../../lib/bytes.ts';
import { type Entry, entryCataloger, entryOf, present } from '../entries.ts';
import { fileText, itemsOf, jsonOf, member, membersOf, textMember, textsOf } from '../members.ts';

/** Edges where the lock file has them: version 1. */
export const conan = entryCataloger({
  id: 'conan-lock',
  version: 1,
  evidence: 'declared',
  reads: [{ name: 'conan.lock' }, { name: 'conanfile.txt' }],
  limit: 16 << 20,
  entries: (file) => (baseOf(file.path) === 'conan.lock' ? readLock(jsonOf(file)) : readConanfile(fileText(file))),
});

function readLock(document: unknown): readonly Entry[] {
  const nodes = membersOf(member(member(document, 'graph_lock'), 'nodes'));
  const first = nodes.map(([id, node]) => {
    const needs = itemsOf(member(node, 'requires')).filter((need) => typeof need === 'string');
    return reference(textMember(node, 'ref') ?? '', { keys: [id], needs: needs.map((need) => [need]) });
  });
  const second = ['requires', 'build_requires', 'python_requires'].flatMap((kind) => textsOf(member(document, kind)));
  return present([...first, ...second.map((text) => reference(text, {}))]);
}

function readConanfile(text: string): readonly Entry[] {
  let section = '';
  const entries = text.split('\n').map((line) => {
    const said = (line.split('#', 1)[0] ?? '').trim();
    if (said.startsWith('[')) section = said;
    return section === '[requires]' || section === '[tool_requires]' ? reference(said, {}) : undefined;
  });
  return present(entries);
}

/** `name/version[@user/channel][#revision][%time]`; ranges such as `zlib/[>=1.2]` are no versions. */
function reference(text: string, more: Pick<Entry, 'keys' | 'needs'>): Entry | undefined {
  const [, name = '', version, user, channel, rrev] =
    /^([\w+.-]{1,200})\/([\w+.-]{1,200})(?:@([\w+.-]{1,200})\/([\w+.-]{1,200})|@)?(?:#([0-9a-f]{1,64}))?(?:[:%].{0,300})?$/.exec(
      text,
    ) ?? [];
  return version === undefined
    ? undefined
    : entryOf({ type: 'conan', namespace: user, name, version, qualifiers: { user, channel, rrev } }, more);
}
