// `temper trust root`: a trusted root of Sigstore's form, made of keys and certificates.
import { now } from '../../io/clock.ts';
import { readFile } from '../../io/files.ts';
import { writeFile } from '../../io/pending-file.ts';
import { type KeyOptions, openPublicKey } from '../../keys/open.ts';
import { Fault } from '../../lib/faults.ts';
import { parseJson } from '../../lib/json.ts';
import { limits } from '../../lib/limits.ts';
import { parseTrustedRoot, TRUSTED_ROOT_LIMIT } from '../../sigstore/trusted-root.ts';
import {
  type AuthorityKind,
  type LogKind,
  type PartTimes,
  type TrustPart,
  trustedRootBytes,
} from '../../trust/parts.ts';
import { prepareRoot } from '../../verify/sigstore/trust.ts';
import { certificatesFromPem } from '../../x509/pem.ts';

export interface PartsRequest extends KeyOptions {
  /** `PLACE=FILE[,start=TIME][,end=TIME]` each. */
  readonly parts: Readonly<Record<LogKind | AuthorityKind, readonly string[]>>;
  /** Path of a trusted root that is added to. */
  readonly base: string | undefined;
  /** Path of the file that is written. */
  readonly output: string | undefined;
}

export interface WrittenRoot {
  readonly output: string | undefined;
  readonly bytes: Buffer;
  /** How many of each there are in it. */
  readonly logs: number;
  readonly certificateAuthorities: number;
  readonly certificateLogs: number;
  readonly timestampAuthorities: number;
}

/**
 * Makes a trusted root, which Temper itself can read.
 * @throws Fault `trust/part`, `trust/chain`, `log/origin`, `tlog/key`, `x509/malformed`, `sigstore/root`, `key/…`, `file/…`
 */
export async function writeTrustedRoot(request: PartsRequest): Promise<WrittenRoot> {
  const { base, output, parts } = request;
  const kinds = Object.entries(parts) as [TrustPart['kind'], readonly string[]][];
  const read = await Promise.all(
    kinds.flatMap(([kind, texts]) => texts.map(async (text) => await partOf(kind, text, request))),
  );
  if (read.length === 0)
    throw new Fault('trust/part', 'Nothing was named that is to be trusted.', 'Give --log, --tsa, --fulcio …');
  const before = base === undefined ? undefined : parseJson(await readFile(base, TRUSTED_ROOT_LIMIT), base);
  const bytes = trustedRootBytes(read, before, Math.floor(now().getTime() / 1000));
  const root = prepareRoot(parseTrustedRoot(bytes, 'the new trusted root'));
  if (output !== undefined) await writeFile(output, bytes);
  return {
    output,
    bytes,
    logs: root.logs.length,
    certificateAuthorities: root.certificateAuthorities.length,
    certificateLogs: root.certificateLogs.length,
    timestampAuthorities: root.timestampAuthorities.length,
  };
}

async function partOf(kind: TrustPart['kind'], text: string, options: KeyOptions): Promise<TrustPart> {
  const { place, file, times } = splitPart(text, kind);
  if (kind === 'fulcio' || kind === 'tsa') {
    const pem = (await readFile(file, limits.key)).toString('latin1');
    return { kind, place: addressOf(place, kind), chain: certificatesFromPem(pem, file), times };
  }
  const key = await openPublicKey(file, options);
  return { kind, place: kind === 'log' ? place : addressOf(place, kind), key, times };
}

function splitPart(text: string, kind: string): { place: string; file: string; times: PartTimes } {
  const [head = '', ...more] = text.split(/,(?=(?:start|end)=)/);
  const at = head.lastIndexOf('=');
  if (at <= 0 || at === head.length - 1) throw badPart(kind, text);
  const times = { start: undefined, end: undefined } as { start: number | undefined; end: number | undefined };
  for (const one of more) {
    const [, name, time = ''] = /^(start|end)=(.*)$/.exec(one) ?? [];
    const seconds = Date.parse(/^\d{4}-\d\d-\d\d$/.test(time) ? `${time}T00:00:00Z` : time) / 1000;
    if (Number.isNaN(seconds) || !/^\d{4}-/.test(time)) throw badPart(kind, text);
    times[name as 'start' | 'end'] = seconds;
  }
  return { place: head.slice(0, at), file: head.slice(at + 1), times };
}

function addressOf(text: string, kind: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw badPart(kind, text);
}

function badPart(kind: string, text: string): Fault {
  return new Fault(
    'trust/part',
    `--${kind} cannot be ${text.slice(0, 200)}.`,
    `Write ${kind === 'log' ? 'ORIGIN' : 'URL'}=FILE, then ,start=TIME and ,end=TIME if need be, such as 2026-12-31.`,
  );
}
