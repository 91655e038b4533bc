// What AWS KMS answers of keys: DescribeKey, CreateKey, GetPublicKey, Sign.
import { z } from 'zod';

export const Metadata = z.object({
  KeyMetadata: z.object({
    KeyId: z.string().min(1),
    Arn: z.string().min(1),
    KeyState: z.string(),
    KeyUsage: z.string(),
    Origin: z.string(),
    KeySpec: z.string(),
    SigningAlgorithms: z.array(z.string()).default([]),
  }),
});
export type Metadata = z.infer<typeof Metadata>['KeyMetadata'];

const base64 = z.base64().transform((text) => Buffer.from(text, 'base64'));
export const Public = z.object({ KeyId: z.string(), PublicKey: base64 });
export const Signed = z.object({ KeyId: z.string(), Signature: base64 });
export const Made = z.object({ KeyMetadata: z.object({ KeyId: z.string().min(1) }) });
