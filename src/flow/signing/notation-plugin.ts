// What notation asks its plugin `temper`, and the answers (notaryproject/specifications: plugin-extensibility, contract 1.0).
import { z } from 'zod';
import { Fault } from '../../lib/faults.ts';
import { parseJson } from '../../lib/json.ts';
import { tool } from '../../lib/tool.ts';
import { algorithmOf } from '../../notary/algorithms.ts';
import { checkCertificates, signRaw } from '../../sign/notary.ts';
import { loadCertifiedSigner } from './notary-signer.ts';

export const pluginCommands = ['get-plugin-metadata', 'describe-key', 'generate-signature'] as const;
export type PluginCommand = (typeof pluginCommands)[number];

export type PluginErrorCode = 'VALIDATION_ERROR' | 'UNSUPPORTED_CONTRACT_VERSION' | 'ACCESS_DENIED' | 'ERROR';

export interface PluginError {
  readonly errorCode: PluginErrorCode;
  readonly errorMessage: string;
}

export type PluginAnswer =
  | { readonly ok: true; readonly response: object }
  | { readonly ok: false; readonly error: PluginError };

/** Most bytes of a request. */
export const REQUEST_LIMIT = 4 << 20;

/** What it is told to load the key by; `certificates` names a PEM file other than the one beside the key. */
const Configuration = z.looseObject({ certificates: z.string().min(1).optional() });

const KeyRequest = z.looseObject({
  contractVersion: z.string(),
  keyId: z.string().min(1).max(4096),
  pluginConfig: Configuration.nullish(),
});

const SignatureRequest = KeyRequest.extend({
  keySpec: z.string(),
  hashAlgorithm: z.string(),
  payload: z.base64(),
});

export interface PluginContext {
  /** Of the key file. */
  readonly password: string;
  /** Seconds since 1970. */
  readonly now: number;
}

/**
 * Answers one request; what goes wrong is an answer, too.
 * @param input the request, JSON, at most {@link REQUEST_LIMIT} bytes
 */
export async function answerPlugin(command: string, input: Uint8Array, context: PluginContext): Promise<PluginAnswer> {
  try {
    switch (command) {
      case 'get-plugin-metadata':
        return { ok: true, response: metadata };
      case 'describe-key':
        return { ok: true, response: await describeKey(requestOf(KeyRequest, input), context) };
      case 'generate-signature':
        return { ok: true, response: await generateSignature(requestOf(SignatureRequest, input), context) };
      default:
        return failed('VALIDATION_ERROR', `The request ${command.slice(0, 100)} is not known.`);
    }
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return failed(codeOf(fault), `${fault.message} ${fault.hint}`);
  }
}

const metadata = {
  name: tool.name,
  description: 'Signs with the keys of Temper',
  version: tool.version,
  url: 'https://github.com/notaryproject/specifications',
  supportedContractVersions: ['1.0'],
  capabilities: ['SIGNATURE_GENERATOR.RAW'],
} as const;

async function describeKey(request: z.infer<typeof KeyRequest>, context: PluginContext): Promise<object> {
  const { signer } = await signerFor(request, context);
  return { keyId: request.keyId, keySpec: algorithmOf(signer.publicKey.spki).keySpec };
}

async function generateSignature(request: z.infer<typeof SignatureRequest>, context: PluginContext): Promise<object> {
  const certified = await signerFor(request, context);
  const { signer, certificates } = certified;
  const { keySpec, hash, pluginName } = algorithmOf(signer.publicKey.spki);
  const hashAlgorithm = hash.toUpperCase().replace('SHA', 'SHA-');
  if (request.keySpec !== keySpec || request.hashAlgorithm !== hashAlgorithm) {
    const asked = `${request.keySpec} and ${request.hashAlgorithm}`.slice(0, 200);
    throw invalid(`The key is of the kind ${keySpec} with ${hashAlgorithm}, not ${asked}.`);
  }
  checkCertificates(certified, context.now);
  const signature = await signRaw(Buffer.from(request.payload, 'base64'), signer);
  return {
    keyId: request.keyId,
    signature: signature.toString('base64'),
    signingAlgorithm: pluginName,
    certificateChain: certificates.map(({ der }) => der.toString('base64')),
  };
}

async function signerFor(
  { keyId, pluginConfig, contractVersion }: z.infer<typeof KeyRequest>,
  { password }: PluginContext,
): ReturnType<typeof loadCertifiedSigner> {
  if (!/^1\.\d+$/.test(contractVersion)) {
    throw new Fault(
      'notation/contract',
      `The contract ${contractVersion.slice(0, 20)} is not supported.`,
      'It is 1.0.',
    );
  }
  return await loadCertifiedSigner({ key: keyId, certificates: pluginConfig?.certificates, password });
}

function requestOf<T>(schema: z.ZodType<T>, input: Uint8Array): T {
  const parsed = schema.safeParse(parseJson(input, 'The request'));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalid(`The request is malformed at ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}.`);
}

function invalid(message: string): Fault {
  return new Fault('notation/request', message, 'See the contract of notation plugins, 1.0.');
}

function codeOf({ code }: Fault): PluginErrorCode {
  if (code === 'notation/contract') return 'UNSUPPORTED_CONTRACT_VERSION';
  if (code === 'key/wrong-password' || code === 'file/denied') return 'ACCESS_DENIED';
  return /^(?:notation|notary|json|key|x509|file)\//.test(code) ? 'VALIDATION_ERROR' : 'ERROR';
}

function failed(errorCode: PluginErrorCode, errorMessage: string): PluginAnswer {
  return { ok: false, error: { errorCode, errorMessage } };
}
