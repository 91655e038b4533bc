// Docker Scout's options that are understood and mean nothing here, or cannot be answered: which is which is decided one by one.
import { type Command, Option } from 'commander';
import { Fault } from '../../lib/faults.ts';

/** `note`: taken, and it is said that it changes nothing; `same`: what it asks for is so anyway; otherwise why it is refused. */
type Answer = 'same' | { readonly note: string } | { readonly refused: string; readonly hint: string };

interface Word {
  readonly flags: string;
  readonly about: string;
  readonly answer: Answer;
}

const SERVICE = "it asks Docker's service, of which nothing is needed here";

/** By the name that commander gives them. */
const WORDS = {
  org: {
    flags: '--org <namespace>',
    about: "of Docker Scout: taken, and not needed; Docker's service is not asked",
    answer: { note: "--org changes nothing: Docker's service is not asked." },
  },
  skipTlog: {
    flags: '--skip-tlog',
    about: 'of Docker Scout: taken; the policy alone says whether a transparency log is needed',
    answer: { note: '--skip-tlog changes nothing: a log is needed where the policy asks for one, and not otherwise.' },
  },
  ignoreSuppressed: {
    flags: '--ignore-suppressed',
    about: 'of Docker Scout: what is suppressed is left out anyway',
    answer: 'same',
  },
  onlyVexAffected: {
    flags: '--only-vex-affected',
    about: 'of Docker Scout: what VEX says is not affected is left out anyway',
    answer: 'same',
  },
  hidePolicies: {
    flags: '--hide-policies',
    about: 'of Docker Scout: policies are shown with --exit-on policy alone',
    answer: 'same',
  },
  details: {
    flags: '--details',
    about: 'of Docker Scout: taken; --format json and markdown have the details',
    answer: { note: '--details changes nothing: --format json and markdown have the details.' },
  },
  locations: {
    flags: '--locations',
    about: 'of Docker Scout: taken; --format json has the locations',
    answer: { note: '--locations changes nothing: --format json has the locations.' },
  },
  env: {
    flags: '--env <name>',
    about: 'of Docker Scout: refused',
    answer: { refused: `--env names an environment: ${SERVICE}`, hint: 'Name the image itself.' },
  },
  toEnv: {
    flags: '--to-env <name>',
    about: 'of Docker Scout: refused',
    answer: { refused: `--to-env names an environment: ${SERVICE}`, hint: 'Name the image with --to.' },
  },
  toLatest: {
    flags: '--to-latest',
    about: 'of Docker Scout: refused',
    answer: { refused: `--to-latest names what was processed last: ${SERVICE}`, hint: 'Name the image with --to.' },
  },
  latest: {
    flags: '--latest',
    about: 'of Docker Scout: refused',
    answer: { refused: `--latest names what was indexed last: ${SERVICE}`, hint: 'Name the image itself.' },
  },
  onlyPolicy: {
    flags: '--only-policy <names>',
    about: 'of Docker Scout: refused',
    answer: {
      refused: "--only-policy names policies of Docker's service, which is not asked",
      hint: 'Use --exit-on policy of `temper compare`, or `temper verify --policy FILE`.',
    },
  },
  vexAuthor: {
    flags: '--vex-author <authors>',
    about: 'of Docker Scout: refused; documents count by who signed them',
    answer: {
      refused: '--vex-author goes by the name that a document gives itself, which anybody can write',
      hint: 'Name the signer with --key, or the documents with --vex-location.',
    },
  },
  multiStage: {
    flags: '--multi-stage',
    about: 'of Docker Scout: refused',
    answer: { refused: '--multi-stage asks for what is not in the image', hint: 'Scan the image of that stage.' },
  },
  onlyStage: {
    flags: '--only-stage <names>',
    about: 'of Docker Scout: refused',
    answer: { refused: '--only-stage asks for what is not in the image', hint: 'Scan the image of that stage.' },
  },
  epssDate: {
    flags: '--epss-date <date>',
    about: 'of Docker Scout: refused',
    answer: {
      refused: '--epss-date asks for the scores of another day than those of the database',
      hint: 'Name an older database with --db.',
    },
  },
  onlyVulnPackages: {
    flags: '--only-vuln-packages',
    about: 'of Docker Scout: only packages with findings are listed anyway',
    answer: 'same',
  },
} as const satisfies Readonly<Record<string, Word>>;

export type ScoutWord = keyof typeof WORDS;

/** Adds options of Docker Scout's that are understood; they are left out of the help. */
export function addScoutWords(command: Command, ...words: readonly ScoutWord[]): Command {
  for (const word of words) {
    const { flags, about } = WORDS[word];
    command.addOption(new Option(flags, about).hideHelp());
  }
  return command;
}

/**
 * What is to be said of the words that were written.
 * @throws Fault `scout/unsupported` for one that cannot be answered
 */
export function scoutNotes(options: object): readonly string[] {
  const notes: string[] = [];
  for (const [name, word] of Object.entries(WORDS) as [ScoutWord, Word][]) {
    const value = (options as Readonly<Record<string, unknown>>)[name];
    if (value === undefined || value === false) continue;
    const { answer } = word;
    if (answer === 'same') continue;
    if ('refused' in answer) throw new Fault('scout/unsupported', `${answer.refused}.`, answer.hint);
    notes.push(answer.note);
  }
  return notes;
}

/**
 * `--ref`: which image of an archive is meant.
 * @throws Fault `scout/ref` where what is named is no archive
 */
export function withRef(image: string, ref: string | undefined): string {
  if (ref === undefined) return image;
  if (image.startsWith('archive://')) return `docker-archive:${image.slice('archive://'.length)}:${ref}`;
  throw new Fault(
    'scout/ref',
    '--ref names an image of an archive, and none is named.',
    'Write archive://FILE, or the tag in the name.',
  );
}

/** `--type`, which older versions had, as the prefix that replaced it. @throws Fault `scout/type` */
export function withType(image: string, type: string | undefined): string {
  if (type === undefined || type === 'image') return image;
  if (['oci-dir', 'archive', 'fs', 'sbom'].includes(type)) return `${type}://${image}`;
  throw new Fault(
    'scout/type',
    `There is no type "${type.slice(0, 100)}".`,
    'Types are image, oci-dir, archive, fs, sbom.',
  );
}
