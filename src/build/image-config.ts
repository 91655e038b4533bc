// The OCI image config (image-spec, config.md) of a definition's image.
import { canonicalJson } from '../lib/json.ts';
import type { Digest } from '../lib/digest.ts';
import { isoTime } from '../lib/time.ts';
import { NONROOT, usersOf } from './configuration.ts';
import type { Definition } from './definition.ts';

export interface ConfigLayer {
  readonly name: string;
  readonly diffId: Digest;
}

/** `UID:GID` that the image runs as: always numbers, so that Kubernetes' runAsNonRoot can judge them. */
export function runAsOf(definition: Definition): string {
  const runAs = definition.accounts['run-as'] ?? NONROOT.name;
  const user = usersOf(definition).find((u) => u.name === runAs || u.uid === runAs);
  return user === undefined ? `${runAs}:${runAs}` : `${user.uid}:${user.gid}`;
}

/**
 * @param platform `linux/amd64`
 * @param epoch seconds since 1970
 * @returns the config's bytes: the same for the same arguments
 */
export function imageConfig(
  definition: Definition,
  platform: string,
  layers: readonly ConfigLayer[],
  epoch: number,
): Buffer {
  const [os, architecture] = platform.split('/');
  const created = isoTime(epoch);
  const some = <T extends object | string>(value: T, isEmpty: boolean) => (isEmpty ? undefined : value);
  const config = {
    User: runAsOf(definition),
    Env: Object.entries(definition.environment).map(([key, value]) => `${key}=${value}`),
    Entrypoint: some(definition.entrypoint, definition.entrypoint.length === 0),
    Cmd: some(definition.cmd, definition.cmd.length === 0),
    WorkingDir: definition['work-dir'],
    Labels: some(definition.labels, Object.keys(definition.labels).length === 0),
    ExposedPorts: some(
      Object.fromEntries(definition.ports.map((port) => [port.includes('/') ? port : `${port}/tcp`, {}])),
      definition.ports.length === 0,
    ),
    Volumes: some(Object.fromEntries(definition.volumes.map((path) => [path, {}])), definition.volumes.length === 0),
    StopSignal: definition['stop-signal'],
  };
  return Buffer.from(
    canonicalJson({
      architecture,
      os,
      created,
      config,
      rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
      history: layers.map((layer) => ({ created, created_by: `temper: ${layer.name}` })),
    }),
  );
}
