import { describe, expect, test } from 'vitest';
import { keysFor, parsePolicy, requiredBy } from './policy.ts';
import { requirements } from '../verify/required.ts';
import { POLICY_LIMIT } from './policy-limit.ts';
import { repositoryCovered, repositoryProblem } from './repositories.ts';
import { addTrust } from './trust.ts';

const head = 'apiVersion: temper/v1\nkind: Policy\n';
const whole = `# ours
apiVersion: temper/v1
kind: Policy

trust:
  # the team's images
  - repositories: ["localhost:5000/team/*", "oci:/srv/node"]
    keys: [team.pub]
  - repositories: [localhost:5000/team/node] # and this one
    keys: [/etc/keys/node.pub, team.pub]
predicates:
  provenance:
    builders: ["https://b.example/*"]
  required: [sbom, "https://x.example/scan"]
`;

const always = (key: string) => ({ key, until: undefined });

describe('a policy', () => {
  test.each([
    ['key', 'keys/old.pub'],
    ['key', `sha256:${'ab'.repeat(32)}`],
    ['key', `SHA256:${'AB'.repeat(32)}`],
    ['certificate', `SHA256:${'ab'.repeat(32)}`],
    ['log', 'https://rekor.example'],
    ['artifact', 'registry.example/app:1'],
    ['artifact', `SHA256:${'ab'.repeat(32)}`],
  ])('refuses to revoke a %s that is written so that nothing is it: %s', (kind, id) => {
    expect(() => parsePolicy(`${head}revoked:\n  - {${kind}: "${id}", reason: stolen}\n`, 'p')).toThrow(
      expect.objectContaining({
        code: 'policy/invalid',
        message: expect.stringContaining(`${kind}: is no `) as unknown,
      }),
    );
  });

  test('asks for a signature by somebody in particular on whatever is signed', () => {
    const named = `${head}trust:\n  - {name: release, repositories: [r.example/a], keys: [a]}\n`;
    const policy = parsePolicy(`${named}predicates:\n  required: [{type: signature, by: [release]}]\n`, 'p');
    expect(requiredBy(policy)).toContainEqual({ ...requirements.signature, by: ['release'] });
  });

  test('ends keys: at midnight of a date or at a time in UTC; of two ends the later one holds, and no end at all', () => {
    const trust = (keys: string) => `  - {repositories: [r.example/a], keys: [${keys}]}\n`;
    const keys = (...lists: string[]) =>
      keysFor(parsePolicy(`${head}trust:\n${lists.map(trust).join('')}`, 'p'), 'r.example/a');
    expect(keys('{key: a, until: 2026-12-31}, {key: b, until: 2026-12-31T12:00:00Z}, {key: c}')).toEqual([
      { key: 'a', until: Date.UTC(2026, 11, 31) / 1000 },
      { key: 'b', until: Date.UTC(2026, 11, 31, 12) / 1000 },
      always('c'),
    ]);
    expect(keys('{key: a, until: 2027-01-01}', '{key: a, until: 2026-01-01}')).toEqual([
      { key: 'a', until: Date.UTC(2027, 0, 1) / 1000 },
    ]);
    expect(keys('{key: a, until: 2027-01-01}', 'a')).toEqual([always('a')]);
    for (const until of ['soon', '2026-13-01', '2026-12-31T12:00:00', '2026']) {
      expect(() => keys(`{key: a, until: "${until}"}`)).toThrow(expect.objectContaining({ code: 'policy/invalid' }));
    }
  });

  test('adds up the keys of every entry that covers a repository', () => {
    const policy = parsePolicy(whole, 'p');
    expect(keysFor(policy, 'localhost:5000/team/node')).toEqual([always('team.pub'), always('/etc/keys/node.pub')]);
    expect(keysFor(policy, 'localhost:5000/team/other')).toEqual([always('team.pub')]);
    expect(keysFor(policy, 'oci:/srv/node')).toEqual([always('team.pub')]);
    expect(keysFor(policy, 'localhost:5000/team-evil/node')).toEqual([]);
    expect(keysFor(parsePolicy(head, 'p'), 'oci:/srv/node')).toEqual([]);
  });

  test('asks for the signature always, for provenance and SBOM unless it says otherwise', () => {
    expect(requiredBy(parsePolicy(whole, 'p')).map(({ name }) => name)).toEqual([
      'signature of the image',
      'SBOM',
      'attestation of https://x.example/scan',
    ]);
    expect(requiredBy(parsePolicy(head, 'p')).map(({ check }) => check)).toEqual([
      'image-signature',
      'provenance',
      'sbom',
    ]);
    expect(requiredBy(parsePolicy(`${head}predicates: {required: []}`, 'p')).map(({ check }) => check)).toEqual([
      'image-signature',
    ]);
  });

  test.each([
    ['an unknown field', `${head}truss: []\n`, 'p, line 3: unknown field truss.'],
    [
      'an unknown field far inside',
      `${head}trust:\n  - repositories: [a/b]\n    keys: [k]\n    key: x\n`,
      'p, line 6: unknown field trust.0.key.',
    ],
    ['no kind', 'apiVersion: temper/v1\n', 'p, line 1: kind:'],
    ['another version', 'kind: Policy\napiVersion: temper/v2\n', 'p, line 2: apiVersion:'],
    ['a trust without keys', `${head}trust:\n  - repositories: [a/b]\n`, 'p, line 4: trust.0.keys:'],
    [
      'a bare prefix',
      `${head}trust:\n  - keys: [k]\n    repositories:\n      - reg/acme*\n`,
      'p, line 6: trust.0.repositories.0: "reg/acme*" may have * only as a whole segment.',
    ],
    [
      'a source that is a bare prefix',
      `${head}predicates: {provenance: {sources: ["https://h/acme*"]}}`,
      '"https://h/acme*" may have one * only, at its end and after a /.',
    ],
    [
      'an unknown word',
      `${head}predicates:\n  required: [sboms]\n`,
      'p, line 4: predicates.required.0: "sboms" is no predicate type',
    ],
    ['a field twice', `${head}kind: Policy\n`, 'p, line 3: Map keys must be unique'],
    ['a list where a map belongs', '- a\n', 'p, line 1: the file:'],
    ['nothing at all', '', 'p, line 1: the file:'],
    ['broken YAML', `${head}trust: [\n`, 'p, line '],
    ['aliases', `${head}trust: &a []\npredicates: *a\n`, 'p is not a plain YAML document'],
    ['two documents', `${head}---\n${head}`, 'p, line '],
    ['endless nesting', '['.repeat(50_000), 'p'],
    ['a megabyte', '#'.repeat(POLICY_LIMIT + 1), 'p is larger than 1 MiB.'],
  ])('with %s is refused by name and line', (_, text, message) => {
    expect(() => parsePolicy(text, 'p')).toThrow(expect.objectContaining({ code: 'policy/invalid' }));
    expect(() => parsePolicy(text, 'p')).toThrow(message);
  });
});

describe('an entry for repositories', () => {
  test.each([
    ['reg/acme/x', 'reg/acme/x', true],
    ['reg/acme/x', 'reg/acme/x2', false],
    ['reg/acme/*', 'reg/acme/x', true],
    ['reg/acme/*', 'reg/acme-evil/x', false],
    ['reg/acme/*', 'reg/acme', false],
    ['reg/acme/*', 'reg/acme/', false],
    ['reg/acme/*', 'reg/acme/x/y', false],
    ['reg/acme/*', 'reg/acme/..', false],
    ['reg/*/x', 'reg/acme/x', true],
    ['reg/*/x', 'reg/acme/y', false],
    ['oci:/srv/*', 'oci:/srv/node', true],
    ['oci:/srv/*', 'oci:/srv/../etc', false],
  ])('%s covers %s: %s', (entry, repository, covered) => {
    expect(repositoryCovered(entry, repository)).toBe(covered);
  });

  test.each([
    ['reg/x', undefined],
    ['localhost:5000/x', undefined],
    ['oci:/srv/node', undefined],
    ['oci:/srv/with:colon', undefined],
    ['*', 'is no registry/repository'],
    ['*/x', 'needs a registry before its *'],
    ['reg', 'is no registry/repository'],
    ['/x', 'is no registry/repository'],
    ['oci:srv', 'needs an absolute folder after oci:'],
    ['reg/x:tag', 'must not have a tag or digest'],
    ['reg/x@sha256:aa', 'must not have a tag or digest'],
    ['reg//x', 'has an empty or relative segment'],
    ['oci:/srv/../x', 'has an empty or relative segment'],
    ['reg/**', 'may have * only as a whole segment'],
  ])('%s has this wrong: %s', (entry, problem) => {
    expect(repositoryProblem(entry)).toBe(problem);
  });
});

describe('adding trust', () => {
  const entry = { repository: 'oci:/srv/new', key: '/home/u/default.pub' };

  test('makes a policy where there is none', () => {
    const text = addTrust(undefined, entry, 'p');
    expect(keysFor(parsePolicy(text, 'p'), entry.repository)).toEqual([always(entry.key)]);
    expect(text).toMatch(/^# Whom temper verify trusts/);
    expect(addTrust('\n', entry, 'p')).toBe(text);
  });

  test('keeps what a user wrote, comments and order, and adds one entry', () => {
    const text = addTrust(whole, entry, 'p');
    const added = '  - repositories:\n      - oci:/srv/new\n    keys:\n      - /home/u/default.pub\n';
    expect(text).toContain(added);
    expect(text.replace(added, '')).toBe(whole);
  });

  test('changes nothing the second time', () => {
    const once = addTrust(whole, entry, 'p');
    expect(addTrust(once, entry, 'p')).toBe(once);
    expect(addTrust(whole, { repository: 'oci:/srv/node', key: 'team.pub' }, 'p')).toBe(whole);
  });

  test('adds to a policy without any trust, or with an empty list of it', () => {
    for (const text of [head, `${head}trust: []\n`]) {
      expect(keysFor(parsePolicy(addTrust(text, entry, 'p'), 'p'), entry.repository)).toEqual([always(entry.key)]);
    }
  });

  test('refuses to touch a policy that is broken, and to trust a wildcard', () => {
    expect(() => addTrust(`${head}truss: []\n`, entry, 'p')).toThrow('unknown field truss');
    expect(() => addTrust(head, { ...entry, repository: 'reg/*' }, 'p')).toThrow('has a wildcard');
    expect(() => addTrust(head, { ...entry, repository: 'oci:rel' }, 'p')).toThrow('needs an absolute folder');
  });
});
