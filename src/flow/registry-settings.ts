// What the user says of registries, from the configuration file and the environment.
import { Fault } from '../lib/faults.ts';
import { parseReference } from '../oci/reference.ts';
import type { RegistrySetting, RegistrySettings } from '../repository/settings.ts';
import { type Configuration, readConfiguration } from './configuration-file.ts';

const VARIABLE = 'TEMPER_REGISTRY_MIRROR';

/**
 * Mirrors and plain HTTP by host: `registries` of the configuration file; before its mirrors come those of
 * `TEMPER_REGISTRY_MIRROR`, `HOST=MIRROR` separated by commas.
 * @throws Fault `config/invalid` for a mirror or host that is none; as {@link readConfiguration}
 */
export async function registrySettings(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<RegistrySettings> {
  return settingsFrom(await readConfiguration(), environment[VARIABLE]);
}

export function settingsFrom(configuration: Configuration | undefined, variable = ''): RegistrySettings {
  const settings = new Map<string, RegistrySetting>();
  for (const [host, { mirrors, 'plain-http': plainHttp }] of Object.entries(configuration?.registries ?? {})) {
    if (hostIn(`${host}/x`) !== host) throw invalid(`registries.${host} is no host`);
    settings.set(host, { mirrors: (mirrors ?? []).map(mirror), plainHttp });
  }
  for (const pair of variable
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .reverse()) {
    const [host = '', place, ...more] = pair.split('=');
    if (place === undefined || more.length > 0 || hostIn(`${host}/x`) !== host) {
      throw invalid(`${VARIABLE} has "${pair.slice(0, 100)}", which is not HOST=MIRROR`);
    }
    const before = settings.get(host);
    settings.set(host, { ...before, mirrors: [mirror(place), ...(before?.mirrors ?? [])] });
  }
  return settings;
}

/** A mirror without its trailing slash. */
function mirror(text: string): string {
  const place = text.replace(/\/+$/, '');
  if (hostIn(`${place}/x`) === undefined) throw invalid(`the mirror "${text.slice(0, 100)}" is not HOST or HOST/PATH`);
  return place;
}

function hostIn(name: string): string | undefined {
  try {
    const reference = parseReference(`registry://${name}`);
    if (reference.kind !== 'registry' || reference.tag !== undefined) return undefined;
    return name.startsWith(`${reference.host}/`) ? reference.host : undefined;
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

function invalid(what: string): Fault {
  const shown = what.replace(/\p{Cc}/gu, '?');
  return new Fault(
    'config/invalid',
    `${shown[0]?.toUpperCase() ?? ''}${shown.slice(1)}.`,
    'docs/sources.md says how mirrors are named.',
  );
}
