// Conda packages by the records that conda keeps of a prefix (conda documentation, "conda-meta").
import type { PackageHash } from '../../bom/types.ts';
import { type BytePath, bytePath, parentOf } from '../../lib/bytes.ts';
import { condaPurl } from '../../purl/conda.ts';
import { type Entry, entryCataloger, type Need, present } from '../entries.ts';
import { jsonOf, member, textMember, textsOf } from '../members.ts';

/** `conda-meta/*.json` of each prefix; packages need those of the same prefix. */
export const conda = entryCataloger({
  id: 'conda',
  version: 1,
  evidence: 'installed',
  reads: [{ suffix: '.json', match: (path) => /(?:^|\/)conda-meta\/[^/]+\.json$/.test(path) }],
  limit: 64 << 20,
  entries: (file) => {
    const entry = condaEntry(jsonOf(file), file.path);
    return entry === undefined ? undefined : [entry];
  },
  scope: parentOf,
});

function condaEntry(document: unknown, path: BytePath): Entry | undefined {
  const [name, version] = [textMember(document, 'name'), textMember(document, 'version')];
  if (name === undefined || version === undefined) return undefined;
  const subdir = textMember(document, 'subdir');
  const purl = condaPurl({
    name,
    version,
    build: textMember(document, 'build') ?? textMember(document, 'build_string'),
    channel: textMember(document, 'channel') ?? textMember(document, 'schannel'),
    subdir,
    file: textMember(document, 'fn') ?? textMember(document, 'url'),
  });
  const prefix = parentOf(parentOf(path));
  const files = textsOf(member(document, 'files')).map((file) => bytePath(`${prefix}/${file}`));
  return {
    purl,
    name,
    version,
    needs: textsOf(member(document, 'depends')).map(needOf),
    licences: present([textMember(document, 'license')]),
    architecture: subdir,
    hashes: hashesOf(document),
    files: [path, ...files],
  };
}

/** `python >=3.9,<3.10.0a0`, `conda-forge::numpy 1.22.*` (conda's MatchSpec): the name comes first. */
function needOf(spec: string): Need {
  const name = spec.slice(spec.indexOf('::') < 0 ? 0 : spec.indexOf('::') + 2).split(/[\s=<>!~[]/, 1)[0] ?? '';
  return [name, spec];
}

function hashesOf(document: unknown): readonly PackageHash[] | undefined {
  const [md5, sha256] = [textMember(document, 'md5'), textMember(document, 'sha256')];
  const hashes: PackageHash[] = [];
  if (md5 !== undefined && /^[0-9a-f]{32}$/.test(md5)) hashes.push({ algorithm: 'MD5', value: md5 });
  if (sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256)) hashes.push({ algorithm: 'SHA-256', value: sha256 });
  return hashes.length === 0 ? undefined : hashes;
}
