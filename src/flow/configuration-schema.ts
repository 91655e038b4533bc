// The fields of Temper's configuration file.
import { z } from 'zod';

export const Configuration = z.strictObject({
  apiVersion: z.literal('temper/v1'),
  kind: z.literal('Config'),
  /** Addresses of Debian's archives; environment variables count more, the host's apt sources less. */
  mirrors: z.strictObject({ debian: z.string().optional(), 'debian-security': z.string().optional() }).optional(),
  /** By host as references have it: mirrors that are asked before it, and whether it is asked by plain HTTP. */
  registries: z
    .record(
      z.string(),
      z.strictObject({ mirrors: z.array(z.string()).optional(), 'plain-http': z.boolean().optional() }),
    )
    .optional(),
  /** The vulnerability database. */
  database: z
    .strictObject({
      /** A signed database to fetch, `registry/name:tag` or `oci:DIR:TAG`. */
      artifact: z.string().optional(),
      /** Feeds by their names, with their folder or address; empty: where they stand in public. */
      feeds: z.record(z.string(), z.string()).optional(),
      /** How old data may be: `5d`. */
      'max-age': z.string().optional(),
    })
    .optional(),
});
export type Configuration = z.infer<typeof Configuration>;
