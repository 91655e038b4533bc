// What is kept of an installed RPM package: of its header, or of a line in the manifest of an image without a database.
import { Fault } from '../../lib/faults.ts';
import type { RpmHeader } from '../../rpm/header.ts';
import { senses, tags } from '../../rpm/tags.ts';

/** A name, how it compares (`=`, `>=`, … or nothing) and with which version. */
export type Relation = readonly [name: string, operator: string, version: string];

export interface InstalledRpm {
  readonly name: string;
  readonly epoch: number;
  readonly version: string;
  readonly release: string;
  readonly architecture: string | undefined;
  readonly sourceRpm: string | undefined;
  readonly modularity: string | undefined;
  readonly vendor: string | undefined;
  readonly packager: string | undefined;
  readonly summary: string | undefined;
  readonly homepage: string | undefined;
  readonly licence: string | undefined;
  readonly requires: readonly Relation[];
  readonly provides: readonly Relation[];
  /** Byte paths with their leading `/`: folders, and for each file its folder's number and its name. */
  readonly folders: readonly string[];
  readonly folderOf: readonly number[];
  readonly files: readonly string[];
}

/** Longest name and version, in characters. */
const LONGEST = 1000;

/** @returns `undefined` for keys, which rpm keeps among its packages @throws Fault `rpm/malformed-header` */
export function installedOf(header: RpmHeader): InstalledRpm | undefined {
  const name = header.string(tags.name) ?? '';
  const version = header.string(tags.version) ?? '';
  const release = header.string(tags.release) ?? '';
  if (name === 'gpg-pubkey') return undefined;
  if (name === '' || version === '' || Math.max(name.length, version.length, release.length) > LONGEST) {
    throw new Fault(
      'rpm/malformed-header',
      'An RPM header has no name and version that could be read.',
      'The database or package that it comes from may be damaged.',
    );
  }
  const split = header.byteStrings(tags.baseNames);
  return {
    name,
    epoch: header.numbers(tags.epoch)[0] ?? 0,
    version,
    release,
    architecture: header.string(tags.architecture),
    sourceRpm: given(header.string(tags.sourceRpm)),
    modularity: given(header.string(tags.modularityLabel)),
    vendor: given(header.string(tags.vendor)),
    packager: given(header.string(tags.packager)),
    summary: given(header.string(tags.summary)),
    homepage: given(header.string(tags.url)),
    licence: given(header.string(tags.licence)),
    requires: requirementsOf(header),
    provides: relationsOf(header, tags.provideName, tags.provideFlags, tags.provideVersion),
    folders: split.length > 0 ? header.byteStrings(tags.directoryNames) : [''],
    folderOf: split.length > 0 ? header.numbers(tags.directoryIndexes) : [],
    files: split.length > 0 ? split : header.byteStrings(tags.oldFileNames),
  };
}

/** The path of one of the files, with its leading `/`. */
export function filePath({ folders, folderOf, files }: InstalledRpm, index: number): string {
  return `${folders[folderOf[index] ?? 0] ?? ''}${files[index] ?? ''}`;
}

/** `1:2.3-4`; an epoch of 0 is not written. */
export function versionOf({ epoch, version, release }: InstalledRpm): string {
  return `${epoch === 0 ? '' : `${epoch}:`}${version}${release === '' ? '' : `-${release}`}`;
}

/** `bash` and `5.2.26-3.fc40` of `bash-5.2.26-3.fc40.src.rpm`. */
export function sourceOf({ sourceRpm }: InstalledRpm): { name: string; version: string } | undefined {
  const [, name, version] = /^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(sourceRpm ?? '') ?? [];
  return name === undefined || version === undefined ? undefined : { name, version };
}

/**
 * The lines of container-manifest-2, which Mariner's images without a database have: name, version and release, times of
 * installation and build, vendor, epoch, size, architecture, epoch as a number, source package; divided by tabs.
 * @throws Fault `rpm/malformed-manifest`
 */
export function readManifest(text: string): InstalledRpm[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', full = '', , , vendor, epoch, , architecture, , sourceRpm] = line.split('\t');
      const dash = full.lastIndexOf('-');
      const version = dash < 0 ? full : full.slice(0, dash);
      if (name === '' || version === '' || line.length > 4 * LONGEST) throw malformedManifest(line);
      return {
        name,
        epoch: /^[0-9]{1,9}$/.test(epoch ?? '') ? Number(epoch) : 0,
        version,
        release: dash < 0 ? '' : full.slice(dash + 1),
        architecture: given(architecture),
        sourceRpm: given(sourceRpm),
        modularity: undefined,
        vendor: given(vendor),
        packager: undefined,
        summary: undefined,
        homepage: undefined,
        licence: undefined,
        requires: [],
        provides: [],
        folders: [],
        folderOf: [],
        files: [],
      };
    });
}

function requirementsOf(header: RpmHeader): Relation[] {
  const flags = header.numbers(tags.requireFlags);
  return relationsOf(header, tags.requireName, tags.requireFlags, tags.requireVersion).filter(([name], i) => {
    const flag = flags[i] ?? 0;
    return (flag & (senses.rpmlib | senses.missingOk)) === 0 && !name.startsWith('rpmlib(');
  });
}

function relationsOf(header: RpmHeader, nameTag: number, flagsTag: number, versionTag: number): Relation[] {
  const flags = header.numbers(flagsTag);
  const versions = header.strings(versionTag);
  return header.strings(nameTag).map((name, i) => {
    const version = versions[i] ?? '';
    return [name, version === '' ? '' : operatorOf(flags[i] ?? 0), version];
  });
}

function operatorOf(flags: number): string {
  const less = (flags & senses.less) === 0 ? '' : '<';
  const greater = (flags & senses.greater) === 0 ? '' : '>';
  return `${less}${greater}${(flags & senses.equal) === 0 ? '' : '='}`;
}

function given(text: string | undefined): string | undefined {
  return text === '' || text === '(none)' ? undefined : text;
}

function malformedManifest(line: string): Fault {
  return new Fault(
    'rpm/malformed-manifest',
    `The manifest of RPM packages cannot be read: ${JSON.stringify(line.slice(0, 60))} is no line of it.`,
    'The image may be damaged, or another tool wrote the file.',
  );
}
