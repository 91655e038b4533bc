// Options that say whom to trust, and where else signatures are: of every command that verifies images.
import { type Command, InvalidArgumentError } from 'commander';
import type { TrustRequest } from '../flow/verification/trust.ts';
import { Fault } from '../lib/faults.ts';
import { keyList } from './options.ts';

export interface TrustOptions {
  readonly key?: string[];
  readonly policy?: string;
  readonly certificateIdentity?: string;
  readonly certificateIdentityRegexp?: string;
  readonly certificateOidcIssuer?: string;
  readonly certificateOidcIssuerRegexp?: string;
  readonly trustedRoot?: string;
}

const TRUST = 'Trust options:';

/** @param unless of `--key`, behind its meaning */
export function addTrust(command: Command, unless = '; the policy names the signers unless given'): Command {
  return command
    .optionsGroup(TRUST)
    .option('--key <key>', `public key of the signer, repeatable${unless}`, keyList)
    .option('--policy <file>', "the policy; policy.yaml in Temper's configuration folder unless given")
    .option('--certificate-identity <name>', "the signer's name in its certificate: a mail address or URI")
    .option('--certificate-identity-regexp <expression>', 'the same; the expression covers the whole name')
    .option('--certificate-oidc-issuer <url>', 'who identified the signer')
    .option('--certificate-oidc-issuer-regexp <expression>', 'the same; the expression covers the whole URL')
    .option(
      '--trusted-root <file>',
      "who is believed about certificates, logs and times: a file, or tuf:NAME of one that is followed; Sigstore's unless given",
    )
    .optionsGroup('');
}

export function addThreshold(command: Command): Command {
  return command
    .optionsGroup(TRUST)
    .option('--threshold <number>', 'how many distinct signers must have signed', wholeNumber)
    .optionsGroup('');
}

/** @param group of the help */
export function addReferrersRepository(command: Command, group = TRUST): Command {
  return command
    .optionsGroup(group)
    .option(
      '--referrers-repository <repository>',
      'where signatures and attestations are, too: HOST/NAME or oci:DIR; COSIGN_REPOSITORY unless given',
    )
    .optionsGroup('');
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('It is no number from 1 to 999.');
  return Number(text);
}

/** @throws Fault `usage/verify` for half an identity */
export function trustOf(options: TrustOptions): Pick<TrustRequest, 'keys' | 'policy' | 'identity' | 'trustedRoot'> {
  const {
    certificateIdentity: subject,
    certificateIdentityRegexp: subjectPattern,
    certificateOidcIssuer: issuer,
    certificateOidcIssuerRegexp: issuerPattern,
  } = options;
  const names = [subject, subjectPattern].filter((one) => one !== undefined).length;
  const issuers = [issuer, issuerPattern].filter((one) => one !== undefined).length;
  if (names > 1 || issuers > 1 || names !== issuers) throw halfIdentity(names, issuers);
  return {
    keys: options.key ?? [],
    policy: options.policy,
    identity: names === 0 ? undefined : { subject, subjectPattern, issuer, issuerPattern },
    trustedRoot: options.trustedRoot,
  };
}

function halfIdentity(names: number, issuers: number): Fault {
  return new Fault(
    'usage/verify',
    'An identity is one of --certificate-identity and --certificate-identity-regexp with one of --certificate-oidc-issuer and --certificate-oidc-issuer-regexp.',
    names === 1 && issuers === 0
      ? 'Add --certificate-oidc-issuer URL: a name alone proves nothing.'
      : names === 0 && issuers === 1
        ? 'Add --certificate-identity NAME: who it must be.'
        : 'See `temper verify --help`.',
  );
}
