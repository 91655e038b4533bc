import { describe, expect, test } from 'vitest';
import { choosePlatforms, normalPlatform } from './platform.ts';

describe('a platform has one spelling', () => {
  test.each([
    ['linux/amd64', 'linux/amd64'],
    ['amd64', 'linux/amd64'],
    ['x86_64', 'linux/amd64'],
    ['Linux/ARM64', 'linux/arm64'],
    ['linux/arm64/v8', 'linux/arm64'],
    ['aarch64', 'linux/arm64'],
    ['linux/arm/v7', 'linux/arm/v7'],
    ['armhf', 'linux/arm/v7'],
    ['windows/amd64', 'windows/amd64'],
    ['s390x', 'linux/s390x'],
  ])('%s', (text, normal) => {
    expect(normalPlatform(text)).toBe(normal);
  });

  test.each(['', 'linux/', 'a/b/c/d', 'linux/a b', 'linux/amd64\n', 'x'.repeat(100)])('refuses %j', (text) => {
    expect(() => normalPlatform(text)).toThrow(expect.objectContaining({ code: 'source/platform' }));
  });
});

const of = (...platforms: string[]): { platform: string }[] => platforms.map((platform) => ({ platform }));
const chosen = (items: { platform: string }[], asked: string | undefined, host = 'linux/amd64'): string[] =>
  choosePlatforms(items, { asked, host }, { name: 'x', absent: [] }).map(({ platform }) => platform);

describe('what is meant', () => {
  test.each([
    ["this machine's", of('linux/arm64', 'linux/amd64'), undefined, ['linux/amd64']],
    ['the only one', of('linux/arm64'), undefined, ['linux/arm64']],
    ['what is asked for', of('linux/arm64/v8', 'linux/amd64'), 'linux/arm64', ['linux/arm64/v8']],
    ['the newest variant', of('linux/arm/v5', 'linux/arm/v7', 'linux/arm/v6'), 'linux/arm', ['linux/arm/v7']],
    ['a variant', of('linux/arm/v5', 'linux/arm/v7'), 'linux/arm/v5', ['linux/arm/v5']],
    ['all', of('linux/arm64', 'linux/amd64'), 'all', ['linux/arm64', 'linux/amd64']],
  ])('%s', (_, items, asked, wanted) => {
    expect(chosen(items, asked)).toEqual(wanted);
  });

  test.each([
    [of('linux/arm64', 'linux/s390x'), undefined],
    [of('linux/arm64'), 'linux/amd64'],
    [of('linux/amd64/v3'), 'linux/amd64/v2'],
    [[], 'all'],
    [[], undefined],
  ])('nothing of %j for %s', (items, asked) => {
    expect(() => chosen(items, asked)).toThrow(expect.objectContaining({ code: 'source/platform' }));
  });
});
