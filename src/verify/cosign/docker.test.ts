import { describe, expect, test } from 'vitest';
import { fakeKey } from '../../../test/fakes/authority.ts';
import { fakeWorld, SIGNED } from '../../../test/fakes/bundles.ts';
import { legacySignature, PREDICATE_TYPE } from '../../../test/fakes/legacy.ts';
import { statementAbout, statementBytes, statementTypes } from '../../intoto/statement.ts';
import { type Digest, digestOf } from '../../lib/digest.ts';
import { type BareStatement, judgeBareStatement } from './docker.ts';

const world = fakeWorld();
const image = digestOf('image');
const manifest = digestOf("the statement's manifest");

const collected = (about: Digest = image, more: Partial<BareStatement> = {}): BareStatement => {
  const bytes = statementBytes({ ...statementAbout({ digest: about }, PREDICATE_TYPE, {}), _type: statementTypes.v01 });
  const signatures = [legacySignature(world, { digest: manifest, key: world.key })];
  return { manifest, blob: digestOf(bytes), bytes, annotatedType: PREDICATE_TYPE, signatures, ...more };
};
const ask = (statement: BareStatement, trust = world.trust) => {
  const question = { statement, subject: image, repository: 'registry.example/mirror/app' };
  const result = judgeBareStatement(question, trust, SIGNED + 60);
  const checks = [...result.checks, ...result.signatures.flatMap(({ checks: of }) => of)];
  return { ...result, problems: checks.flatMap(({ problem }) => problem ?? []) };
};

describe('a bare statement', () => {
  test('is established by a signature of its manifest, which may name the repository that it was copied from', () => {
    const result = ask(collected());
    expect(result.outcome).toBe('established');
    expect(result.problems).toEqual(['reference-other']);
    expect(result.statement?.predicateType).toBe(PREDICATE_TYPE);
    expect(result.signatures[0]?.signer).toEqual({ kind: 'key', key: world.key.publicKey });
  });

  test('that nobody signed is not established', () => {
    const result = ask(collected(image, { signatures: [] }));
    expect(result.outcome).toBe('not established');
    expect(result.problems).toEqual(['signature-missing']);
  });

  test('beside the signature of another manifest is refuted', () => {
    const result = ask(collected(image, { signatures: [legacySignature(world, { digest: image, key: world.key })] }));
    expect(result.outcome).toBe('refuted');
    expect(result.problems).toContain('subject-other');
  });

  test('about a sibling image is refuted, however well it is signed', () => {
    const result = ask(collected(digestOf('sibling')));
    expect(result.outcome).toBe('refuted');
    expect(result.problems).toContain('subject-other');
  });

  test('with a signature by a stranger beside that of a trusted key is established', () => {
    const signatures = [
      legacySignature(world, { digest: manifest, key: fakeKey() }),
      legacySignature(world, { digest: manifest, key: world.key }),
    ];
    expect(ask(collected(image, { signatures })).outcome).toBe('established');
    expect(ask(collected(image, { signatures: signatures.slice(0, 1) })).outcome).toBe('not established');
  });

  test('about a revoked image is refuted, unless it was signed before', () => {
    const revoked = (from?: number) => ({
      ...world.trust,
      revocations: [{ kind: 'artifact', id: image, from, reason: 'backdoor' } as const],
    });
    expect(ask(collected(), revoked())).toMatchObject({ outcome: 'refuted', problems: ['revoked', 'reference-other'] });
    expect(ask(collected(), revoked(SIGNED - 1000)).outcome).toBe('refuted');
    expect(ask(collected(), revoked(SIGNED + 1000)).outcome).toBe('established');
  });

  test('of another type than is annotated is refuted', () => {
    const result = ask(collected(image, { annotatedType: 'https://x.example/q' }));
    expect(result.outcome).toBe('refuted');
    expect(result.problems).toContain('statement-malformed');
  });

  test('that is no statement is refuted', () => {
    const result = ask(collected(image, { bytes: Buffer.from('{}') }));
    expect(result).toMatchObject({ outcome: 'refuted', statement: undefined });
  });
});
