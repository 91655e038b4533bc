// The real archives beside the repository.
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Given, readFeed } from '../../../test/fakes/feed.ts';
import { zipEntries } from '../../lib/zip.ts';
import { feedFiles } from '../files.ts';
import type { Advisory } from '../types.ts';
import { osvFeed } from './feed.ts';

const folder = join(process.env['TEMPER_SHARED'] ?? join(import.meta.dirname, '../../../../shared'), 'advisories/osv');
const counts = { Go: 4291, PyPI: 2661, 'crates.io': 714, npm: 792 };

describe.skipIf(!existsSync(folder))('the real archives', () => {
  const reading = (...ecosystems: string[]): Promise<Given> => readFeed(osvFeed, feedFiles(folder), { ecosystems });
  const found = async (ecosystem: string, id: string): Promise<Advisory> => {
    const given = (await reading(ecosystem)).of('advisory').find(({ advisory }) => advisory.id === id);
    if (given === undefined) throw new Error(`${id} was not given`);
    return given.advisory;
  };

  test.each(Object.entries(counts))('of %s: each entry is given, once', async (ecosystem, count) => {
    const bytes = readFileSync(join(folder, ecosystem, 'all.zip'));
    const content = { size: bytes.length, read: (at: number, length: number) => bytes.subarray(at, at + length) };
    const given = await reading(ecosystem);
    expect(zipEntries(content, () => true)).toHaveLength(count);
    expect([given.ids.length, new Set(given.ids).size, given.of('skipped')]).toEqual([count, count, []]);
    expect(given.of('covers').map((record) => record.ecosystem)).toEqual([ecosystem]);
  });

  test('say of next what its record says', async () => {
    expect(await found('npm', 'GHSA-223j-4rm8-mrmf')).toMatchObject({
      aliases: ['CVE-2025-30218'],
      severities: [{ source: 'ghsa', level: 'low', stated: 'LOW' }],
      cwes: ['CWE-200'],
      affected: [
        {
          ecosystem: 'npm',
          name: 'next',
          ranges: [
            { introduced: '12.3.5', fixed: '12.3.6' },
            { introduced: '13.5.9', fixed: '13.5.10' },
            { introduced: '14.2.25', fixed: '14.2.26' },
            { introduced: '15.2.3', fixed: '15.2.4' },
          ],
          versions: [],
          fix: 'fixed',
        },
      ],
    });
  });

  test('say of gin which symbols are vulnerable', async () => {
    expect(await found('Go', 'GO-2020-0001')).toMatchObject({
      aliases: ['CVE-2020-36567', 'GHSA-6vm3-jj99-7229'],
      published: 1618430692,
      modified: undefined,
      affected: [
        {
          name: 'github.com/gin-gonic/gin',
          ranges: [{ introduced: '0', fixed: '1.6.0' }],
          only: {
            imports: [
              { path: 'github.com/gin-gonic/gin', symbols: expect.arrayContaining(['LoggerWithConfig']) as string[] },
            ],
          },
        },
      ],
    });
  });

  test('say of ingress-nginx that it was fixed, though its tags are no versions', async () => {
    const { affected } = await found('Go', 'GO-2024-2428');
    expect(affected[0]).toMatchObject({ name: 'k8s.io/ingress-nginx', ranges: [{ introduced: '0', fixed: '1.9.0' }] });
  });

  test('mark the notices of RustSec', async () => {
    const given = await reading('crates.io');
    const marked = given
      .of('advisory')
      .filter(({ advisory }) => advisory.affected.some((a) => a.severities?.[0]?.stated === 'unmaintained'));
    expect(marked).toHaveLength(149);
  });

  test('are the same over HTTP', async () => {
    const server = createServer((request, response) => {
      const path = join(folder, decodeURIComponent(request.url ?? ''));
      if (!existsSync(path)) return response.writeHead(404).end();
      response.writeHead(200, { 'content-length': statSync(path).size });
      return createReadStream(path).pipe(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const given = await readFeed(osvFeed, feedFiles(address), { ecosystems: ['crates.io', 'npm'] });
    expect(given.records.slice(0, -1)).toEqual((await reading('crates.io', 'npm')).records.slice(0, -1));
  });
});
