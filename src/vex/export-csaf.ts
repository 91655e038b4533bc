// Effective statements as a CSAF 2.0 document of the profile VEX (CSAF 2.0, 4.5).
import { sha256Hex } from '../lib/digest.ts';
import { canonicalJson } from '../lib/json.ts';
import { isoTime } from '../lib/time.ts';
import type { EffectiveStatement } from './effective.ts';
import { imagePurl, unreasoned } from './export-openvex.ts';
import type { VexExport } from './export-types.ts';
import { scannerPurls } from './scanner-purls.ts';
import type { VexStatement } from './types.ts';

const groups: Readonly<Record<VexStatement['status'], string>> = {
  not_affected: 'known_not_affected',
  affected: 'known_affected',
  fixed: 'fixed',
  under_investigation: 'under_investigation',
};

const IMAGE = 'image';

/**
 * Each package is a component of the image. Grype takes a package URL for the same only when it is letter for letter its own, so
 * each stands under its own and under those that {@link scannerPurls} names.
 */
export function exportCsaf(from: VexExport): Readonly<Record<string, unknown>> {
  const purls = [...new Set(from.statements.flatMap(({ packages }) => packages).flatMap(spellings))].sort();
  const content = { product_tree: treeOf(purls, from), vulnerabilities: vulnerabilitiesOf(from) };
  const id = `VEX-${sha256Hex(canonicalJson(content)).slice(0, 16)}`;
  return { document: headOf(from, id), ...content };
}

function spellings(purl: string): string[] {
  return [purl, ...scannerPurls(purl)];
}

function headOf({ author, time, image, tooling }: VexExport, id: string): object {
  const date = isoTime(time);
  const [name, version] = tooling.split(' ');
  return {
    category: 'csaf_vex',
    csaf_version: '2.0',
    title: `Vulnerabilities in ${image.name}`,
    publisher: { category: 'vendor', name: author, namespace: 'https://openvex.dev/docs/public' },
    tracking: {
      id,
      status: 'final',
      version: '1',
      initial_release_date: date,
      current_release_date: date,
      revision_history: [{ date, number: '1', summary: 'First version' }],
      generator: { date, engine: { name, ...(version === undefined ? {} : { version }) } },
    },
  };
}

function treeOf(purls: readonly string[], { image }: VexExport): object {
  const [digest] = image.digests;
  const helper = digest === undefined ? {} : { product_identification_helper: { purl: imagePurl(image, digest) } };
  return {
    full_product_names: [
      { product_id: IMAGE, name: image.name, ...helper },
      ...purls.map((purl) => ({ product_id: purl, name: purl, product_identification_helper: { purl } })),
    ],
    relationships: purls.map((purl) => ({
      category: 'default_component_of',
      product_reference: purl,
      relates_to_product_reference: IMAGE,
      full_product_name: {
        product_id: partId(purl),
        name: `${purl} as a component of ${image.name}`,
        product_identification_helper: { purl },
      },
    })),
  };
}

function partId(purl: string): string {
  return `${IMAGE}:${purl}`;
}

/** One entry for each vulnerability, as the profile asks; what is said of it differently in other packages stands beside it. */
function vulnerabilitiesOf({ statements }: VexExport): object[] {
  const byName = new Map<string, EffectiveStatement[]>();
  for (const one of statements) {
    const name = mainId(one.statement.vulnerabilities);
    byName.set(name, [...(byName.get(name) ?? []), one]);
  }
  return [...byName].map(([name, all]) => vulnerabilityOf(name, all));
}

const CVE = /^CVE-\d{4}-\d{4,}$/;

/** Grype asks for the CVE alone. */
function mainId(ids: readonly string[]): string {
  return ids.find((id) => CVE.test(id)) ?? ids[0] ?? '';
}

function vulnerabilityOf(name: string, all: readonly EffectiveStatement[]): object {
  const others = new Set(all.flatMap(({ statement }) => statement.vulnerabilities).filter((id) => !CVE.test(id)));
  const entries = all.map((one) => ({ one, ids: [...new Set(one.packages.flatMap(spellings))].sort().map(partId) }));
  const status: Record<string, string[]> = {};
  for (const { one, ids } of entries) {
    const group = groups[one.statement.status];
    status[group] = [...new Set([...(status[group] ?? []), ...ids])].sort();
  }
  const nots = entries.filter(({ one }) => one.statement.status === 'not_affected');
  return {
    ...(CVE.test(name) ? { cve: name } : {}),
    ids: some([...others].sort().map((text) => ({ system_name: systemOf(text), text }))),
    notes: [{ category: 'description', text: name }],
    product_status: status,
    flags: some(
      nots.flatMap(({ one: { statement }, ids }) =>
        statement.justification === undefined
          ? []
          : [{ label: statement.justification, date: date(statement.at), product_ids: ids }],
      ),
    ),
    threats: some(
      nots.flatMap(({ one, ids }) => {
        const { impact, justification, at } = one.statement;
        const details = impact ?? (justification === undefined ? unreasoned(one) : undefined);
        return details === undefined ? [] : [{ category: 'impact', details, date: date(at), product_ids: ids }];
      }),
    ),
    remediations: some(
      entries
        .filter(({ one }) => one.statement.status === 'affected')
        .map(({ one: { statement }, ids }) => ({
          category: statement.action === undefined ? 'none_available' : 'mitigation',
          details: statement.action ?? statement.impact ?? 'No action is known.',
          product_ids: ids,
        })),
    ),
  };
}

function systemOf(id: string): string {
  return id.startsWith('GHSA-') ? 'GitHub Advisory Database' : 'Other';
}

function date(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : isoTime(seconds);
}

function some<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}
