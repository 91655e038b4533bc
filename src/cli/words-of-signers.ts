// What people write who know cosign and notation, and what it is called here. Hints alone: none of it is taken.

const NO_QUESTION = 'Leave it out: Temper asks nothing before it signs.';
const NO_UPLOAD =
  'Leave it out: no log is written to unless --rekor-url, --log, --signing-config or an identity asks for one.';
const NO_LOG_NEEDED =
  'Leave it out: with --key no log is asked for unless --trusted-root or the policy names one; docs/policy.md, trust[].logs, says how many.';
const BUNDLES = 'Leave it out: bundles are written unless --signature-format says otherwise, and every format is read.';
const HTTP = 'Write --insecure; for a registry on this machine leave it out.';
const REFERRERS = 'Leave it out: referrers are found by the API and by the fallback tag.';
const ROOT = 'Write the roots down with `temper trust root`, and name the file with --trusted-root.';
const ANSWER = 'Write --json.';
const OFFLINE = 'Write --offline, or leave it out: verifying asks nobody but the registry.';
const AUTHORITY =
  'Write `temper verify IMAGE` with a policy; authorities of the Notary Project stand in trust[].certificates, docs/policy.md.';
const TYPE =
  'Every statement is judged. Name what must be there in the policy, predicates.required, or write `temper attestation get IMAGE --predicate-type TYPE --verify`.';

/** By command and option, or by option alone. */
export const SIGNERS_OPTIONS: ReadonlyMap<string, string> = new Map([
  ['-y', NO_QUESTION],
  ['--yes', NO_QUESTION],
  ['--tlog-upload', NO_UPLOAD],
  ['--use-signing-config', NO_UPLOAD],
  ['--insecure-ignore-tlog', NO_LOG_NEEDED],
  ['--private-infrastructure', NO_LOG_NEEDED],
  ['verify --rekor-url', 'Leave it out: no log is asked while verifying; name those that count with --trusted-root.'],
  [
    '--insecure-ignore-sct',
    'Leave it out: promises of certificate logs are asked for where --trusted-root names such logs.',
  ],
  ['--use-signed-timestamps', 'Leave it out: timestamps count by the authorities of --trusted-root.'],
  ['--timestamp-certificate-chain', ROOT],
  ['--certificate-chain', ROOT],
  ['--ca-roots', ROOT],
  ['--ca-intermediates', ROOT],
  [
    '--certificate-github-workflow-repository',
    'Write it into the policy: trust[].identities[].claims, docs/policy.md.',
  ],
  ['sign --certificate-chain', 'Write --certificate FILE, with the whole chain in it, the signer first.'],
  ['attest --certificate-chain', 'Write --certificate FILE, with the whole chain in it, the signer first.'],
  ['--new-bundle-format', BUNDLES],
  ['sign --bundle', 'Write --blob --output FILE.'],
  ['attest --bundle', 'Write --blob --output FILE.'],
  ['--output-signature', 'Write --blob --output FILE: the bundle has the signature in it.'],
  ['--output-certificate', 'Write --blob --output FILE: the bundle has the certificate in it.'],
  ['verify --signature', 'Write --blob FILE --bundle FILE.'],
  ['--annotations', 'Write --annotation NAME=VALUE.'],
  ['verify -a', 'Words that are signed along are not compared; ask for them in the policy, predicates.conditions.'],
  ['verify --type', TYPE],
  ['verify --predicate-type', TYPE],
  ['attest --predicate-type', 'Write --type TYPE.'],
  ['attestation --type', 'Write --predicate-type TYPE.'],
  ['verify --local-image', 'Write oci:DIR for the image.'],
  ['verify --oci-layout', 'Write oci:DIR for the image.'],
  ['sign --oci-layout', 'Write oci:DIR for the image.'],
  ['verify --output', ANSWER],
  ['verify -o', ANSWER],
  ['verify --offline', OFFLINE],
  ['--allow-insecure-registry', HTTP],
  ['--allow-http-registry', HTTP],
  ['--insecure-registry', HTTP],
  ['--plain-http', HTTP],
  ['--registry-referrers-mode', REFERRERS],
  ['--experimental-oci11', REFERRERS],
  ['--upload', 'Signatures are written where the image is: copy it into a layout, and sign oci:DIR.'],
  ['--sk', 'Write --key pkcs11:…, as docs/keys.md says.'],
  ['--slot', 'Write --key pkcs11:…, as docs/keys.md says.'],
  ['--kms', 'Write --key KEY, with the same reference: awskms://…, gcpkms://…, azurekms://…, hashivault://….'],
  ['-k', 'Write --key KEY.'],
  ['--signature-digest-algorithm', 'Leave it out: the key decides.'],
  ['--check-claims', 'Leave it out: that a signature is about the image is always checked.'],
  ['--max-workers', 'Leave it out.'],
  ['--id', 'Write --key KEY.'],
  ['--plugin', 'Write --key KEY; Temper is itself a plugin of notation: `temper notation install`.'],
  ['--timestamp-url', 'Write --timestamp-server-url URL.'],
  ['--output-key-prefix', 'Name the key: `temper key create NAME`.'],
  ['copy --all', 'Leave it out: every platform is copied unless --platform names one.'],
  ['copy --recursive', 'Leave it out: what hangs on the image comes along unless --no-referrers is given.'],
  ['copy -r', 'Leave it out: what hangs on the image comes along unless --no-referrers is given.'],
  ['copy --preserve-digests', 'Leave it out: every byte stays as it is.'],
  ['copy --src-tls-verify', HTTP],
  ['copy --dest-tls-verify', HTTP],
  ['--tls-verify', HTTP],
]);

/** By the commands that are written, or by the first alone. */
export const SIGNERS_COMMANDS: ReadonlyMap<string, string> = new Map([
  ['verify-attestation', `Write \`temper verify IMAGE\`. ${TYPE}`],
  ['verify-blob', 'Write `temper verify --blob FILE --bundle FILE`.'],
  ['verify-blob-attestation', 'Write `temper verify --blob FILE --bundle FILE`.'],
  ['sign-blob', 'Write `temper sign --blob FILE`.'],
  ['attest-blob', 'Write `temper attest --blob FILE --type TYPE --predicate FILE`.'],
  ['generate-key-pair', 'Write `temper key create NAME`.'],
  ['import-key-pair', 'Write `temper key import FILE NAME`.'],
  ['public-key', 'Write `temper key show KEY`.'],
  ['pkcs11-tool', 'Write `temper key list pkcs11:…`.'],
  ['initialize', 'Write `temper trust init`.'],
  ['trusted-root', 'Write `temper trust root`.'],
  ['tree', 'Write `temper inspect IMAGE`.'],
  ['discover', 'Write `temper inspect IMAGE`.'],
  ['triangulate', 'Write `temper inspect IMAGE`: it shows every signature and where it is.'],
  ['ls', 'Write `temper inspect IMAGE` for what hangs on it, `temper attestation list IMAGE` for its statements.'],
  ['list', 'Write `temper inspect IMAGE` for what hangs on it, `temper attestation list IMAGE` for its statements.'],
  ['download', 'Write `temper attestation get IMAGE --predicate-type TYPE`, or `temper db update` for the database.'],
  ['download attestation', 'Write `temper attestation get IMAGE --predicate-type TYPE`.'],
  ['download sbom', 'Write `temper attestation get IMAGE --predicate-type spdx --predicate`.'],
  ['download signature', 'Write `temper inspect IMAGE`.'],
  ['download db', 'Write `temper db update`.'],
  ['save', 'Write `temper copy IMAGE oci:DIR`.'],
  ['load', 'Write `temper copy oci:DIR IMAGE`.'],
  ['login', "Log in with any registry client: Docker's config.json is read."],
  ['cert', 'Write the authorities into the policy: trust[].certificates, docs/policy.md.'],
  ['certificate', 'Write the authorities into the policy: trust[].certificates, docs/policy.md.'],
  ['plugin', 'Write `temper notation install` to lend notation your keys.'],
  ['key generate', 'Write `temper key create NAME`.'],
  ['key add', 'Write `temper key import FILE NAME`.'],
  ['policy validate', 'Write `temper policy test CASES --policy FILE`; every command that reads a policy checks it.'],
  ['policy check', 'Write `temper policy test CASES --policy FILE`; every command that reads a policy checks it.'],
  ['policy show', 'Write `temper verify IMAGE --policy FILE`.'],
  ['policy init', AUTHORITY],
  ['policy import', AUTHORITY],
  ['attestation verify', 'Write `temper attestation get IMAGE --predicate-type TYPE --verify`.'],
  ['attestation download', 'Write `temper attestation get IMAGE --predicate-type TYPE`.'],
  ['trust verify', 'Write `temper trust update`: it checks all that it fetches.'],
]);
