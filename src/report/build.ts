import type { BuildReport } from '../flow/build/build-report.ts';
import { humanSize } from '../lib/bytes.ts';
import { seconds, shortDigest, table } from './table.ts';

/** The report of a build for people. */
export function buildTable(report: BuildReport): string {
  const platforms = table(
    [
      ['PLATFORM', 'DIGEST', 'PACKAGES', 'FILES', 'UNEXPLAINED', 'SIZE', 'UNPACKED', 'LAYERS'],
      ...report.platforms.map((p) => [
        p.platform,
        shortDigest(p.digest),
        String(p.packages),
        String(p.files),
        String(p.unexplainedFiles),
        humanSize(p.size),
        humanSize(p.contentSize),
        String(p.layers.length),
      ]),
    ],
    new Set([2, 3, 4, 5, 6, 7]),
  );
  const timings = report.timings.map(({ step, time }) => `${step} ${seconds(time)}`).join(', ');
  const { verification } = report;
  const lines = [
    `${report.reference}@${report.digest}`,
    '',
    platforms,
    '',
    ...proofs(report),
    `verified: ${verification.answer}, ${verification.established} checks established`,
    ...verification.against.map(({ check, subject, reason }) => `  ${check} of ${shortDigest(subject)}: ${reason}`),
    report.unchanged
      ? 'unchanged: nothing differs from an earlier build, whose every byte was found as it was'
      : `time: ${timings}`,
    `total ${seconds(report.time)}, peak memory ${humanSize(report.peakMemory)}`,
    '',
    `Check it: temper verify ${report.reference}${report.policy === undefined ? ` --key ${report.key.publicPath ?? `'${report.key.path}'`}` : ''}`,
  ];
  return lines.join('\n');
}

function proofs(report: BuildReport): string[] {
  const [first] = report.platforms;
  const unexplained = report.platforms.reduce((sum, p) => sum + p.unexplainedFiles, 0);
  const resolved = report.platforms.reduce((sum, p) => sum + p.linkage.resolved, 0);
  const types = [...new Set(report.attestations.map((a) => a.predicateType))];
  const excluded = first?.exclusions.filter((e) => e.askedBy.length > 0).map((e) => e.name) ?? [];
  return [
    `unexplained files: ${unexplained} (each belongs to one package or one named step)`,
    `libraries: all ${resolved} that programs are linked with are present`,
    ...(excluded.length === 0 ? [] : [`left out: ${excluded.join(', ')}`]),
    `maintainer scripts: none was run; ${first?.scripts.length ?? 0} reviewed ones were answered by their effects`,
    `lock: ${report.lock.path}${report.lock.created ? ' (written)' : ' (obeyed)'}`,
    `attestations: ${report.attestations.length} signed, of ${types.length} kinds`,
    `key: ${report.key.path} ${report.key.fingerprint.slice(0, 19)}…${report.key.created ? ' (made for you)' : ''}`,
    ...(report.policy?.changed === true ? [`policy: ${report.policy.path} now trusts this key for this image`] : []),
    `builder: ${report.builder}${report.notKnown.length === 0 ? '' : `; not known: ${report.notKnown.join(', ')}`}`,
  ];
}
