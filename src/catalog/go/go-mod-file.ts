// go.mod and go.sum: Go Modules Reference, "go.mod files" and "go.sum files".

export interface GoModFile {
  readonly module: string;
  /** Path, version, and whether only other modules need it. */
  readonly requires: readonly (readonly [string, string, boolean])[];
  /** Path, version or empty for all; the other's path, and its version or empty for a folder. */
  readonly replaces: readonly (readonly [string, string, string, string])[];
}

/** Most lines of a file that are kept. */
const LINES = 50_000;

/** @returns `undefined` for a file without a module */
export function readGoMod(text: string): GoModFile | undefined {
  let module = '';
  let block = '';
  const requires: [string, string, boolean][] = [];
  const replaces: [string, string, string, string][] = [];
  for (const line of text.split('\n', LINES)) {
    const slashes = line.indexOf('//');
    const indirect = slashes >= 0 && /^\/\/\s*indirect\b/.test(line.slice(slashes));
    const words = (slashes < 0 ? line : line.slice(0, slashes)).trim().split(/\s+/).map(unquoted);
    if (block === '' && words[1] === '(') {
      block = words[0] ?? '';
      continue;
    }
    if (words[0] === ')') {
      block = '';
      continue;
    }
    const [verb, ...rest] = block === '' ? words : [block, ...words];
    if (verb === 'module') module = rest[0] ?? '';
    else if (verb === 'require' && rest[0] !== undefined && rest[1] !== undefined)
      requires.push([rest[0], rest[1], indirect]);
    else if (verb === 'replace') {
      const arrow = rest.indexOf('=>');
      const [path, version = ''] = rest.slice(0, Math.max(0, arrow));
      const [other, otherVersion = ''] = rest.slice(arrow + 1);
      if (path !== undefined && other !== undefined) replaces.push([path, version, other, otherVersion]);
    }
  }
  return module === '' && requires.length === 0 ? undefined : { module, requires, replaces };
}

function unquoted(word: string): string {
  return /^(["`]).*\1$/.test(word) ? word.slice(1, -1) : word;
}

/** `PATH VERSION` and its `h1:…`; lines of go.mod files alone are left out. */
export function readGoSum(text: string): [string, string][] {
  const sums: [string, string][] = [];
  for (const line of text.split('\n', LINES)) {
    const [path, version, sum] = line.trim().split(' ');
    if (
      path !== undefined &&
      version !== undefined &&
      sum?.startsWith('h1:') === true &&
      !version.endsWith('/go.mod')
    ) {
      sums.push([`${path} ${version}`, sum]);
    }
  }
  return sums;
}
