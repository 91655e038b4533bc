// Targets with a bug each: what the fuzzer has to find.
import { Fault } from '../../src/lib/faults.ts';
import { insideRoot } from './check.ts';
import type { Input, Target } from './targets.ts';

/** One input in sixteen has it. */
function target(name: string, bug: (input: Input) => void): Target {
  return {
    name: `planted-${name}`,
    weight: 1,
    make: (random) => ({ bytes: random.bytes(8) }),
    run(input) {
      if ((input.bytes[0] as number) < 16) bug(input);
      else if ((input.bytes[0] as number) < 128)
        throw new Fault('planted/refused', 'It is refused.', 'Nothing is wrong.');
    },
  };
}

export const planted: readonly Target[] = [
  target('crash', ({ bytes }) => (bytes as unknown as { absent: Buffer }).absent.toString()),
  target('hang', () => {
    for (;;);
  }),
  target('escape', () => insideRoot('a/../../b', 'a path')),
  target('pollution', () => {
    const members = JSON.parse('{"__proto__":{"planted":1}}') as { ['__proto__']: object };
    Object.assign(Object.prototype, Object.getOwnPropertyDescriptor(members, '__proto__')?.value);
  }),
  target('memory', () => {
    const held: unknown[] = [];
    for (;;) held.push(Array.from({ length: 1 << 20 }).fill(0.5));
  }),
];
