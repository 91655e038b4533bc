import { expect, test, vi } from 'vitest';
import { type CommonOptions, contextOf, formatAsked } from './options.ts';

test('--json is --format json, and nothing else can be asked for with it', () => {
  expect(formatAsked({ json: true })).toBe('json');
  expect(formatAsked({ json: true, format: 'json' })).toBe('json');
  expect(formatAsked({ format: 'sarif' })).toBe('sarif');
  expect(formatAsked({})).toBeUndefined();
  expect(() => formatAsked({ json: true, format: 'sarif' })).toThrow(
    expect.objectContaining({ code: 'usage/format', message: '--json and --format sarif ask for different things.' }),
  );
});

test('the place of signatures is what is named, else the one of cosign, which is not asked offline', () => {
  const place = (options: CommonOptions): string | undefined => {
    const before = { SIGINT: process.listeners('SIGINT'), SIGTERM: process.listeners('SIGTERM') };
    const { referrersRepository } = contextOf(options);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      for (const listener of process.listeners(signal)) {
        if (!before[signal].includes(listener)) process.off(signal, listener);
      }
    }
    return referrersRepository;
  };
  vi.stubEnv('COSIGN_REPOSITORY', 'registry.example/signatures');
  expect(place({})).toBe('registry.example/signatures');
  expect(place({ referrersRepository: 'registry.example/other' })).toBe('registry.example/other');
  expect(place({ offline: true })).toBeUndefined();
  expect(place({ offline: true, referrersRepository: 'oci:signatures' })).toBe('oci:signatures');
  vi.stubEnv('COSIGN_REPOSITORY', '');
  expect(place({})).toBeUndefined();
  vi.unstubAllEnvs();
});
