// Documents for programs, each as docs/schemas/NAME-1.json describes it.

/** What a document is called by `$schema`, in `urn:temper:schema:NAME:1`. */
export type DocumentName =
  | 'attestations'
  | 'inspect'
  | 'key'
  | 'key-rotation'
  | 'keys'
  | 'log'
  | 'log-serve'
  | 'log-verify'
  | 'policy-record'
  | 'policy-test'
  | 'trust'
  | 'trust-list'
  | 'trust-repository'
  | 'trust-signed'
  | 'trusted-root';

/** One document of version 1; members that are `undefined` are left out. */
export function documentJson(name: DocumentName, body: object): string {
  return JSON.stringify({ $schema: `urn:temper:schema:${name}:1`, schemaVersion: 1, ...body }, null, 2);
}
