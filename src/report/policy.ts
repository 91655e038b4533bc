import type { RecordedCase } from '../flow/verification/policy-record.ts';
import type { TestedCase } from '../flow/verification/policy-test.ts';
import { documentJson } from './document.ts';
import { printable } from './table.ts';

/** A line for each case, what differs below it, and how many there are. */
export function testedText(tested: readonly TestedCase[]): string {
  const failed = tested.filter(({ passed }) => !passed).length;
  return [
    ...tested.flatMap(({ name, passed, differences, against }) => [
      `${passed ? 'as expected' : 'DIFFERS    '}  ${printable(name)}`,
      ...differences.map((difference) => `  ${printable(difference)}`),
      ...(passed || against.length === 0 ? [] : [`  against it: ${namesOf(against)}`]),
    ]),
    `${tested.length} ${tested.length === 1 ? 'case' : 'cases'}, ${failed} other than expected`,
  ].join('\n');
}

export function testedJson(cases: readonly TestedCase[]): string {
  return documentJson('policy-test', { cases });
}

export function recordedJson(made: RecordedCase): string {
  return documentJson('policy-record', made);
}

export function recordedText({ output, answer, contents, size }: RecordedCase): string {
  return `recorded in ${output}: the answer is ${answer}; ${contents} manifests and blobs, ${Math.ceil(size / 1024)} KiB`;
}

function namesOf(against: TestedCase['against']): string {
  return [
    ...new Set(against.map(({ check, problem }) => (problem === undefined ? check : `${check} (${problem})`))),
  ].join(', ');
}
