// Swift packages by SwiftPM's Package.resolved, versions 1 to 3.
import { swiftPurl } from '../../purl/swift.ts';
import { type Entry, entryCataloger, present, purlFrom } from '../entries.ts';
import { itemsOf, jsonOf, member, textMember } from '../members.ts';

/** `Package.resolved`; it has no edges. A package that follows a branch has its commit for a version. */
export const swiftPackages = entryCataloger({
  id: 'swift-lock',
  version: 1,
  evidence: 'declared',
  reads: [{ name: 'Package.resolved' }, { name: '.package.resolved' }],
  limit: 16 << 20,
  entries: (file) => {
    const document = jsonOf(file);
    const pins = member(document, 'pins') ?? member(member(document, 'object'), 'pins');
    return present(itemsOf(pins).map(pinEntry));
  },
});

function pinEntry(pin: unknown): Entry | undefined {
  const location = textMember(pin, 'location') ?? textMember(pin, 'repositoryURL');
  const state = member(pin, 'state');
  const version = textMember(state, 'version') ?? textMember(state, 'revision');
  if (location === undefined || version === undefined) return undefined;
  const purl = purlFrom(() => swiftPurl(location, version));
  const name = textMember(pin, 'identity') ?? textMember(pin, 'package') ?? location;
  return purl === undefined ? undefined : { purl, name, version, homepage: location };
}
