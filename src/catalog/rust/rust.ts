// Rust programs built with cargo-auditable: zlib-compressed JSON in the section .dep-v0 (cargo-auditable's PARSING.md and its schema).
import zlib from 'node:zlib';
import { z } from 'zod';
import { Fault, messageOf } from '../../lib/faults.ts';
import { parseJson } from '../../lib/json.ts';
import { programOf } from '../program/program.ts';
import type { Program } from '../program/types.ts';
import type { Cataloger, FileContent } from '../types.ts';
import { type CrateGraph, cratePackages } from './crates.ts';

/** The section, and the JSON in it, in bytes. */
const SECTION_LIMIT = 8 << 20;
const JSON_LIMIT = 64 << 20;

const Audit = z.object({
  packages: z
    .array(
      z.object({
        name: z.string().min(1),
        version: z.string(),
        source: z.string().optional(),
        kind: z.string().optional(),
        dependencies: z.array(z.int().nonnegative()).optional(),
        root: z.boolean().optional(),
      }),
    )
    .max(100_000),
});

export const rust: Cataloger<CrateGraph> = {
  id: 'rust',
  version: 1,
  evidence: 'installed',
  reads: [{ program: true }],
  limit: 4 * 2 ** 30,
  parse({ content }) {
    const program = programOf(content);
    const section = program && sectionOf(content, program);
    return section && read(section);
  },
  assemble: (found) => found.flatMap(({ path, fact }) => cratePackages(fact, path)),
};

function sectionOf(content: FileContent, { kind, sections }: Program): Buffer | undefined {
  const section = sections.find(({ name }) => name === '.dep-v0' || (kind === 'mach' && name === 'rust-deps-v0'));
  if (section === undefined) return undefined;
  if (section.size > SECTION_LIMIT) throw broken('it is larger than is read');
  return content.read(section.offset, section.size);
}

function read(section: Buffer): CrateGraph {
  let json: Buffer;
  try {
    json = zlib.inflateSync(section, { maxOutputLength: JSON_LIMIT });
  } catch (cause) {
    throw broken(messageOf(cause), cause);
  }
  const { data, error } = Audit.safeParse(parseJson(json, 'The list of crates'));
  if (data === undefined) throw broken(z.prettifyError(error).split('\n')[0] ?? '');
  // Crates that only build scripts and macros of others need are not in the program.
  return data.packages.map((one) => ({
    name: one.name,
    version: one.version,
    source: one.source,
    built: one.kind === 'build',
    dependencies: one.dependencies ?? [],
  }));
}

function broken(why: string, cause?: unknown): Fault {
  return new Fault(
    'rust/malformed',
    `The program's list of crates cannot be read: ${why}.`,
    'It is damaged or was altered; fetch or make it again.',
    { cause },
  );
}
