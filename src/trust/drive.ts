import type { TufState } from '../tuf/state.ts';
import type { Walk } from '../tuf/walk.ts';
import type { TrustSource } from './source.ts';

/** Goes the way of a client, giving it the files that it asks for. @param reached told what is trusted on the way */
export async function drive<T>(
  walk: Walk<T>,
  source: TrustSource,
  reached: (state: TufState) => Promise<void> | void = () => undefined,
): Promise<T> {
  let step = walk.next();
  while (step.done !== true) {
    const { value } = step;
    if (value.kind === 'read') step = walk.next(await source.read(value.from, value.path, value.limit));
    else {
      await reached(value.state);
      step = walk.next();
    }
  }
  return step.value;
}
