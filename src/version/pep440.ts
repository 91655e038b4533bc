// The parts of a Python version: PyPA specifications, "Version specifiers", appendix "Parsing version strings with regular expressions".
import { codeAt, digitsEnd, DOT, HYPHEN, isDigit, isLetter, PLUS, UNDERSCORE } from './text.ts';

/** What a version is beside its release numbers, in order. */
export const stages = { devOnly: 0, alpha: 1, beta: 2, candidate: 3, release: 4 } as const;

/** Where the parts of a version lie in its text; a part that is not there begins at -1, an empty number is 0. */
export class Pep440 {
  readonly text: string;
  epoch = 0;
  epochEnd = 0;
  release = 0;
  releaseEnd = 0;
  stage: number = stages.release;
  stageNumber = 0;
  stageNumberEnd = 0;
  post = -1;
  postEnd = -1;
  dev = -1;
  devEnd = -1;
  local = -1;

  constructor(text: string) {
    this.text = text;
  }
}

/** The parts of a version, white space around it left out. `undefined`: PEP 440 does not know it. */
export function pep440(text: string): Pep440 | undefined {
  const version = new Pep440(text.trim());
  let at = readNumbers(version);
  if (at === -1) return undefined;
  at = readStage(version, at);
  at = readPost(version, at);
  at = readDev(version, at);
  if (version.dev !== -1 && version.post === -1 && version.stage === stages.release) version.stage = stages.devOnly;
  if (codeAt(version.text, at) === PLUS) {
    version.local = at + 1;
    at = localEnd(version.text, at + 1);
  }
  return at === version.text.length ? version : undefined;
}

const EXCLAMATION = 0x21;

/** The epoch and the release; -1 where there is none. */
function readNumbers(version: Pep440): number {
  const { text } = version;
  let from = (codeAt(text, 0) | 0x20) === 0x76 ? 1 : 0;
  let end = digitsEnd(text, from, text.length);
  if (end > from && codeAt(text, end) === EXCLAMATION) {
    version.epoch = from;
    version.epochEnd = end;
    from = end + 1;
    end = digitsEnd(text, from, text.length);
  }
  if (end === from) return -1;
  while (codeAt(text, end) === DOT && isDigit(codeAt(text, end + 1))) end = digitsEnd(text, end + 1, text.length);
  version.release = from;
  version.releaseEnd = end;
  return end;
}

/** Each word before those that are its beginning. */
const STAGES: readonly (readonly [word: string, stage: number])[] = [
  ['alpha', stages.alpha],
  ['a', stages.alpha],
  ['beta', stages.beta],
  ['b', stages.beta],
  ['preview', stages.candidate],
  ['pre', stages.candidate],
  ['rc', stages.candidate],
  ['c', stages.candidate],
];

function readStage(version: Pep440, at: number): number {
  const { text } = version;
  const from = afterSeparator(text, at);
  if (!isLetter(codeAt(text, from))) return at;
  for (const [word, stage] of STAGES) {
    if (!hasWord(text, from, word)) continue;
    version.stage = stage;
    version.stageNumber = afterSeparator(text, from + word.length);
    version.stageNumberEnd = digitsEnd(text, version.stageNumber, text.length);
    return version.stageNumberEnd;
  }
  return at;
}

const POSTS: readonly string[] = ['post', 'rev', 'r'];

function readPost(version: Pep440, at: number): number {
  const { text } = version;
  const from = afterSeparator(text, at);
  const bare = codeAt(text, at) === HYPHEN && isDigit(codeAt(text, from));
  const word = bare ? '' : POSTS.find((post) => hasWord(text, from, post));
  if (word === undefined) return at;
  version.post = bare ? from : afterSeparator(text, from + word.length);
  version.postEnd = digitsEnd(text, version.post, text.length);
  return version.postEnd;
}

function readDev(version: Pep440, at: number): number {
  const { text } = version;
  const from = afterSeparator(text, at);
  if (!hasWord(text, from, 'dev')) return at;
  version.dev = afterSeparator(text, from + 3);
  version.devEnd = digitsEnd(text, version.dev, text.length);
  return version.devEnd;
}

/** Letters and digits, divided by single separators. -1 where it is none. */
function localEnd(text: string, from: number): number {
  for (let i = from; ; i++) {
    const start = i;
    while (isDigit(codeAt(text, i)) || isLetter(codeAt(text, i))) i++;
    if (i === start) return -1;
    if (afterSeparator(text, i) === i) return i;
  }
}

function hasWord(text: string, at: number, word: string): boolean {
  if (at + word.length > text.length) return false;
  for (let i = 0; i < word.length; i++) if ((text.charCodeAt(at + i) | 0x20) !== word.charCodeAt(i)) return false;
  return true;
}

function afterSeparator(text: string, at: number): number {
  const c = codeAt(text, at);
  return c === DOT || c === HYPHEN || c === UNDERSCORE ? at + 1 : at;
}
