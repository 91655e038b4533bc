// What people write who know other scanners, and what it is called here. Hints alone: none of it is taken.

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
  ['download', 'Write `temper db update`.'],
  ['check', 'Write `temper db status`.'],
]);

/** What to write instead. @param problem `unknown-option` @param word what was not understood @param args all that was written */
export function hintForWord(problem: string, word: string, args: readonly string[]): string | undefined {
  if (problem === 'unknown-option') return OPTIONS.get(word);
  if (problem === 'unknown-command') return COMMANDS.get(word);
  const [command, first = ''] = args;
  if (problem === 'excess-arguments' && command === 'scan') return COMMANDS.get(first);
  return undefined;
}
