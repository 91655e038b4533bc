import { z } from 'zod';
import type { HttpResponse } from '../io/http-response.ts';
import { Fault } from '../lib/faults.ts';
import { limits } from '../lib/limits.ts';
import { redactUrl } from '../lib/urls.ts';

/** distribution-spec 1.1, Error Codes. */
const Errors = z.object({
  errors: z.array(z.object({ code: z.string().optional(), message: z.string().optional() })).min(1),
});

/** Most characters of a registry's own words in a message. */
const WORDS = 300;

/**
 * What a registry's refusal means: `registry/unauthorized`, `registry/denied`, `repository/not-found`, `registry/busy`,
 * `registry/unavailable` or `registry/refused`. At most limits.errorBody bytes of its body are read.
 */
export async function registryFault(name: string, method: string, response: HttpResponse): Promise<Fault> {
  const words = wordsOf(await response.prefix(limits.errorBody).catch(() => Buffer.alloc(0)));
  const busy = response.status === 429 || /\btoomanyrequests\b/i.test(words);
  const [code, hint] = busy ? ['registry/busy', waiting(response.headers)] : meaning(response.status, name);
  return new Fault(
    code,
    `${name}: ${method} ${redactUrl(response.url)} was answered with ${response.status}${words === '' ? '' : ` (${words})`}.`,
    hint,
  );
}

function meaning(status: number, name: string): [code: string, hint: string] {
  const host = name.split('/')[0];
  if (status === 401) return ['registry/unauthorized', `Run \`docker login ${host}\`, or check the name.`];
  if (status === 403) return ['registry/denied', 'Check that this account may do this in this repository.'];
  if (status === 404) return ['repository/not-found', 'Check the name, the tag and the digest.'];
  if (status >= 500) return ['registry/unavailable', 'Try again later.'];
  return ['registry/refused', 'Check that the registry supports this; its own words are in the message.'];
}

/** When to come back (RFC 9110, 10.2.3; the headers of Docker Hub's rate limit, which count in a window of seconds). */
function waiting(headers: Headers): string {
  const asked = headers.get('retry-after') ?? '';
  const window = /;w=(\d{1,9})$/.exec(headers.get('ratelimit-limit') ?? '')?.[1];
  const login = 'a login may raise the limit';
  if (/^\d{1,9}$/.test(asked)) return `Come back in ${duration(Number(asked))}; ${login}.`;
  if (!Number.isNaN(Date.parse(asked))) return `Come back at ${new Date(asked).toISOString()}; ${login}.`;
  if (window !== undefined) return `The limit counts over ${duration(Number(window))}; ${login}.`;
  return `Try again later; ${login}.`;
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`;
  return seconds < 7200 ? `${Math.ceil(seconds / 60)} minutes` : `${Math.ceil(seconds / 3600)} hours`;
}

function wordsOf(body: Buffer): string {
  const text = body.toString('utf8');
  let words = '';
  try {
    const { errors } = Errors.parse(JSON.parse(text));
    words = errors
      .map(({ code, message }) => [code, message].filter((part) => part !== undefined).join(': '))
      .join('; ');
  } catch {
    words = text.startsWith('<') ? '' : text;
  }
  return words
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, WORDS);
}
