// An SPDX 2.2 document as one of 2.3.
import { isObject, type JsonObject } from '../graph/members.ts';

/** 2.3 only adds to 2.2 and renames two categories of references (SPDX 2.3, annex I). */
export function spdxOf23(document: JsonObject): JsonObject {
  if (document['spdxVersion'] === 'SPDX-2.3') return document;
  const packages = document['packages'];
  return {
    ...document,
    spdxVersion: 'SPDX-2.3',
    ...(Array.isArray(packages) ? { packages: packages.map((p: unknown) => (isObject(p) ? renamed(p) : p)) } : {}),
  };
}

function renamed(p: JsonObject): JsonObject {
  const refs = p['externalRefs'];
  if (!Array.isArray(refs)) return p;
  return {
    ...p,
    externalRefs: refs.map((ref: unknown) => {
      const category = isObject(ref) ? ref['referenceCategory'] : undefined;
      return isObject(ref) && typeof category === 'string'
        ? { ...ref, referenceCategory: category.replaceAll('_', '-') }
        : ref;
    }),
  };
}
