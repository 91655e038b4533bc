import { describe, expect, test } from 'vitest';
import { keysFor, parsePolicy } from './policy.ts';
import { rotateTrust } from './rotate.ts';

const before = `# ours
apiVersion: temper/v1
kind: Policy

trust:
  # the team's images
  - repositories: ["localhost:5000/team/*"]
    keys: [team.pub, other.pub]
  - repositories: ["oci:/srv/node"] # and this one
    keys:
      # the old one
      - old/team.pub # since 2024
      - other.pub
  - repositories: ["oci:/srv/x"]
    keys: [{key: team.pub, until: 2026-01-01}, {key: other.pub, until: 2030-01-01T00:00:00Z}]
  - repositories: ["oci:/srv/other"]
    keys: [other.pub]
`;
const rotation = { isOld: (key: string) => /(^|\/)team\.pub$/.test(key), key: 'new.pub', until: '2026-12-31' };

describe('rotating a key in a policy', () => {
  test('puts the new one behind the old one in every list, ends the old one, and keeps comments and order', () => {
    expect(rotateTrust(before, rotation, 'p')).toEqual({
      entries: 3,
      text: `# ours
apiVersion: temper/v1
kind: Policy

trust:
  # the team's images
  - repositories: ["localhost:5000/team/*"]
    keys: [{key: team.pub, until: 2026-12-31}, new.pub, other.pub]
  - repositories: ["oci:/srv/node"] # and this one
    keys:
      # the old one
      - {key: old/team.pub, until: 2026-12-31} # since 2024
      - new.pub
      - other.pub
  - repositories: ["oci:/srv/x"]
    keys: [{key: team.pub, until: 2026-01-01}, new.pub, {key: other.pub, until: 2030-01-01T00:00:00Z}]
  - repositories: ["oci:/srv/other"]
    keys: [other.pub]
`,
    });
  });

  test('brings an end forward, changes nothing a second time, and nothing where the old key does not stand', () => {
    const once = rotateTrust(before, rotation, 'p').text;
    expect(rotateTrust(once, rotation, 'p').text).toBe(once);
    const sooner = rotateTrust(once, { ...rotation, until: '2026-06-01' }, 'p').text;
    expect(keysFor(parsePolicy(sooner, 'p'), 'localhost:5000/team/x')[0]).toEqual({
      key: 'team.pub',
      until: Date.parse('2026-06-01') / 1000,
    });
    expect(rotateTrust(before, { ...rotation, isOld: () => false }, 'p')).toEqual({ text: before, entries: 0 });
    expect(() => rotateTrust('trust: [', rotation, 'p')).toThrow(expect.objectContaining({ code: 'policy/invalid' }));
  });
});
