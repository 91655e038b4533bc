// The usual programs and libraries that no package manager knows, by their names and the version strings in them.
import { packageUrl } from '../../purl/purl.ts';
import { barePackage } from '../bare-package.ts';
import type { Cataloger } from '../types.ts';
import { namedFile } from './file-names.ts';
import { findVersion, type FoundProgram } from './find-version.ts';
import { knownPrograms } from './known-programs.ts';

const CPES = new Map(knownPrograms.map(({ name, cpe }) => [name, cpe]));

export const binaries: Cataloger<FoundProgram> = {
  id: 'binaries',
  version: 2,
  evidence: 'installed',
  reads: [{ program: true, match: (path) => namedFile(path) !== undefined }],
  limit: 4 * 2 ** 30,
  parse({ path, content }) {
    const named = namedFile(path);
    return named && findVersion(content, named);
  },
  assemble: (found) =>
    found.map(({ path, fact: { name, version } }) => {
      const [last = name, namespace] = name.split('/').reverse();
      const purl = packageUrl({ type: 'generic', namespace, name: last, version });
      const cpe = CPES.get(name);
      return {
        ...barePackage(purl, 'generic', name, version, [{ path }]),
        cpes: cpe === undefined ? undefined : [cpe.replace('VERSION', version.replace(/[^\w.]/g, String.raw`\$&`))],
      };
    }),
};
