// The official schemas of SPDX and CycloneDX, which stand in the shared folder.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type AnySchema, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

const folder = join(process.env['TEMPER_SHARED'] ?? join(import.meta.dirname, '../../../shared'), 'schemas');

export const hasSchemas = existsSync(folder);

/** What the others refer to. */
export const commonSchemas = ['spdx.schema.json', 'jsf-0.82.schema.json', 'cryptography-defs.schema.json'] as const;

const ajv = new Ajv({ strict: false, logger: false });
addFormats.default(ajv);
const validators = new Map<string, ValidateFunction>();

export function schemaText(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

export function schemaOf(name: string): AnySchema & object {
  return JSON.parse(schemaText(name)) as AnySchema & object;
}

/** Compiled once. */
export function schemaValidator(name: string): ValidateFunction {
  if (validators.size === 0) for (const common of commonSchemas) ajv.addSchema(schemaOf(common));
  const validator = validators.get(name) ?? ajv.compile(schemaOf(name));
  validators.set(name, validator);
  return validator;
}
