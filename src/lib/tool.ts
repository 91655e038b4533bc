/** The program's own name and version, as documents and provenance state it; a test holds it to package.json. */
export const tool = { name: 'temper', version: '0.1.0' } as const;

/** What makes a document. */
export interface Tool {
  readonly name: string;
  readonly version: string;
}
