import type { InspectedContents, Inspection } from '../flow/sbom/inspect.ts';
import { humanSize } from '../lib/bytes.ts';
import { documentJson } from './document.ts';
import { printable, shortDigest, table } from './table.ts';

type Referrers = Inspection['platforms'][number]['referrers'];

export function inspectTable(image: Inspection): string {
  const lines = [`${image.reference}@${image.digest}`, image.mediaType];
  if (image.index !== undefined)
    lines.push('', `index ${shortDigest(image.index.digest)}`, referrers(image.index.referrers));
  for (const platform of image.platforms) {
    lines.push(
      '',
      `${platform.platform ?? 'unknown platform'} ${shortDigest(platform.digest)} ${humanSize(platform.size)}${platform.present ? '' : ' (not here)'}`,
    );
    const { config } = platform;
    if (config !== undefined) {
      const facts: [string, string][] = [
        ['user', config.user ?? 'root (not stated)'],
        ['entrypoint', config.entrypoint.join(' ')],
        ['cmd', config.cmd.join(' ')],
        ['workdir', config.workingDir ?? ''],
        ['env', config.env.join(' ')],
        ['created', config.created ?? 'not stated'],
      ];
      lines.push(
        table(facts.filter(([, value]) => value !== '').map(([name, value]) => [`  ${name}`, printable(value)])),
      );
    }
    lines.push(
      table(
        platform.layers.map((layer, i) => [
          `  layer ${i + 1}`,
          shortDigest(layer.digest),
          humanSize(layer.size),
          layer.mediaType,
        ]),
        new Set([2]),
      ),
    );
    if (platform.contents !== undefined) lines.push(contents(platform.contents));
    lines.push(referrers(platform.referrers));
  }
  return lines.filter((line, i) => line !== '' || lines[i - 1] !== '').join('\n');
}

function contents(found: InspectedContents): string {
  if ('unknown' in found) return `  contents not known: ${printable(found.unknown)}`;
  const kinds = Object.entries(found.kinds).map(([kind, count]) => `${count} ${kind}`);
  const missed = found.notRead === 0 ? '' : `; ${found.notRead} files could not be read`;
  const counts = `${found.packages} packages, ${found.relationships} relationships${kinds.length === 0 ? '' : ` (${kinds.join(', ')})`}${missed}`;
  return table([
    ['  system', printable(found.distribution ?? 'not stated')],
    ['  contents', counts],
  ]);
}

function referrers(list: Referrers): string {
  if (list.length === 0) return '  no referrers';
  return table(
    list.map((r) => [
      '  referrer',
      shortDigest(r.digest),
      printable(r.predicateType ?? r.artifactType ?? 'unknown type'),
      humanSize(r.size),
    ]),
    new Set([3]),
  );
}

/** One document, `urn:temper:schema:inspect:1`. */
export function inspectJson(inspection: Inspection): string {
  return documentJson('inspect', inspection);
}
