// How Python compares the names of distributions.

/** PEP 503: lower case, every run of `-`, `_` and `.` one `-`. */
export function normalPypiName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
