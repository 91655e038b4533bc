// `temper policy record`: everything that a judgement reads of an image but its layers, with the answer that it has today.
import { writeFile } from '../../io/pending-file.ts';
import { now as clock } from '../../io/clock.ts';
import { prettyJson } from '../../lib/json.ts';
import { isoTime } from '../../lib/time.ts';
import { recorded } from '../../repository/recorded.ts';
import { NamedRepositories } from '../named-repositories.ts';
import { loadTrust } from './trust.ts';
import { judgeImage } from './verify.ts';
import type { ReferenceOptions } from './verify-reference.ts';

export interface RecordOptions extends ReferenceOptions {
  readonly policy: string | undefined;
  readonly signaturesOnly: boolean | undefined;
  readonly platform: string | undefined;
  /** Where the case is written. */
  readonly output: string;
  readonly name: string | undefined;
}

export interface RecordedCase {
  readonly output: string;
  readonly answer: 'yes' | 'no';
  /** How many manifests and blobs it holds, and how many bytes it has. */
  readonly contents: number;
  readonly size: number;
}

/** @throws Fault `verify/no-trust`, `reference/…`, of the repository, `file/…` */
export async function recordCase(image: string, options: RecordOptions): Promise<RecordedCase> {
  const { policy, signaturesOnly, platform, output, offline } = options;
  const { repository, reference } = await new NamedRepositories(options).open(image);
  const now = Math.floor(clock().getTime() / 1000);
  const trust = await loadTrust({ keys: [], policy, offline, repository: repository.name, now });
  const { repository: watched, recording } = recorded(repository);
  const { result } = await judgeImage({
    repository: watched,
    reference,
    trust: { ...trust, claimReaders: {} },
    readImage: undefined,
    signaturesOnly,
    platform,
  });
  const { answer, against } = result.decision;
  const text = prettyJson({
    apiVersion: 'temper/v1',
    kind: 'PolicyCase',
    name: options.name ?? image,
    reference,
    time: isoTime(now),
    signaturesOnly,
    platform,
    expect: {
      answer,
      against: [...new Set(against.map(({ check }) => check))],
      problems: [...new Set(against.flatMap(({ problem }) => problem ?? []))],
    },
    recorded: recording,
  });
  await writeFile(output, text);
  return { output, answer, contents: Object.keys(recording.contents).length, size: text.length };
}
