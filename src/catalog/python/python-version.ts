// Versions of Python itself, as markers compare them: a part of PEP 440 that has releases and pre-releases only.

const VERSION =
  /^v?(\d{1,9}(?:\.\d{1,9}){0,10})(?:\.\*|(?:[-_.]?(?:a|b|c|rc|alpha|beta|dev|post)\.?\d{0,9}){0,3}\+?)$/i;

export function isVersion(text: string): boolean {
  return text.length <= 100 && VERSION.test(text.trim());
}

/** The numbers of its release. */
export function releaseOf(text: string): number[] {
  return (VERSION.exec(text.trim())?.[1] ?? '').split('.').map(Number);
}

/** Negative, 0 or positive. `3.11` and `3.11.0` are the same; a pre-release is older than its release. */
export function comparePythonVersions(a: string, b: string): number {
  const x = releaseOf(a);
  const y = releaseOf(b);
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const difference = (x[i] ?? 0) - (y[i] ?? 0);
    if (difference !== 0) return difference;
  }
  const [early, late] = [isPre(a), isPre(b)];
  return early === late ? 0 : early ? -1 : 1;
}

function isPre(text: string): boolean {
  return /\d[-_.]?(?:a|b|c|rc|alpha|beta|dev)/i.test(text);
}
