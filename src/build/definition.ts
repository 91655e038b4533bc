// The image definition: YAML with the field names of the Docker Hardened Images catalogue.
import { type Document, isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { z } from 'zod';
import { Fault, messageOf } from '../lib/faults.ts';
import { digestOf } from '../lib/digest.ts';
import { canonicalJson } from '../lib/json.ts';

const name = z.string().min(1).max(255);
const absolute = z
  .string()
  .regex(/^\/(?!.*(^|\/)\.\.?(\/|$))[^\0]*$/, 'must be an absolute path without . or .. segments');
const identifier = z.int().min(0).max(4_294_967_294);
const octal = (pattern: RegExp, message: string) =>
  z
    .string()
    .regex(pattern, message)
    .transform((digits) => Number.parseInt(digits, 8));
const fileMode = octal(/^0?[0-7]{3}$/, 'must be octal digits in quotes, such as "0644", without setuid and setgid');
const directoryMode = octal(/^[01]?[0-7]{3}$/, 'must be octal digits in quotes, such as "0755" or "1777"');
const userName = z
  .string()
  .regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'must be a user name: a lower-case letter, then letters, digits, - and _');
const strings = z.record(z.string().min(1), z.string());
const scalarStrings = z.record(z.string().min(1), z.union([z.string(), z.number(), z.boolean()]).transform(String));

const FileSource = z.strictObject({
  /** A local folder or file, relative to the definition: `./app`. */
  url: z.string().regex(/^\.{0,2}\/|^[^:]+$/, 'must be a local path; https and git+ sources are not supported'),
  path: absolute,
  uid: identifier.default(0),
  gid: identifier.default(0),
  spdx: z
    .strictObject({
      packages: z.array(z.strictObject({ purl: z.string().startsWith('pkg:'), license: z.string().optional() })).max(1),
    })
    .optional(),
});
export type FileSource = z.infer<typeof FileSource>;

const PathRule = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('directory'),
    path: absolute,
    mode: directoryMode.default(0o755),
    uid: identifier.default(0),
    gid: identifier.default(0),
  }),
  z.strictObject({
    type: z.literal('file'),
    path: absolute,
    content: z.string(),
    mode: fileMode.default(0o644),
    uid: identifier.default(0),
    gid: identifier.default(0),
  }),
  z.strictObject({
    type: z.literal('emptyfile'),
    path: absolute,
    mode: fileMode.default(0o644),
    uid: identifier.default(0),
    gid: identifier.default(0),
  }),
  z.strictObject({
    type: z.literal('symlink'),
    path: absolute,
    source: z.string().min(1),
    uid: identifier.default(0),
    gid: identifier.default(0),
  }),
  z.strictObject({ type: z.literal('delete'), path: absolute }),
]);
export type PathRule = z.infer<typeof PathRule>;

const ScriptEffect = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('directory'), path: absolute, mode: directoryMode.optional() }),
  z.strictObject({ type: z.literal('file'), path: absolute, content: z.string(), mode: fileMode.optional() }),
  z.strictObject({ type: z.literal('symlink'), path: absolute, target: z.string().min(1) }),
  z.strictObject({ type: z.literal('copy'), from: absolute, to: absolute }),
]);

const ScriptReview = z.strictObject({
  package: z.string().min(1),
  script: z.enum(['preinst', 'config', 'postinst']),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits'),
  because: z.string().min(1),
  effects: z.array(ScriptEffect).default([]),
});
export type ScriptReview = z.infer<typeof ScriptReview>;

const Account = z.strictObject({
  name: userName,
  uid: identifier,
  gid: identifier.optional(),
  home: absolute.optional(),
});
const Group = z.strictObject({ name: userName, gid: identifier, members: z.array(userName).default([]) });

export const Definition = z.strictObject({
  name,
  image: z.string().optional(),
  variant: z.literal('runtime').default('runtime'),
  flavor: z.string().optional(),
  tags: z.array(z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, 'must be a tag')).default([]),
  platforms: z
    .array(z.enum(['linux/amd64', 'linux/arm64']))
    .min(1)
    .default(['linux/amd64', 'linux/arm64']),
  dates: z
    .strictObject({
      release: z.string().optional(),
      'end-of-life': z.string().optional(),
      'end-of-support': z.string().optional(),
    })
    .optional(),
  vars: scalarStrings.default({}),
  contents: z.strictObject({
    repositories: z.array(z.string()).min(1),
    keyring: z.array(z.string()).default([]),
    packages: z.array(z.string()).min(1),
    /** CA certificates (PEM, local paths) that the image trusts beside Debian's. */
    certificates: z.array(z.string()).default([]),
    files: z.array(FileSource).default([]),
    /** Maintainer scripts that the definition's author has read, beside those that Temper knows. */
    'maintainer-scripts': z.array(ScriptReview).default([]),
  }),
  accounts: z
    .strictObject({
      root: z.boolean().default(true),
      'run-as': z.union([userName, identifier]).optional(),
      users: z.array(Account).default([]),
      groups: z.array(Group).default([]),
    })
    .default({ root: true, users: [], groups: [] }),
  'os-release': scalarStrings.default({}),
  environment: scalarStrings.default({}),
  paths: z.array(PathRule).default([]),
  annotations: strings.default({}),
  labels: strings.default({}),
  entrypoint: z.array(z.string()).default([]),
  cmd: z.array(z.string()).default([]),
  ports: z
    .array(
      z.union([z.string().regex(/^\d{1,5}(\/(tcp|udp))?$/), z.int().min(1).max(65_535).transform(String)], {
        error: 'a port is 1 to 65535, or text such as "53/udp"',
      }),
    )
    .default([]),
  volumes: z.array(absolute).default([]),
  'work-dir': absolute.default('/'),
  'stop-signal': z.string().optional(),
  compression: z.enum(['gzip', 'zstd']).optional(),
});
export type Definition = z.infer<typeof Definition>;

/** Fields of the catalogue that Temper knows and does not act upon: refused by name rather than ignored. */
const unsupported = new Set([
  'artifacts',
  'mappings',
  'builds',
  'tests',
  'output',
  'entitlement',
  'fips-compliant',
  'stig-certified',
  'track',
  'includes',
  'checksum',
  'suffix',
  'if',
  'excludes',
  'recursive',
  'secret-ref',
  // Known elsewhere in a definition, and not in `contents.files` and `paths`.
  'mode',
  'platforms',
]);

/**
 * Reads a definition.
 * @param text the YAML
 * @param file its name, for messages
 * @throws Fault `definition/malformed` (YAML), `definition/invalid` (a field that is unknown, unsupported or has a
 * wrong value: the message names it with its line), `definition/variable` (a `${VAR}` that `vars` does not define)
 */
export function parseDefinition(text: string, file: string): Definition {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: true,
    merge: false,
    prettyErrors: false,
  });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const { line } = lines.linePos(problem.pos[0]);
    throw new Fault(
      'definition/malformed',
      `${file}:${line} is not valid YAML: ${problem.message.split('\n')[0] ?? ''}.`,
      'Correct the line; indentation counts in YAML.',
    );
  }
  const raw = plain(document, file);
  const result = Definition.safeParse(interpolate(raw, file));
  if (result.success) return checked(result.data, file);
  const [issue] = result.error.issues;
  const path = issue?.path ?? [];
  const field = issue?.code === 'unrecognized_keys' ? [...path, issue.keys[0] ?? ''] : [...path];
  const line = lineOf(document.contents, field, lines);
  const dotted = field.map(String).join('.');
  if (issue?.code === 'unrecognized_keys') {
    const last = String(field.at(-1));
    const known = unsupported.has(last);
    throw new Fault(
      'definition/invalid',
      `${file}:${line}: the field "${dotted}" is ${known ? 'not supported' : 'unknown'}.`,
      known
        ? 'Remove it, or build this image with a tool that supports it; Temper refuses what it would have to ignore.'
        : 'Check its spelling against docs/definition.md.',
    );
  }
  throw new Fault(
    'definition/invalid',
    `${file}:${line}: the field "${dotted}" is invalid: ${issue?.message ?? 'wrong value'}.`,
    'See docs/definition.md for what it takes.',
  );
}

function plain(document: Document.Parsed, file: string): unknown {
  try {
    // maxAliasCount bounds what a few lines of aliases can expand to.
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new Fault(
      'definition/malformed',
      `${file} is not valid YAML: ${messageOf(cause)}.`,
      'Write the values out instead of repeating aliases.',
      { cause },
    );
  }
}

/**
 * A digest of all that decides which packages an image has: what a lock answers to.
 * @param keys digests of the files of `contents.keyring`
 */
export function selectionDigest(definition: Definition, keys: readonly string[]): string {
  const { repositories, packages } = definition.contents;
  return digestOf(
    canonicalJson({ repositories, keys, packages: [...packages].sort(), platforms: [...definition.platforms].sort() }),
  );
}

function checked(definition: Definition, file: string): Definition {
  const { users, groups } = definition.accounts;
  const twice = firstTwice(
    users
      .map((u) => `user ${u.name}`)
      .concat(
        users.map((u) => `uid ${u.uid}`),
        groups.map((g) => `group ${g.name}`),
        groups.map((g) => `gid ${g.gid}`),
      ),
  );
  if (twice !== undefined)
    throw new Fault(
      'definition/invalid',
      `${file}: accounts name the ${twice} twice.`,
      'Give each user and group its own name and number.',
    );
  const runAs = definition.accounts['run-as'];
  if (
    typeof runAs === 'string' &&
    runAs !== 'nonroot' &&
    !(runAs === 'root' && definition.accounts.root) &&
    !users.some((u) => u.name === runAs)
  ) {
    throw new Fault(
      'definition/invalid',
      `${file}: accounts.run-as names "${runAs}", who is not among accounts.users.`,
      'Add the user, or run as nonroot (65532).',
    );
  }
  return definition;
}

function firstTwice(values: readonly string[]): string | undefined {
  return values.find((value, i) => values.indexOf(value) !== i);
}

// `${NAME}` in any string value, from `vars`. `$${` is a literal `${`.
function interpolate(raw: unknown, file: string): unknown {
  const vars = isRecord(raw) && isRecord(raw.vars) ? raw.vars : {};
  const replace = (value: unknown, top: boolean): unknown => {
    if (typeof value === 'string') {
      return value.replace(/\$?\$\{([^}]*)\}/g, (whole, key: string) => {
        if (whole.startsWith('$$')) return whole.slice(1);
        const found = Object.hasOwn(vars, key) ? vars[key] : undefined;
        if (typeof found !== 'string' && typeof found !== 'number' && typeof found !== 'boolean') {
          throw new Fault(
            'definition/variable',
            `${file} uses \${${key}}, which vars does not define.`,
            'Define it under vars, or write $${ for a literal ${.',
          );
        }
        return String(found);
      });
    }
    if (Array.isArray(value)) return value.map((item) => replace(item, false));
    if (isRecord(value))
      return Object.fromEntries(
        Object.entries(value).map(([key, member]) => [key, top && key === 'vars' ? member : replace(member, false)]),
      );
    return value;
  };
  return replace(raw, true);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lineOf(root: Node | null, path: readonly PropertyKey[], lines: LineCounter): number {
  let node: unknown = root;
  let offset = 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (pair === undefined) break;
      if (isScalar(pair.key) && pair.key.range) [offset] = pair.key.range;
      node = pair.value;
    } else if (typeof node === 'object' && node !== null && 'items' in node && Array.isArray(node.items)) {
      node = (node.items as unknown[])[Number(key)];
      if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
        offset = Number(node.range[0]);
    } else break;
  }
  return lines.linePos(offset).line;
}
