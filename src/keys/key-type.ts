/** The kinds of keys that are made here, as `--type` names them. */
export const keyTypes = ['p256', 'p384', 'rsa3072', 'ed25519'] as const;
export type KeyType = (typeof keyTypes)[number];
