// The log entries of a bundle: about this signature, promised or proven by logs that are trusted.
import { verifySignature } from '../../dsse/verify.ts';
import { canonicalJson } from '../../lib/json.ts';
import { isoTime } from '../../lib/time.ts';
import type { Bundle } from '../../sigstore/bundle.ts';
import { type LogEntry, parseLogEntry } from '../../sigstore/log-entry.ts';
import type { TrustedLog } from '../../sigstore/trusted-root.ts';
import { inWindow, windowText } from '../../x509/window.ts';
import { checkInclusion } from './inclusion.ts';
import { checkLoggedBody } from './logged-body.ts';
import type { BundleSigner, CheckList, SignedContent, WitnessedTime } from './question.ts';
import { unstopped } from './signature.ts';
import type { SeenCheckpoint } from './state.ts';
import { earliest, inFuture } from './times.ts';
import type { BundleTrust } from './trust.ts';

export interface LogFindings {
  /** Logs that prove or promise an entry, each once; hexadecimal ids. */
  readonly logs: ReadonlySet<string>;
  /** How many entries are established. */
  readonly entries: number;
  readonly times: readonly WitnessedTime[];
  readonly checkpoints: readonly SeenCheckpoint[];
}

export interface LogRequest {
  readonly bundle: Bundle;
  readonly signed: SignedContent;
  readonly signer: BundleSigner;
  readonly trust: BundleTrust;
  /** What timestamps say. */
  readonly times: readonly WitnessedTime[];
  readonly now: number;
}

interface EntryFinding {
  readonly log: string;
  readonly time: WitnessedTime | undefined;
  readonly checkpoint: SeenCheckpoint | undefined;
}

/** Checks every entry. An entry that does not fit the bundle is refuted whoever logged it. */
export function checkLogEntries(request: LogRequest, list: CheckList): LogFindings {
  const seen = new Set<string>();
  const found = request.bundle.logEntries.flatMap((value): EntryFinding[] => {
    try {
      const entry = parseLogEntry(value);
      const key = `${entry.logId.toString('hex')} ${entry.logIndex}`;
      if (seen.has(key)) {
        list.refuted('log-entry', 'log-entry-twice', `entry ${entry.logIndex} of the log is there twice`);
        return [];
      }
      seen.add(key);
      return checkEntry(entry, request, list) ?? [];
    } catch (fault) {
      list.refuted('log-entry', 'bundle-malformed', unstopped(fault));
      return [];
    }
  });
  return {
    logs: new Set(found.map(({ log }) => log)),
    entries: found.length,
    times: found.flatMap(({ time }) => time ?? []),
    checkpoints: found.flatMap(({ checkpoint }) => checkpoint ?? []),
  };
}

function checkEntry(entry: LogEntry, request: LogRequest, list: CheckList): [EntryFinding] | undefined {
  if (!checkLoggedBody(entry, request.signed, request.signer, list)) return undefined;
  const logs = request.trust.root.logs.filter(({ id }) => id.equals(entry.logId));
  if (logs.length === 0) {
    list.notApplicable('log', `the log ${entry.logId.toString('hex')} is not trusted`, 'log-untrusted');
    return undefined;
  }
  const needsPromise = request.bundle.version === '0.1';
  if (needsPromise && entry.promise === undefined) {
    list.missing('log', 'log-promise-missing', 'the entry has no promise of the log, which bundles v0.1 need');
    return undefined;
  }
  const log = entry.promise === undefined ? logs[0] : promisingLog(entry, logs);
  if (log === undefined) {
    list.refuted('log', 'log-promise-invalid', "the promise is not by the log's key over this entry");
    return undefined;
  }
  const promised = entry.promise === undefined ? undefined : entry.integratedTime;
  if (promised !== undefined && inFuture(promised, request.now, 'log', list)) return undefined;
  const proven = checkInclusion(entry, log, needsPromise, list);
  if (proven === 'refused' || !checkLogWindow(log, promised, request, list)) return undefined;
  list.established('log', `${log.url} ${proven === undefined ? 'promises' : 'proves'} entry ${entry.logIndex}`);
  const time: WitnessedTime | undefined =
    promised === undefined ? undefined : { by: 'log', name: log.url, time: promised };
  return [{ log: log.id.toString('hex'), time, checkpoint: proven }];
}

/** The log whose key promised the entry (rekor, types.md, Signed Entry Timestamp). */
function promisingLog(entry: LogEntry, logs: readonly TrustedLog[]): TrustedLog | undefined {
  const message = canonicalJson({
    body: entry.body.toString('base64'),
    integratedTime: entry.integratedTime ?? 0,
    logID: entry.logId.toString('hex'),
    logIndex: entry.logIndex,
  });
  const signature = entry.promise ?? Buffer.alloc(0);
  return logs.find(({ spki }) => verifySignature(spki, Buffer.from(message), signature));
}

// Without a promise the timestamps say when; without them a log whose time is over may have logged it after that.
function checkLogWindow(log: TrustedLog, promised: number | undefined, request: LogRequest, list: CheckList): boolean {
  const time = promised ?? earliest(request.times) ?? request.now;
  if (inWindow(time, log.validFor)) return true;
  const reason = `${log.url} is trusted ${windowText(log.validFor)}, not at ${isoTime(time)}`;
  list.refuted('log', 'log-outside-window', reason);
  return false;
}
