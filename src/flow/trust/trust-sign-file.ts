// `temper trust sign FILE`: a signature on one file of metadata.
import { readFile } from '../../io/files.ts';
import { writeFile } from '../../io/pending-file.ts';
import type { KeyOptions } from '../../keys/open.ts';
import { type Draft, draftBytes, draftOf, idAmong, signDraft } from '../../trust/draft.ts';
import { parseRoot } from '../../tuf/root.ts';
import { TARGETS_LIMIT } from '../../tuf/targets.ts';
import { noKey, withSigners } from './trust-keys.ts';

export interface SignedFile {
  readonly file: string;
  readonly role: Draft['kind'];
  readonly version: number;
  readonly expires: unknown;
  /** Ids of those who signed it, nothing of which is verified. */
  readonly signatures: readonly string[];
  readonly targets: readonly string[];
}

/** Signs one file of metadata, wherever it is: a holder who has nothing else. @throws Fault `trust/…`, `key/…`, `file/…` */
export async function signMetadataFile(
  path: string,
  request: KeyOptions & { readonly keys: readonly string[] },
): Promise<SignedFile> {
  if (request.keys.length === 0) throw noKey();
  const draft = draftOf(await readFile(path, TARGETS_LIMIT), path);
  return await withSigners(request.keys, request, async (signers) => {
    const known = draft.kind === 'root' ? [...parseRoot(draftBytes(draft), path).body.keys.values()] : [];
    const own = signers.filter(({ key }) => idAmong(known, key) === undefined).map(({ key }) => key);
    const signed = await signDraft(draft, [...known, ...own], signers);
    await writeFile(path, draftBytes(signed));
    const { kind: role, version, signatures } = signed;
    const targets = Object.keys(signed.signed['targets'] ?? {});
    const ids = signatures.filter(({ bytes }) => bytes.length > 0).map(({ keyId }) => keyId);
    return { file: path, role, version, expires: signed.signed['expires'], signatures: ids, targets };
  });
}
