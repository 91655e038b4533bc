// What must hold whatever was read.
import { limits } from '../../src/lib/limits.ts';

/** @throws Error for a path that leads outside the root, or could */
export function insideRoot(path: string, what: string): void {
  const bad =
    path.startsWith('/') ||
    path.includes('\0') ||
    path.length > limits.tarName ||
    path.split('/').some((segment) => segment === '..' || segment === '.' || (segment === '' && path !== ''));
  if (bad) throw new Error(`${what} is outside the root: ${JSON.stringify(path.slice(0, 200))}`);
}

/** @throws Error when reading something gave every object a member */
export function prototypesAreClean(): void {
  for (const { prototype, name } of [Object, Array, Function, String, Map]) {
    const [key] = Object.keys(prototype as object);
    if (key !== undefined) throw new Error(`${name}.prototype has ${key}`);
  }
}
