// An image's configuration: what is run, as whom, with what around it (image-spec 1.1, config.md; Docker's Healthcheck).
import { compareStrings } from '../lib/bytes.ts';

/** What is not set is `undefined` or empty. */
export interface Configuration {
  readonly user: string | undefined;
  readonly workingDir: string | undefined;
  readonly entrypoint: readonly string[] | undefined;
  readonly cmd: readonly string[] | undefined;
  readonly stopSignal: string | undefined;
  /** As JSON with sorted members. */
  readonly healthcheck: string | undefined;
  /** Sorted. */
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
}

/** What is set to something else; `undefined` where it is not set. */
export interface Setting {
  readonly name:
    | 'user'
    | 'working-dir'
    | 'entrypoint'
    | 'cmd'
    | 'stop-signal'
    | 'healthcheck'
    | 'ports'
    | 'volumes'
    | 'environment'
    | 'label';
  /** Of an environment variable or a label. */
  readonly key?: string;
  readonly a: string | readonly string[] | undefined;
  readonly b: string | readonly string[] | undefined;
}

/** `NAME=value`; where a name stands twice, the later one counts, as for runtimes. */
export function environmentOf(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    lines.map((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

/** In the order of the members of {@link Configuration}, keys sorted. */
export function configurationChanges(a: Configuration, b: Configuration): readonly Setting[] {
  const plain: readonly Setting[] = [
    { name: 'user', a: a.user, b: b.user },
    { name: 'working-dir', a: a.workingDir, b: b.workingDir },
    { name: 'entrypoint', a: a.entrypoint, b: b.entrypoint },
    { name: 'cmd', a: a.cmd, b: b.cmd },
    { name: 'stop-signal', a: a.stopSignal, b: b.stopSignal },
    { name: 'healthcheck', a: a.healthcheck, b: b.healthcheck },
    { name: 'ports', a: a.ports, b: b.ports },
    { name: 'volumes', a: a.volumes, b: b.volumes },
  ];
  return [
    ...plain.filter((one) => JSON.stringify(one.a) !== JSON.stringify(one.b)),
    ...keyed('environment', a.environment, b.environment),
    ...keyed('label', a.labels, b.labels),
  ];
}

function keyed(
  name: 'environment' | 'label',
  a: ReadonlyMap<string, string>,
  b: ReadonlyMap<string, string>,
): readonly Setting[] {
  return [...new Set([...a.keys(), ...b.keys()])]
    .sort(compareStrings)
    .filter((key) => a.get(key) !== b.get(key))
    .map((key) => ({ name, key, a: a.get(key), b: b.get(key) }));
}
