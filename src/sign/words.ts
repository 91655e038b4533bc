// What a signer says beside the signature, where a format has a place for it: annotations, and where the key is.
import type { KeyAttributes, KeyOrigin } from '../keys/types.ts';

/** Names of what is said of the key. */
const PREFIX = 'vnd.temper.key.';

const ATTRIBUTES: readonly (readonly [keyof KeyAttributes, yes: string, no: string])[] = [
  ['extractable', 'extractable', 'not-extractable'],
  ['neverExtractable', 'never-extractable', 'once-extractable'],
  ['sensitive', 'sensitive', 'not-sensitive'],
  ['alwaysSensitive', 'always-sensitive', 'once-not-sensitive'],
  ['local', 'local', 'not-local'],
];

/**
 * What the device says of the key, as words of the signer: `vnd.temper.key.uri`, `….token`, `….attributes`, or `….reference`,
 * `….version`, `….protection` and `….attributes` (`imported`) of a service. Empty for a file's key. What the device does not say is left out; a PIN is never in it.
 */
export function originWords(origin: KeyOrigin | undefined): Record<string, string> {
  if (origin === undefined) return {};
  if (origin.kind === 'kms') {
    const { reference, version, protection, imported } = origin;
    const told = {
      ...(protection === undefined ? {} : { protection }),
      ...(imported === true ? { attributes: 'imported' } : {}),
    };
    return prefixed({ reference, version, ...told });
  }
  const { uri, token, attributes } = origin;
  const said = ATTRIBUTES.flatMap(([name, yes, no]) => {
    const value = attributes[name];
    return value === undefined ? [] : [value ? yes : no];
  });
  const parts = [token.manufacturer, token.model, token.serial, token.label].filter((part) => part !== '');
  return prefixed({ uri, token: parts.join(' '), attributes: said.join(' ') });
}

function prefixed(words: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(words).map(([name, value]) => [PREFIX + name, value]));
}
