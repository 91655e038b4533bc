// Where a build goes.
import { nameOf } from '../../io/files.ts';
import { Fault } from '../../lib/faults.ts';
import { parseReference, type Reference } from '../../oci/reference.ts';

export interface TargetOptions {
  /** The definition's file, which names the folder when nothing else does. */
  readonly definition: string;
  readonly output?: string | undefined;
  readonly push?: string | undefined;
}

/**
 * `--push`: a registry; `--output`: a layout folder; else `X.oci` in the working folder for a definition `X.yaml`.
 * @throws Fault `option/push`, `option/output` when one names what the other is for; `reference/malformed`
 */
export function buildTarget({ definition, output, push }: TargetOptions): Reference {
  if (push !== undefined) {
    const reference = parseReference(push);
    if (reference.kind === 'layout') {
      throw new Fault('option/push', `--push takes a registry, and "${push}" is a folder.`, `Write --output ${push}.`);
    }
    return reference;
  }
  if (output === undefined) return parseReference(`oci:${nameOf(definition).replace(/\.ya?ml$/i, '')}.oci`);
  if (!/^[a-z-]+:/.test(output) || parseReference(output).kind === 'registry') {
    throw new Fault(
      'option/output',
      `--output takes a layout folder, and "${output}" is not written as one.`,
      'Write --output oci:DIR[:TAG]; what goes to a registry is said by --push.',
    );
  }
  return parseReference(output);
}
