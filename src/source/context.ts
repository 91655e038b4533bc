// What every kind of source needs to know.
import type { SbomFile } from '../bom/read-packages.ts';
import type { Bom } from '../bom/types.ts';
import type { OpenOptions } from '../repository/open.ts';
import type { Choice } from './platform.ts';

export interface SourceOptions extends OpenOptions {
  /** `linux/arm64`, or `all`; unless given this machine's, else the only one. */
  readonly platform?: string | undefined;
  /** Reads an SBOM's bytes; without it SBOMs are refused. @throws Fault */
  readonly readBom?: ((bytes: Buffer, name: string) => Bom | Promise<Bom>) | undefined;
  /** Reads an SBOM's file where `readBom`, which must be there too, would read its bytes. @throws Fault */
  readonly readSbom?: ((file: SbomFile, name: string) => Promise<Bom>) | undefined;
  /** What is let go of when the sources are not needed any more: open archives. Else it is when the process ends. */
  readonly scope?: AsyncDisposableStack | undefined;
  /** Where streams are put that are read more than once; Temper's cache folder unless given. */
  readonly temporary?: string | undefined;
  /** The process's unless given. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** The process's standard input unless given. */
  readonly input?: ((signal?: AbortSignal) => AsyncIterable<Uint8Array>) | undefined;
}

export interface Context {
  readonly options: SourceOptions;
  readonly choice: Choice;
  readonly scope: AsyncDisposableStack;
  readonly temporary: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}
