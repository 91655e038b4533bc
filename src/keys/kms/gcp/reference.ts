// gcpkms:// references: resource names of Cloud KMS, as cosign takes them.
import { KmsFaults } from '../faults.ts';

export interface GoogleKey {
  /** `projects/P/locations/L` */
  readonly location: string;
  readonly keyRing: string;
  readonly key: string;
  /** `undefined`: the newest that is enabled. */
  readonly version: string | undefined;
}

const NAME =
  /^(projects\/(?:[\w.-]+:)?[\w.-]+\/locations\/[\w-]+)\/keyRings\/([\w-]{1,63})\/cryptoKeys\/([\w-]{1,63})(?:\/(?:cryptoKeyVersions|versions)\/(\d{1,12}))?$/;

/** @throws Fault `key/kms-settings` */
export function googleKey(name: string): GoogleKey {
  const [, location, keyRing, key, version] = NAME.exec(name) ?? [];
  if (location !== undefined && keyRing !== undefined && key !== undefined) return { location, keyRing, key, version };
  throw new KmsFaults('Google Cloud KMS', `gcpkms://${name}`).settings(
    `gcpkms://${name.slice(0, 300)} names no key`,
    'Write gcpkms://projects/P/locations/L/keyRings/R/cryptoKeys/K, or …/cryptoKeyVersions/V behind it for one version.',
  );
}

/** The key's resource name. */
export function keyName({ location, keyRing, key }: GoogleKey): string {
  return `${location}/keyRings/${keyRing}/cryptoKeys/${key}`;
}
