// Options of the commands that sign: who signs, and who testifies to it.
import { type Command, Option } from 'commander';
import type { PartyRequest } from '../flow/signing/signing-party.ts';
import { ALLOW_EXTRACTABLE, type Context, each, SIGNING_KEY } from './options.ts';

export interface SigningOptions {
  readonly key?: string;
  readonly allowExtractableKey?: boolean;
  readonly certificate?: string;
  readonly keyless?: boolean;
  readonly identityToken?: string;
  readonly fulcioUrl?: string;
  readonly oidcIssuer?: string;
  readonly oidcClientId?: string;
  readonly timestampServerUrl?: string[];
  readonly rekorUrl?: string[];
  readonly log?: string;
  readonly logKey?: string;
  readonly logOrigin?: string;
  readonly signingConfig?: string;
  readonly trustedRoot?: string;
  readonly annotation?: string[];
  readonly signContainerIdentity?: string;
  readonly signatureFormat?: string[];
  readonly blob?: boolean;
  readonly output?: string;
}

export function addSigning(command: Command): Command {
  return command
    .optionsGroup('Signature options:')
    .addOption(new Option('-a, --annotation <name=value>', 'words to sign with it, repeatable').argParser(each))
    .option(
      '--sign-container-identity <name>',
      "what the signature calls the image; its repository's name unless given",
    )
    .option('--blob', 'what is named are files; each gets a bundle beside it')
    .option('-o, --output <file>', 'where the bundle of a file goes')
    .optionsGroup('Key options:')
    .option('--key <key>', `private key: ${SIGNING_KEY}; your default key unless given, if there is no identity`)
    .option('--allow-extractable-key', ALLOW_EXTRACTABLE)
    .option('--certificate <file>', "the key's certificates in PEM, the signer's first, the root last")
    .optionsGroup('Identity options:')
    .option('--keyless', 'sign as an identity: who runs the job, or who signs in with a code')
    .option('--identity-token <token>', 'an OpenID Connect token, or a file that holds it; implies --keyless')
    .option('--fulcio-url <url>', "who certifies the identity; Sigstore's public instance unless given")
    .option('--oidc-issuer <url>', 'where a person signs in')
    .option('--oidc-client-id <id>', 'the audience of the token; sigstore unless given')
    .optionsGroup('Witness options:')
    .option('--timestamp-server-url <url>', 'RFC 3161 authority that says when, repeatable', each)
    .option('--rekor-url <url>', 'Rekor, v1 or v2, that logs the signature, repeatable', each)
    .option(
      '--log <place>',
      'a transparency log of your own that logs it, a folder or s3://BUCKET/PREFIX; made where there is none',
    )
    .option('--log-key <key>', "the log's private key; the one named log in the configuration folder unless given")
    .option('--log-origin <name>', "the log's name, to begin it with: log.example")
    .option(
      '--signing-config <file>',
      'the services of a Sigstore instance: a file, or tuf:NAME of a trust root that is followed',
    )
    .option('--trusted-root <file>', 'what the answers of services must stand before: a file, or tuf:NAME')
    .optionsGroup('');
}

/** Who signs, as the flows take it. A token in the environment counts where no key is named. */
export function partyOf(options: SigningOptions, context: Context): Omit<PartyRequest, 'notation'> & Context {
  const { identityToken, keyless, key, fulcioUrl, oidcIssuer, oidcClientId } = options;
  const ambient = key === undefined && (context.environment['SIGSTORE_ID_TOKEN'] ?? '') !== '';
  const asked = keyless === true || identityToken !== undefined || fulcioUrl !== undefined || ambient;
  return {
    ...context,
    key,
    certificate: options.certificate,
    allowExtractable: options.allowExtractableKey === true,
    keyless: asked
      ? { identityToken, device: keyless === true, issuer: oidcIssuer, clientId: oidcClientId }
      : undefined,
    fulcio: fulcioUrl,
    rekor: options.rekorUrl,
    timestampServers: options.timestampServerUrl,
    log:
      options.log === undefined
        ? undefined
        : {
            place: options.log,
            key: options.logKey ?? 'log',
            password: context.password,
            origin: options.logOrigin,
          },
    signingConfig: options.signingConfig,
    trustedRoot: options.trustedRoot,
    say: (sentence) => context.output.warn(`temper: ${sentence}`),
  };
}
