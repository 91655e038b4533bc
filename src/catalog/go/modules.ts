// The lines of Go's build information: runtime/debug's BuildInfo in its text form.

export interface GoModule {
  readonly path: string;
  /** Empty, `(devel)` or `v1.2.3`. */
  readonly version: string;
  /** `h1:…` */
  readonly sum: string | undefined;
  /** What was compiled in its place: a module, or a folder without a version. */
  readonly replace?: Omit<GoModule, 'replace'> | undefined;
}

export interface GoBuild {
  /** `1.26.8`; empty for a toolchain that is no release. */
  readonly go: string;
  /** The main package. */
  readonly path: string;
  readonly main: GoModule | undefined;
  readonly modules: readonly GoModule[];
  readonly settings: readonly (readonly [string, string])[];
}

/** Most modules and most settings that are kept, and longest value of a setting. */
const MODULES = 20_000;
const SETTINGS = 200;
const VALUE_LIMIT = 4000;

export function readBuild(go: string, text: string): GoBuild {
  let path = '';
  let main: GoModule | undefined;
  const modules: GoModule[] = [];
  const settings: [string, string][] = [];
  for (const line of text.split('\n')) {
    const [kind, ...fields] = line.split('\t');
    if (kind === 'path') path = fields[0] ?? '';
    else if (kind === 'mod') main = moduleOf(fields);
    else if (kind === 'dep' && modules.length < MODULES) modules.push(moduleOf(fields));
    else if (kind === '=>') {
      const last = modules.at(-1);
      if (last !== undefined) modules[modules.length - 1] = { ...last, replace: moduleOf(fields) };
      else if (main !== undefined) main = { ...main, replace: moduleOf(fields) };
    } else if (kind === 'build' && settings.length < SETTINGS) {
      const setting = settingOf(fields.join('\t'));
      if (setting !== undefined) settings.push(setting);
    }
  }
  return { go: releaseOf(go), path, main, modules: modules.filter((one) => one.path !== ''), settings };
}

/** Without `go`, and without what follows: `go1.22.1 X:boringcrypto`, `go1.21.0-fips`; `devel go1.22-abc` is no release. */
function releaseOf(go: string): string {
  return /^go(\d+(?:\.\d+)*(?:(?:rc|beta)\d+)?)/.exec(go)?.[1] ?? '';
}

function moduleOf([path = '', version = '', sum]: readonly string[]): GoModule {
  return { path: path.trim(), version: version.trim(), sum: sum?.startsWith('h1:') === true ? sum.trim() : undefined };
}

/** `key=value`; both may be quoted as Go's strings are. */
function settingOf(text: string): [string, string] | undefined {
  const [, quotedKey, plainKey, value] = /^(?:("(?:[^"\\]|\\.)*")|([^=]*))=(.*)$/s.exec(text) ?? [];
  const key = quotedKey === undefined ? plainKey : unquoted(quotedKey);
  return key === undefined || value === undefined ? undefined : [key, unquoted(value).slice(0, VALUE_LIMIT)];
}

function unquoted(text: string): string {
  if (text.startsWith('`') && text.endsWith('`') && text.length > 1) return text.slice(1, -1);
  if (!text.startsWith('"')) return text;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : text;
  } catch {
    return text;
  }
}
