// Keys as text.
import type { KeyInfo, ListedTokenKey, UnreadableKey } from '../flow/signing/keys.ts';
import type { Rotated } from '../flow/signing/rotate-key.ts';
import { printable, table } from './table.ts';

export function keyTable(keys: readonly (KeyInfo | UnreadableKey)[]): string {
  if (keys.length === 0) return 'no keys';
  const rows = keys.map((key) =>
    'problem' in key
      ? [printable(key.name), printable(key.problem), '', printable(key.publicPath)]
      : [
          `${printable(key.name)}${key.isDefault ? ' (default)' : ''}`,
          key.fingerprint,
          key.algorithm,
          printable(key.publicPath ?? ''),
        ],
  );
  return table([['NAME', 'FINGERPRINT', 'ALGORITHM', 'PUBLIC KEY'], ...rows]);
}

export function tokenKeyTable(keys: readonly ListedTokenKey[]): string {
  if (keys.length === 0) return 'no keys';
  const rows = keys.map(({ name, fingerprint, algorithm, attributes, weaknesses, uri }) => [
    printable(name),
    fingerprint ?? 'not told',
    algorithm ?? 'unknown',
    attributes === undefined
      ? 'not seen without a PIN'
      : weaknesses.length === 0
        ? 'never left the token'
        : 'may be copied',
    uri,
  ]);
  return table([['NAME', 'FINGERPRINT', 'ALGORITHM', 'PRIVATE KEY', 'URI'], ...rows]);
}

export function keyText({ name, publicPath, algorithm, fingerprint, pem, origin }: KeyInfo): string {
  return [
    publicPath ?? name,
    `${algorithm} ${fingerprint}`,
    ...(origin === undefined ? [] : originLines(origin)),
    pem,
  ].join('\n');
}

function originLines(origin: NonNullable<KeyInfo['origin']>): string[] {
  if (origin.kind === 'kms') {
    const { reference, version, protection, imported } = origin;
    const kept = protection === undefined ? '' : `, kept in ${protection}`;
    return [printable(`${reference}, version ${version}${kept}${imported === true ? ', made elsewhere' : ''}`)];
  }
  const { label, manufacturer, model, serial } = origin.token;
  const said = Object.entries(origin.attributes).map(([name, value]) => `${name} ${value ?? 'unknown'}`);
  return [
    origin.uri,
    printable(`token ${label}, serial number ${serial} (${manufacturer}, ${model})`),
    `private key: ${said.join(', ')}`,
  ];
}

function versionOf({ origin }: Pick<KeyInfo, 'origin'>): string {
  return origin?.kind === 'kms' ? printable(`, version ${origin.version},`) : '';
}

export function rotationText({ old, until, policy, ...rotated }: Rotated): string {
  const entries = policy.entries === 1 ? '1 entry' : `${policy.entries} entries`;
  return [
    `old: ${old.publicPath} ${old.fingerprint}`,
    `new: ${rotated.new.path}${versionOf(rotated.new)} ${rotated.new.fingerprint}`,
    `public key: ${rotated.new.publicPath}`,
    policy.entries === 0
      ? `policy: the old key stands nowhere in ${policy.path}; nothing was changed there: enter the new one wherever the old one is trusted`
      : `policy: ${policy.path} trusts the new key in ${entries}, and the old one there until ${until}`,
  ].join('\n');
}
