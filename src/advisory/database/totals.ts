// How much is in a database: counted once, when it is complete.
import type { DatabaseFile } from '../../io/database.ts';

export interface Totals {
  /** Records of all feeds that speak of packages, withdrawn ones with them. */
  readonly advisories: number;
  /** Vulnerabilities that they are about, each once. */
  readonly vulnerabilities: number;
  /** Packages, once in each ecosystem. */
  readonly packages: number;
}

const queries: Readonly<Record<keyof Totals, string>> = {
  advisories: 'SELECT count(*) FROM main.advisory',
  vulnerabilities:
    "SELECT count(DISTINCT CASE main WHEN '' THEN id ELSE main END) FROM main.advisory WHERE withdrawn IS NULL AND main NOT LIKE '% %'",
  packages: 'SELECT count(*) FROM main.package',
};

export function countTotals(file: DatabaseFile): void {
  for (const [name, query] of Object.entries(queries)) {
    file.exec(`INSERT OR REPLACE INTO main.total VALUES ('${name}', (${query}))`);
  }
}

export function readTotals(file: DatabaseFile): Totals {
  const rows = new Map(
    file
      .prepare('SELECT name, value FROM total')
      .all()
      .map(([name, value]) => [name, Number(value)]),
  );
  return {
    advisories: rows.get('advisories') ?? 0,
    vulnerabilities: rows.get('vulnerabilities') ?? 0,
    packages: rows.get('packages') ?? 0,
  };
}
