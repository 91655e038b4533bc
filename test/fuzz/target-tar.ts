// Tars, read strictly and leniently, whole and in pieces.
import { Fault } from '../../src/lib/faults.ts';
import { TarReader } from '../../src/lib/tar-read.ts';
import { insideRoot } from './check.ts';
import { brokenTar } from './mutate-tar.ts';
import { rareTars } from './rare-tars.ts';
import type { Seeds } from './seeds.ts';
import type { Target } from './targets.ts';

const MOST_ENTRIES = 2000;

export function lenientTarTarget(seeds: Seeds): Target {
  return tarTarget('tar-lenient', seeds, true, 16);
}

export function strictTarTarget(seeds: Seeds): Target {
  return tarTarget('tar-strict', seeds, false, 8);
}

function tarTarget(name: string, { tars }: Seeds, lenient: boolean, weight: number): Target {
  return {
    name,
    weight,
    make: (random) => ({ bytes: brokenTar(random.pick(random.once(3) ? rareTars : tars), random, tars) }),
    run({ bytes }, random) {
      const whole = outcome(bytes, bytes.length, lenient);
      const cut = 1 + random.small(random.once(2) ? 4000 : 50_000);
      const pieces = outcome(bytes, cut, lenient);
      if (whole.said !== pieces.said) throw new Error(`pieces of ${cut} bytes: ${pieces.said}, whole: ${whole.said}`);
      if (whole.fault !== undefined) throw whole.fault;
    },
  };
}

function outcome(bytes: Buffer, cut: number, lenient: boolean): { said: string; fault: Fault | undefined } {
  const said: string[] = [];
  let fault: Fault | undefined;
  const reader = new TarReader(
    {
      entry(entry) {
        const { path, kind, size, target } = entry;
        insideRoot(path, 'a path');
        if (kind === 'hardlink') insideRoot(target ?? '', 'a hard link');
        let written = 0;
        said.push(`${path} ${kind} ${size} ${entry.mode} ${entry.uid} ${entry.gid} ${entry.mtime} ${target}`);
        return {
          write: (chunk) => void (written += chunk.length),
          end() {
            if (written !== size) throw new Error(`${written} bytes of ${size}`);
            said.push('ended');
          },
        };
      },
    },
    MOST_ENTRIES,
    { lenient },
  );
  try {
    for (let at = 0; at < bytes.length; at += cut) reader.push(bytes.subarray(at, at + cut));
    reader.end();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    fault = error;
    said.push(error.message);
  }
  return { said: said.join('\n'), fault };
}
