// What an SBOM claims of an image's files: the neutral form that a claim and the content are compared in.
import { pathText } from '../lib/bytes.ts';
import type { BomFile } from './types.ts';

export interface ClaimedFile {
  /** Text form ({@link pathText}), without a leading `/`. */
  readonly path: string;
  readonly kind: BomFile['kind'];
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sha256: string;
  readonly size: number;
  readonly target: string | undefined;
}

export function claimOf(file: BomFile): ClaimedFile {
  const { kind, mode, uid, gid, sha256, size } = file;
  return {
    path: pathText(file.path),
    kind,
    mode,
    uid,
    gid,
    sha256,
    size,
    target: file.target === undefined ? undefined : pathText(file.target),
  };
}

/**
 * The facts that SPDX has no field for, one line: `file, mode 0755, owner 0:0, 26704 bytes`; a link's target is last,
 * so that it may hold anything.
 */
export function factsText(claim: Omit<ClaimedFile, 'path' | 'sha256'>): string {
  return `${factsHead(claim)}${claim.size}${factsTail(claim)}`;
}

/** What {@link factsText} has before the size: the same for most files of a folder. */
export function factsHead({ kind, mode, uid, gid }: Omit<ClaimedFile, 'path' | 'sha256'>): string {
  return `${kind}, mode ${octal(mode)}, owner ${uid}:${gid}, `;
}

/** What {@link factsText} has after the size. */
export function factsTail({ target }: Pick<ClaimedFile, 'target'>): string {
  return target === undefined ? ' bytes' : ` bytes, to ${target}`;
}

const FACTS =
  /^(file|symlink|hardlink|device|fifo), mode ([0-7]{4}), owner (\d{1,10}):(\d{1,10}), (\d{1,15}) bytes(?:, to ([^]*))?$/;

/** Reads {@link factsText} back; `undefined` for any other text. */
export function readFacts(text: string): Omit<ClaimedFile, 'path' | 'sha256'> | undefined {
  const match = FACTS.exec(text);
  if (match === null) return undefined;
  const [, kind, mode, uid, gid, size, target] = match;
  return {
    kind: kind as BomFile['kind'],
    mode: Number.parseInt(mode ?? '', 8),
    uid: Number(uid),
    gid: Number(gid),
    size: Number(size),
    target,
  };
}

const SITE = /^(?:in layer (sha256:[0-9a-f]{64})(?:, |: ))?(?:made by the build step "([^"]*)": )?/;

interface Site {
  readonly layer?: string | undefined;
  readonly step?: string | undefined;
}

/** An SPDX file's comment: {@link factsText}, before it the layer that the file comes from and the step that made it. */
export function fileComment(facts: Omit<ClaimedFile, 'path' | 'sha256'>, site: Site): string {
  return `${siteText(site)}${factsText(facts)}`;
}

/** What {@link fileComment} has before {@link factsText}. */
export function siteText({ layer, step }: Site): string {
  const site = [
    ...(layer === undefined ? [] : [`in layer ${layer}`]),
    ...(step === undefined ? [] : [`made by the build step "${step}"`]),
  ];
  return site.length === 0 ? '' : `${site.join(', ')}: `;
}

/** Reads {@link fileComment} back; `undefined` for any other text. */
export function readFileComment(
  text: string,
): { facts: Omit<ClaimedFile, 'path' | 'sha256'>; layer?: string | undefined; step?: string | undefined } | undefined {
  const site = SITE.exec(text);
  const facts = readFacts(text.slice(site?.[0].length));
  return facts === undefined ? undefined : { facts, layer: site?.[1], step: site?.[2] };
}

export function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
