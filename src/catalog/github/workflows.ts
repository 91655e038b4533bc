// GitHub Actions that workflows and composite actions use (GitHub's workflow syntax, `uses`).
import { type Entry, entryCataloger, entryOf, present } from '../entries.ts';
import { fileText } from '../members.ts';
import { yamlLines } from '../yaml-lines.ts';

/** `.github/workflows/*.yml` and `action.yml`. */
export const githubActions = entryCataloger({
  id: 'github-actions',
  version: 1,
  evidence: 'declared',
  reads: [
    ...['.yml', '.yaml'].map((suffix) => ({
      suffix,
      match: (path: string) => /(?:^|\/)\.github\/workflows\/[^/]+$/.test(path),
    })),
    { name: 'action.yml' },
    { name: 'action.yaml' },
  ],
  limit: 4 << 20,
  entries: (file) => {
    const used = [...yamlLines(fileText(file))].filter(({ key }) => key === 'uses');
    const entries = present(used.map(({ value }) => actionEntry(value)));
    return [...new Map(entries.map((entry) => [entry.purl, entry])).values()];
  },
});

// `owner/name/path@ref`; `./path` is the repository's own, `docker://image` an image.
function actionEntry(uses: string): Entry | undefined {
  const [, owner, name = '', path, ref] =
    /^([A-Za-z0-9-]{1,100})\/([\w.-]{1,100})(?:\/([^@\s]{1,300}))?@([^\s@]{1,200})$/.exec(uses) ?? [];
  if (owner === undefined) return undefined;
  return entryOf(
    { type: 'github', namespace: owner, name, version: ref, subpath: path },
    { name: [owner, name, ...(path === undefined ? [] : [path])].join('/') },
  );
}
