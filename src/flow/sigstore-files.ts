// Of sigstore.dev; data/sigstore/README.md says where each comes from. This file stands as deep as the bundled program does.
const file = (name: string): string => new URL(`../../data/sigstore/${name}`, import.meta.url).pathname;

/** The root of its TUF repository. */
export const SIGSTORE_ROOT = file('root.json');
export const SIGSTORE_TRUSTED_ROOT = file('trusted_root.json');
export const SIGSTORE_SIGNING_CONFIG = file('signing_config.json');
