// What people write who know other scanners, and what it is called here. Hints alone: none of it is taken.
import { SIGNERS_COMMANDS, SIGNERS_OPTIONS } from './words-of-signers.ts';

const OPTIONS: ReadonlyMap<string, string> = new Map([
  ['--only-severity', 'Write --severity, such as --severity critical,high.'],
  ['--exit-code', 'Write --fail-on, such as --fail-on high: status 1 on such a finding or a worse one.'],
  ['-e', 'Write --fail-on, such as --fail-on high: status 1 on such a finding or a worse one.'],
  ['--ignore-unfixed', 'Write --only-fixed.'],
  ['--ignorefile', 'Write --ignore FILE; its rules are described in docs/vex.md.'],
  ['--vex-location', 'Write --vex PATH.'],
  ['--only-package', 'Write --package NAME.'],
  ['--epss-score', 'Write --min-epss, such as --min-epss 10%.'],
  ['--skip-db-update', 'Leave it out: a database that is there is not updated by a scan.'],
  ['--offline-scan', 'Write --offline.'],
  ['--scanners', 'Leave it out: scans are for vulnerabilities.'],
  ['-s', 'Write --severity, such as --severity critical,high.'],
]);

const COMMANDS: ReadonlyMap<string, string> = new Map([
  ['image', 'Write `temper scan IMAGE`.'],
  ['fs', 'Write `temper scan ./DIR`.'],
  ['filesystem', 'Write `temper scan ./DIR`.'],
  ['rootfs', 'Write `temper scan rootfs:DIR`.'],
  ['recommendations', 'Compare with the base that you think of: `temper compare OLD NEW`.'],
  ['environment', "Environments are kept by Docker's service; name the image itself."],
  ['watch', 'Run `temper scan` whenever an image is pushed.'],
  ['push', 'Write `temper copy FROM TO`.'],
  ['enroll', 'No service needs to know of you: leave it out.'],
  ['repo', 'No service needs to know of repositories: leave it out.'],
  ['cache', 'Delete ~/.cache/temper, which may be deleted at any time.'],
  ['check', 'Write `temper db status`.'],
]);

/** What to write instead. @param problem `unknown-option` @param word what was not understood @param args all that was written */
export function hintForWord(problem: string, word: string, args: readonly string[]): string | undefined {
  const [command = '', next = ''] = args;
  if (problem === 'unknown-option') return hintForOption(word.replace(/=.*$/s, ''), command);
  if (problem === 'unknown-command') {
    const both = SIGNERS_COMMANDS.get(`${command} ${next}`);
    return both ?? (word === command ? (SIGNERS_COMMANDS.get(word) ?? COMMANDS.get(word)) : undefined);
  }
  if (problem === 'excess-arguments' && command === 'scan') return COMMANDS.get(next);
  return undefined;
}

function hintForOption(option: string, command: string): string | undefined {
  return SIGNERS_OPTIONS.get(`${command} ${option}`) ?? OPTIONS.get(option) ?? SIGNERS_OPTIONS.get(option);
}
