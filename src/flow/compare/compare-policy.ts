// Whether an image shows what the policy asks for, as a side of a comparison.
import { Fault } from '../../lib/faults.ts';
import { repositoryReference } from '../repository-reference.ts';
import { type ReferenceOptions, verifyNamed } from '../verification/verify-reference.ts';

/** `not-asked`: nobody is trusted for it, or it lies where no signatures hang on it. */
export type PolicyAnswer = 'passed' | 'failed' | 'not-asked';

/** Verifies an image as `temper verify` does. @throws faults of verifying, but for `verify/no-trust` */
export async function policyAnswer(
  reference: string,
  request: { readonly keys: readonly string[]; readonly policy: string | undefined },
  options: ReferenceOptions,
): Promise<PolicyAnswer> {
  if (repositoryReference(reference) === undefined) return 'not-asked';
  try {
    const { decision } = await verifyNamed(reference, request, options);
    return decision.answer === 'yes' ? 'passed' : 'failed';
  } catch (fault) {
    if (fault instanceof Fault && fault.code === 'verify/no-trust') return 'not-asked';
    throw fault;
  }
}
