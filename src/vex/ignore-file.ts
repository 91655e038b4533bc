// Where a team's ignore rules stand.

/** The file that is read from the working directory unless one is named. */
export const IGNORE_FILE = '.temper-ignore.yaml';
