// A worker that does what it is asked to: answers, refuses, hangs as a library does, ends.
import { serve } from '../../src/io/worker.ts';
import { Fault } from '../../src/lib/faults.ts';

serve(
  (question) => {
    const { ask, value } = question as { ask: string; value?: unknown };
    switch (ask) {
      case 'echo':
        return value;
      case 'refuse':
        throw new Fault('fake/refused', 'It is refused.', 'Ask otherwise.');
      case 'fail':
        throw new Error('a defect');
      case 'end':
        process.exit(7);
        break;
      case 'crash':
        process.kill(process.pid, 'SIGSEGV');
        break;
      default:
    }
    // No event, timer or signal is served from here on.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    return undefined;
  },
  () => undefined,
);
