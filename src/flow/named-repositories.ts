// Opens what users name, each folder once, and of the program only what it takes.
import { environment } from '../io/environment.ts';
import { resolvePath } from '../io/files.ts';
import type { PathReference } from '../oci/reference.ts';
import { Layout } from '../repository/layout.ts';
import type { RegistrySettings } from '../repository/settings.ts';
import { resolvedOnce } from '../repository/resolved.ts';
import type { Repository } from '../repository/types.ts';
import { namedImage } from './named-image.ts';
import type { ReferenceOptions } from './verification/verify-reference.ts';

export interface NamedRepository {
  readonly repository: Repository;
  /** What to resolve: a digest or a tag. */
  readonly reference: string;
}

type Options = ReferenceOptions;

export class NamedRepositories {
  readonly #options: Options;
  readonly #layouts = new Map<string, Layout>();
  #settings: Promise<RegistrySettings> | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** @throws Fault `reference/…`, `option/referrers-repository` */
  async open(text: string): Promise<NamedRepository> {
    const named = await this.#open(text);
    if (this.#options.referrersRepository === undefined) return named;
    const { withReferrers } = await import('./referrers-repository.ts');
    return { ...named, repository: await withReferrers(named.repository, this.#options) };
  }

  async #open(text: string): Promise<NamedRepository> {
    const reference = await namedImage(text);
    if (reference.kind === 'layout') return await this.#layout(reference);
    const { openRepository } = await import('../repository/open.ts');
    const { registrySettings } = await import('./registry-settings.ts');
    this.#settings ??= registrySettings(environment());
    const { offline, insecure, signal, resolved } = this.#options;
    const opened = openRepository(reference, { registries: await this.#settings, offline, insecure, signal, resolved });
    return { repository: opened.repository, reference: await opened.reference() };
  }

  async #layout({ path, digest, tag }: PathReference): Promise<NamedRepository> {
    const folder = resolvePath(path);
    const repository = this.#layouts.get(folder) ?? new Layout(folder);
    this.#layouts.set(folder, repository);
    const { resolved } = this.#options;
    const once = resolved === undefined ? repository : resolvedOnce(repository, resolved);
    return { repository: once, reference: digest ?? tag ?? (await repository.only()) };
  }
}
