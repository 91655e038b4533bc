import { z } from 'zod';
import { decodeBase64 } from '../dsse/base64.ts';

/** Bytes in canonical base64. */
export const base64 = z.string().transform((text, context) => {
  const bytes = decodeBase64(text);
  if (bytes !== undefined) return bytes;
  context.addIssue({ code: 'custom', message: 'is not canonical base64' });
  return z.NEVER;
});
