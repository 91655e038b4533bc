// `temper db build`: makes a database from feeds.
import { feeds as allFeeds } from '../../advisory/all.ts';
import { readFeeds } from './database-feeds.ts';
import { removeOrigin } from './database-origin.ts';
import { changeDatabase } from './database-place.ts';
import { planFeeds, planServing } from './database-plan.ts';
import { type Pushed, pushDatabase } from './database-push.ts';
import { buildTime } from './database-time.ts';
import { chosenFeeds, publicFeeds, type UpdateOptions, type UpdateResult } from './db-update.ts';

export interface BuildDatabaseOptions extends Omit<UpdateOptions, 'db' | 'allowShrink' | 'keys' | 'policy'> {
  /** The new file; one that is there is replaced. */
  readonly output: string;
  /** Where it is published, too: `oci:DIR[:TAG]`, `HOST/NAME[:TAG]`. */
  readonly push: string | undefined;
  /** A private key: its path, `pkcs11:…`, `hashivault://NAME`; the user's default key unless given. */
  readonly key: string | undefined;
  readonly password: string;
  /** Sign also with a device's key that may leave it or came from elsewhere. */
  readonly allowExtractable?: boolean | undefined;
  readonly warn?: ((sentence: string) => void) | undefined;
}

export interface BuiltDatabase extends UpdateResult {
  readonly pushed: Pushed | undefined;
}

/**
 * Of the same feeds at the same time (`SOURCE_DATE_EPOCH`) it makes the same bytes.
 * @throws Fault `db/from`, what the feeds throw, what {@link changeDatabase} and {@link pushDatabase} throw
 */
export async function buildDatabase(options: BuildDatabaseOptions): Promise<BuiltDatabase> {
  const path = options.output;
  const chosen = await chosenFeeds(options);
  const { ecosystems, feeds = allFeeds } = options;
  const plan = chosen.length > 0 ? planFeeds(chosen, ecosystems) : planServing(publicFeeds(feeds), ecosystems);
  const { progress, environment } = options;
  const result = await changeDatabase(
    { path, keep: false, own: false, progress },
    async (writer) => await readFeeds(writer, plan, { ...options, allowShrink: true, now: buildTime(environment) }),
  );
  await removeOrigin(path);
  const { push } = options;
  const pushed = push === undefined ? undefined : await pushDatabase(path, { ...options, push });
  return { path, ...result, fetched: undefined, pushed };
}
