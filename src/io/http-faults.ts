import { Fault, messageOf } from '../lib/faults.ts';
import type { HttpOptions } from './http.ts';
import { isLoopback, redactUrl } from '../lib/urls.ts';

/** Whether another try may do better: a broken connection or a silent server. */
export function isPassing(fault: unknown): boolean {
  return fault instanceof Fault && (fault.code === 'network/failed' || fault.code === 'network/timeout');
}

export function timeoutFault(url: URL): Fault {
  return new Fault(
    'network/timeout',
    `${redactUrl(url)} did not answer in time.`,
    'Try again later, or check the network.',
  );
}

export function abortedFault(url: URL): Fault {
  return new Fault('network/aborted', `The request to ${redactUrl(url)} was stopped.`, 'Run the command again.');
}

export function tooLargeFault(url: URL, limit: number): Fault {
  return new Fault(
    'network/too-large',
    `${redactUrl(url)} answered with more than ${limit} bytes.`,
    'Check that the address is the right one.',
  );
}

export function redirectFault(url: URL, why: string): Fault {
  return new Fault(
    'network/redirect',
    `${redactUrl(url)} redirects ${why}.`,
    'Check the address; name the final one if it is right.',
  );
}

/**
 * Refuses what must not be asked.
 * @throws Fault `network/offline`; `network/insecure` for plain http to another machine; `network/url` for another
 * scheme or a user name in the URL.
 */
export function checkUrl(url: URL, options: Pick<HttpOptions, 'offline' | 'insecure' | 'plain'>): void {
  if (options.offline === true) {
    throw new Fault(
      'network/offline',
      `${redactUrl(url)} is needed, but the network is switched off.`,
      'Run without --offline.',
    );
  }
  if ((url.protocol !== 'https:' && url.protocol !== 'http:') || url.username !== '' || url.password !== '') {
    throw new Fault('network/url', `${redactUrl(url)} is no plain http or https address.`, 'Check the address.');
  }
  if (
    url.protocol === 'http:' &&
    options.insecure !== true &&
    !isLoopback(url) &&
    options.plain?.includes(url.host) !== true
  ) {
    throw new Fault(
      'network/insecure',
      `${redactUrl(url)} would be asked without encryption.`,
      'Use https; --insecure lets registries and object storage be asked by plain http.',
    );
  }
}

/** What went wrong below fetch, with a code by kind: name, connection, certificate, anything else. */
export function networkFault(url: URL, cause: unknown): Fault {
  const inner = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
  const code = typeof inner === 'object' && inner !== null && 'code' in inner ? String(inner.code) : '';
  const host = url.host;
  if (code === 'ENOTFOUND') {
    const sentence = `The host ${host} is not known.`;
    return new Fault('network/unknown-host', sentence, 'Check its name and the network.', { cause });
  }
  if (code === 'ECONNREFUSED') {
    const sentence = `${host} refuses connections.`;
    return new Fault('network/refused', sentence, 'Check the address and that the server runs.', { cause });
  }
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(code)) {
    const sentence = `The certificate of ${host} is not trusted: ${messageOf(inner)}.`;
    return new Fault('network/tls', sentence, 'Check the address; NODE_EXTRA_CA_CERTS adds authorities.', { cause });
  }
  return new Fault(
    'network/failed',
    `The connection to ${host} failed: ${messageOf(inner)}.`,
    'Check the network and try again.',
    { cause },
  );
}
