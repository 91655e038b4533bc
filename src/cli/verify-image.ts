// What `verify IMAGE` runs, in one file to be loaded.
import {
  answerNamed,
  type NamedAnswer,
  type ReferenceOptions,
  type VerifyOptions,
} from '../flow/verification/verify-reference.ts';
import { verifyTable } from '../report/verify.ts';

export interface ShownAnswer {
  readonly answer: NamedAnswer;
  /** For people. */
  readonly table: () => string;
}

/** @throws Fault as {@link answerNamed} */
export async function verifyImageNamed(
  image: string,
  request: VerifyOptions,
  options: ReferenceOptions,
): Promise<ShownAnswer> {
  const answer = await answerNamed(image, request, options);
  return { answer, table: () => verifyTable(answer.result) };
}
