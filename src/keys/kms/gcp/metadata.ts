// The service account of the machine: a virtual machine, a container on GKE or Cloud Run (https://google.aip.dev/auth/4115).
import { Http } from '../../../io/http.ts';
import { Fault } from '../../../lib/faults.ts';
import { askToken, type Bearer } from '../bearer.ts';
import type { GoogleAccess } from './access.ts';

const HOST = 'metadata.google.internal';
const PATH = '/computeMetadata/v1/instance/service-accounts/default/token';
/** Milliseconds that are waited where there may be no such service. */
const PATIENCE = 3000;

/**
 * @param hint what to do where this is no such machine
 * @throws Fault `key/kms-settings` there, `key/kms-denied` for a machine without a service account
 */
export async function metadataToken(
  { environment, faults, offline, signal }: GoogleAccess,
  hint: string,
): Promise<Bearer> {
  const host = environment['GCE_METADATA_HOST'] || HOST;
  const http = new Http({ offline, signal, plain: [host], idle: PATIENCE, tries: 2 });
  const asked = { url: `http://${host}${PATH}`, headers: { 'metadata-flavor': 'Google' }, hint };
  try {
    return await askToken(http, asked, faults);
  } catch (fault) {
    const isAway = fault instanceof Fault && /^network\/(?:unknown-host|refused|timeout|failed)$/.test(fault.code);
    if (!isAway) throw fault;
    throw faults.settings("there are no credentials, and this is no machine of Google's", hint, fault);
  }
}
