// Who is asked when something is signed: for a certificate, a time, a place in a log.
import { now as clock } from '../../io/clock.ts';
import { readFile } from '../../io/files.ts';
import { Http } from '../../io/http.ts';
import { type KeylessIdentity, keylessIdentity } from '../../keyless/identity.ts';
import { openSigner } from '../../keys/open.ts';
import { Fault } from '../../lib/faults.ts';
import { limits } from '../../lib/limits.ts';
import { Log } from '../../log/log.ts';
import { LogReader } from '../../log/reader.ts';
import type { LogStorage } from '../../log/storage.ts';
import type { Witness } from '../../sign/witness.ts';
import { chooseServices, parseSigningConfig, type SigningConfig } from '../../sigstore/signing-config.ts';
import { isKeyName } from '../../tlog/note.ts';
import { noRoot, type PreparedRoot } from '../../verify/sigstore/trust.ts';
import { readTrust } from '../../trust/store.ts';
import { EmbeddedLogWitness } from '../../witness/embedded-log.ts';
import { openRekor } from '../../witness/rekor.ts';
import { TimestampWitness } from '../../witness/timestamp.ts';
import type { RekorWitness, WitnessOptions } from '../../witness/types.ts';
import { identityToken } from './identity-token.ts';
import { logStorage } from '../log/log-place.ts';
import { DEFAULT_TRUST, loadSigningConfig, loadTrustedRoot, type RootAccess } from '../verification/trusted-root.ts';
import { SIGSTORE_SIGNING_CONFIG } from '../sigstore-files.ts';

export interface SigningServicesRequest {
  /** Sign as whom an identity token names, with a certificate of some minutes; unless given, a key of the caller's signs. */
  readonly keyless?: KeylessOptions | undefined;
  /**
   * Path of a signing configuration v0.2, or `tuf:NAME` for that of a trust root that is followed: its services are asked, but for
   * those that are named here. Without one, and without an address of Fulcio, `keyless` asks those of the trust root that is
   * followed as `default`, else Sigstore's public instance.
   */
  readonly signingConfig?: string | undefined;
  /**
   * Path of a trusted root, or `tuf:NAME`: every answer must stand before it. Where a trust root or the public instance says which
   * services are asked it is theirs unless given; answers of other services are then checked in themselves alone.
   */
  readonly trustedRoot?: string | undefined;
  /** Address of a Fulcio. */
  readonly fulcio?: string | undefined;
  /** Addresses of Rekors, v1 or v2 as they say themselves. */
  readonly rekor?: readonly string[] | undefined;
  /** Addresses of RFC 3161 timestamp authorities. */
  readonly timestampServers?: readonly string[] | undefined;
  /** An embedded log to write to. */
  readonly log?: EmbeddedLogOptions | undefined;
  /** Nothing is asked over the network: what would be is a Fault `network/offline`. */
  readonly offline: boolean;
  /** Plain http also to logs and timestamp authorities on other machines; never to who sees an identity token. */
  readonly insecure?: boolean | undefined;
  /** Told what a person has to do, one sentence. */
  readonly say: (sentence: string) => void;
  readonly signal?: AbortSignal | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Seconds since 1970; the clock unless given. */
  readonly now?: (() => number) | undefined;
}

export interface KeylessOptions {
  /** The token, or the path of a file that holds it; unless given, the environment has it: `SIGSTORE_ID_TOKEN`, GitHub Actions. */
  readonly identityToken?: string | undefined;
  /** Where there is no token, a person is shown an address and a code. */
  readonly device?: boolean | undefined;
  /** Address of an issuer that knows such codes; the signing configuration's unless given. */
  readonly issuer?: string | undefined;
  /** OAuth's client id, and the audience that tokens must have: `sigstore` unless given. */
  readonly clientId?: string | undefined;
}

export interface EmbeddedLogOptions {
  /** Its folder, or `s3://BUCKET/PREFIX`; the log is begun where nothing is. */
  readonly place: string;
  /** The log's private key, as {@link openSigner} takes it. */
  readonly key: string;
  /** Of that key's file. */
  readonly password: string;
  /** Its name, to begin it with; cosign and others know logs by a host's name alone, `log.example`. */
  readonly origin?: string | undefined;
}

export interface SigningServices {
  /** Present when `keyless` was asked for; its certificate lasts for some minutes: sign at once. */
  readonly identity: KeylessIdentity | undefined;
  /** To be asked in this order: timestamp authorities, logs over the network, the embedded log. */
  readonly witnesses: readonly Witness[];
  /** Whose word in an earlier signature counts: that of the trusted root's services and of the embedded log, else nobody's. */
  readonly root: PreparedRoot;
}

/**
 * Gets the identity and the witnesses that a signature is to have: to be given to {@link signBundle}, once for each signature.
 * @throws Fault `identity/…`, `fulcio/…` for the identity; `witness/no-time` when nothing would say when a short-lived certificate
 * signed; `witness/address`, `witness/log-origin`, `sigstore/signing-config`, `sigstore/root`, `trust/…`, `log/…`, `key/…`, `file/…`, `network/…`
 */
export async function signingServices(request: SigningServicesRequest): Promise<SigningServices> {
  const config = await configOf(request);
  const options = await witnessOptions(request);
  const timestamps = timestampUrls(request, config, options.now());
  const rekors = await openRekors(request, config, options);
  if (request.keyless !== undefined && timestamps.length === 0 && !rekors.some(({ saysTime }) => saysTime)) {
    throw new Fault(
      'witness/no-time',
      'Nothing would say when it was signed, and a certificate of some minutes counts only then.',
      'Name an RFC 3161 timestamp authority with --timestamp-server-url, or in the signing configuration.',
    );
  }
  const log = request.log === undefined ? [] : [await embeddedLog(request.log, request, options)];
  // Last: its certificate lasts for some minutes.
  const identity = await identityOf(request, config, options);
  const root = options.root ?? noRoot;
  return {
    identity,
    witnesses: [...timestamps.map((url) => new TimestampWitness(url, options)), ...rekors, ...log],
    root: { ...root, logs: [...root.logs, ...log.map(({ trusted }) => trusted)] },
  };
}

/** Majors of the interfaces that are spoken here. */
const VERSIONS = { fulcio: [1], issuer: [1], rekor: [1, 2], timestamps: [1] } as const;

/** What a trust root that is followed says of services and of who counts goes together. */
const FOLLOWED = 'tuf:';

async function configOf(request: SigningServicesRequest): Promise<SigningConfig | undefined> {
  const { signingConfig, trustedRoot } = request;
  if (signingConfig !== undefined) return await loadSigningConfig(signingConfig, accessOf(request));
  if (!isUnnamed(request)) return undefined;
  if (trustedRoot?.startsWith(FOLLOWED) === true) return await loadSigningConfig(trustedRoot, accessOf(request));
  if ((await readTrust(DEFAULT_TRUST)) !== undefined) return await loadSigningConfig(undefined, accessOf(request));
  return parseSigningConfig(await readFile(SIGSTORE_SIGNING_CONFIG, limits.document), SIGSTORE_SIGNING_CONFIG);
}

async function rootOf(request: SigningServicesRequest): Promise<PreparedRoot | undefined> {
  const { trustedRoot, signingConfig } = request;
  const named = trustedRoot ?? (signingConfig?.startsWith(FOLLOWED) === true ? signingConfig : undefined);
  return named === undefined && !isUnnamed(request) ? undefined : await loadTrustedRoot(named, accessOf(request));
}

/** Whether nobody said who certifies an identity. */
function isUnnamed({ keyless, signingConfig, fulcio }: SigningServicesRequest): boolean {
  return keyless !== undefined && signingConfig === undefined && fulcio === undefined;
}

function accessOf({ offline, insecure, signal, say }: SigningServicesRequest): RootAccess {
  return { offline, insecure, signal, progress: say };
}

async function witnessOptions(request: SigningServicesRequest): Promise<WitnessOptions> {
  const { offline, insecure, signal, now } = request;
  const root = await rootOf(request);
  const http = new Http({ offline, insecure, signal });
  return { http, root, now: now ?? (() => Math.floor(clock().getTime() / 1000)) };
}

function timestampUrls(
  { timestampServers }: SigningServicesRequest,
  config: SigningConfig | undefined,
  now: number,
): readonly URL[] {
  if (timestampServers !== undefined && timestampServers.length > 0) return timestampServers.map(parseUrl);
  if (config === undefined || config.timestampAuthorities.length === 0) return [];
  const { timestampAuthorities, timestampSelection } = config;
  const chosen = chooseServices(timestampAuthorities, timestampSelection, VERSIONS.timestamps, now);
  return chosen.map(({ url }) => parseUrl(url));
}

async function openRekors(
  { rekor }: SigningServicesRequest,
  config: SigningConfig | undefined,
  options: WitnessOptions,
): Promise<readonly RekorWitness[]> {
  if (rekor !== undefined && rekor.length > 0) {
    return await Promise.all(rekor.map(async (url) => await openRekor(parseUrl(url), options)));
  }
  if (config === undefined || config.logs.length === 0) return [];
  const chosen = chooseServices(config.logs, config.logSelection, VERSIONS.rekor, options.now());
  return await Promise.all(chosen.map(async ({ url, version }) => await openRekor(parseUrl(url), options, version)));
}

async function identityOf(
  request: SigningServicesRequest,
  config: SigningConfig | undefined,
  { root, now }: WitnessOptions,
): Promise<KeylessIdentity | undefined> {
  const { keyless, environment, offline, say, signal } = request;
  if (keyless === undefined) return undefined;
  // An identity token never goes in the clear.
  const http = new Http({ offline, signal });
  const named = (
    address: string | undefined,
    list: SigningConfig['certificateAuthorities'],
    versions: readonly number[],
  ) => address ?? (list.length === 0 ? undefined : chooseServices(list, undefined, versions, now())[0]?.url);
  const fulcio = named(request.fulcio, config?.certificateAuthorities ?? [], VERSIONS.fulcio);
  if (fulcio === undefined) {
    throw new Fault(
      'fulcio/none',
      'The signing configuration names no Fulcio.',
      'Name one with --fulcio-url, or sign with a key.',
    );
  }
  const issuer = named(keyless.issuer, config?.identityProviders ?? [], VERSIONS.issuer);
  const token = await identityToken({
    ...keyless,
    issuer: issuer === undefined ? undefined : parseUrl(issuer),
    environment,
    http,
    say,
    signal,
    now,
  });
  return await keylessIdentity({ fulcio: parseUrl(fulcio), http, token, root, now });
}

async function embeddedLog(
  { place, key, password, origin }: EmbeddedLogOptions,
  request: SigningServicesRequest,
  { now }: WitnessOptions,
): Promise<EmbeddedLogWitness> {
  const { environment, offline, signal } = request;
  if (origin !== undefined) checkOrigin(origin);
  const signer = await openSigner(key, { password, environment, offline, signal }).catch(logKeyFault);
  const storage = await logStorage(place, request);
  const log = await Log.open(storage, { origin: await originOf(storage, origin), signer });
  return new EmbeddedLogWitness({ log, name: place, key: signer.publicKey, now });
}

function checkOrigin(origin: string): void {
  if (isKeyName(origin)) return;
  const sentence = `"${origin.slice(0, 200)}" is no name of a log: it has a space, a plus, or nothing in it.`;
  throw new Fault('witness/log-origin', sentence, 'Name the log with --log-origin, such as log.example.');
}

function logKeyFault(fault: unknown): never {
  if (!(fault instanceof Fault) || fault.code !== 'file/missing') throw fault;
  const hint = 'Make the key that signs the log with `temper key create log`, or name another one with --log-key.';
  throw new Fault('file/missing', fault.message, hint, { cause: fault });
}

async function originOf(storage: LogStorage, named: string | undefined): Promise<string> {
  if (named !== undefined) return named;
  try {
    return (await new LogReader(storage).checkpoint()).origin;
  } catch (fault) {
    if (!(fault instanceof Fault) || fault.code !== 'log/missing') throw fault;
    throw new Fault(
      'witness/log-origin',
      `There is no log at ${storage.name} yet, and no name to begin it with.`,
      'Name the log with --log-origin, such as log.example.',
      { cause: fault },
    );
  }
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new Fault('witness/address', `"${text.slice(0, 200)}" is no http or https address.`, 'Check the address.');
}
