import type { LockReport } from '../flow/build/renew-lock.ts';
import { humanSize } from '../lib/bytes.ts';
import { table } from './table.ts';

export function lockTable(report: LockReport): string {
  const repositories = table([
    ['REPOSITORY', 'DATE', 'VALID UNTIL', 'SIGNED BY'],
    ...report.repositories.map((r) => [
      r.name,
      r.date,
      r.validUntil ?? 'not stated',
      r.signers.map((s) => s.slice(-16)).join(' '),
    ]),
  ]);
  const platforms = table(
    [
      ['PLATFORM', 'PACKAGES', 'TO FETCH'],
      ...report.platforms.map((p) => [p.platform, String(p.packages), humanSize(p.size)]),
    ],
    new Set([1, 2]),
  );
  const shown = report.changes.map((c) => [
    c.platform,
    c.name,
    c.before ?? 'new',
    c.after === undefined ? 'gone' : c.after,
  ]);
  const changes =
    shown.length === 0 ? 'no package changed' : table([['PLATFORM', 'PACKAGE', 'BEFORE', 'NOW'], ...shown]);
  return [report.path, '', repositories, '', platforms, '', changes].join('\n');
}
