// The elements of an SPDX 3 document in JSON-LD, and what they have in common.
import { type Agent, type ExternalDocument, NOASSERTION, NONE, type Property } from '../graph/types.ts';
import { isObject, type Members } from '../graph/members.ts';
import { readHashAlgorithm } from './words.ts';

/** The elements of a document, found by their type and identifier. */
export class Elements3 {
  readonly #byType = new Map<string, Members[]>();
  readonly #byId = new Map<string, Members>();
  readonly #prefix: string;
  /** Other documents that this one names. */
  readonly externals: readonly ExternalDocument[];

  constructor(document: Members) {
    const list = document.has('@graph') ? document.list('@graph') : [document];
    for (const element of list) {
      const type = element.text('type') ?? element.text('@type') ?? '';
      const known = this.#byType.get(type);
      if (known === undefined) this.#byType.set(type, [element]);
      else known.push(element);
      const id = idOf(element);
      if (id !== '') this.#byId.set(id, element);
    }
    const [own] = this.ofType('SpdxDocument');
    this.#prefix = own === undefined ? '' : idOf(own).replace(/[^#]*$/, '');
    this.externals = (own?.list('import') ?? []).flatMap(externalOf);
  }

  ofType(...types: readonly string[]): readonly Members[] {
    return types.flatMap((type) => this.#byType.get(type) ?? []);
  }

  get(id: string | undefined): Members | undefined {
    return id === undefined ? undefined : this.#byId.get(id);
  }

  /** Identifiers of the document's namespace without it. */
  local(id: string): string {
    if (/(?:^|\/)NoneElement$/.test(id)) return NONE;
    if (/(?:^|\/)NoAssertionElement$/.test(id)) return NOASSERTION;
    if (this.#prefix !== '' && id.startsWith(this.#prefix)) return id.slice(this.#prefix.length);
    const other = this.externals.find(({ uri }) => id.startsWith(`${uri}#`));
    return other === undefined ? id : `${other.id}:${id.slice(other.uri.length + 1)}`;
  }

  agent(id: string | undefined): Agent | undefined {
    const element = this.get(id);
    if (element === undefined) return undefined;
    const type = element.text('type');
    const email = element.list('externalIdentifier').find((one) => one.text('externalIdentifierType') === 'email');
    const kind = type === 'Person' ? 'person' : type === 'Tool' || type === 'SoftwareAgent' ? 'tool' : 'organization';
    return { kind, name: element.text('name') ?? '', email: email?.text('identifier') };
  }

  /** The creation of an element: an object in its place, or one that is named. */
  creation(of: Members | undefined): Members | undefined {
    const value = of?.value('creationInfo');
    return isObject(value) ? of?.child('creationInfo') : this.get(typeof value === 'string' ? value : undefined);
  }
}

// As Temper writes them: one for a whole document.
function externalOf(map: Members): ExternalDocument[] {
  const uri = map.text('locationHint');
  const [hash] = map.list('verifiedUsing');
  const id = hash?.text('comment');
  if (uri === undefined || hash === undefined || id === undefined) return [];
  const algorithm = hash.needed('algorithm');
  const known =
    algorithm === 'other' ? undefined : { algorithm: readHashAlgorithm(algorithm), value: hash.needed('hashValue') };
  return [{ id, uri, hash: known }];
}

export function idOf(element: Members): string {
  return element.text('spdxId') ?? element.text('@id') ?? '';
}

/** A member that JSON-LD writes as one text or a list of them. */
export function textsIn(of: Members, name: string): string[] {
  return typeof of.value(name) === 'string' ? [of.needed(name)] : of.texts(name);
}

export function propertiesIn(of: Members | undefined): Property[] {
  const entries = (of?.list('extension') ?? []).flatMap((one) => one.list('extension_cdxProperty'));
  return entries.map((entry) => ({
    name: entry.text('extension_cdxPropName') ?? '',
    value: entry.text('extension_cdxPropValue') ?? '',
  }));
}
