// How the engine trades memory and time: V8's flags, each of which may be changed while it runs.

/** Loading the module takes as long as starting a small command: only who has a flag to set does. */
function setFlagsFromString(flag: string): void {
  process.getBuiltinModule('node:v8').setFlagsFromString(flag);
}

/**
 * From now on garbage is collected sooner and the space for new objects does not grow: work over many short-lived objects
 * takes a third of the memory at nearly the same speed. To be called before anything else has let that space grow.
 */
export function useLittleMemory(): void {
  keepNewSpace();
  setFlagsFromString('--optimize-for-size');
}

/** The space for new objects grows no more: a fifth less memory at the same speed, for work that keeps most of what it makes. */
export function keepNewSpace(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** The space for new objects may double: for work that makes and drops so many that collecting them takes a tenth of the time. */
export function growNewSpace(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}

/**
 * For work of less than a second: no time goes into what pays later, the slowest of the compilers and threads that share the
 * collection of a small heap; a fifth less of time and of memory. The space for new objects grows fourfold while the program
 * is loaded, and no more from when {@link keepNewSpace} is called. To be called as {@link useLittleMemory}.
 */
export function expectShortRun(): void {
  setShortRun();
  // What was compiled is written down when the process ends, as made with the flags of that moment: it is only read with the same.
  process.once('exit', setShortRun);
}

function setShortRun(): void {
  setFlagsFromString('--semi-space-growth-factor=4');
  setFlagsFromString('--no-turbofan');
  setFlagsFromString('--no-parallel-scavenge');
}

/** Takes {@link expectShortRun} back, but for the space for new objects, when there turns out to be more to do. */
export function expectLongRun(): void {
  setFlagsFromString('--turbofan');
  setFlagsFromString('--parallel-scavenge');
}

/** {@link expectLongRun} of work that keeps so much that collecting it often would take most of the time. */
export function expectLargeRun(): void {
  expectLongRun();
  growNewSpace();
}
