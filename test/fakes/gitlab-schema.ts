// What GitLab's schema of container scanning reports (15.2.1) asks of what Temper writes, as a JSON schema.

const text = { type: 'string', minLength: 1 };
const address = { type: 'string', pattern: '^(https?|ftp)://.+' };
const time = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}$' };

function object(required: readonly string[], properties: object): object {
  return { type: 'object', required, properties };
}

function list(items: object, more: object = {}): object {
  return { type: 'array', items, ...more };
}

const program = object(['id', 'name', 'version', 'vendor'], {
  id: text,
  name: text,
  version: text,
  vendor: object(['name'], { name: text }),
});

const scan = object(['analyzer', 'end_time', 'scanner', 'start_time', 'status', 'type'], {
  analyzer: program,
  scanner: program,
  start_time: time,
  end_time: time,
  status: { enum: ['success', 'failure'] },
  type: { enum: ['container_scanning', 'container_scanning_for_registry'] },
  messages: list(object(['level', 'value'], { level: { enum: ['info', 'warn', 'fatal'] }, value: text })),
});

const vulnerability = object(['id', 'identifiers', 'location'], {
  id: text,
  name: { type: 'string', maxLength: 255 },
  description: { type: 'string', maxLength: 1_048_576 },
  severity: { enum: ['Info', 'Unknown', 'Low', 'Medium', 'High', 'Critical'] },
  solution: { type: 'string', maxLength: 7000 },
  identifiers: list(object(['type', 'name', 'value'], { type: text, name: text, value: text, url: address }), {
    minItems: 1,
  }),
  cvss_vectors: list(
    object(['vendor', 'vector'], {
      vendor: text,
      vector: { type: 'string', maxLength: 128, pattern: '^(CVSS:3[.][01]/.{23,}|(?!CVSS).{16,})$' },
    }),
    { minItems: 1, maxItems: 10 },
  ),
  links: list(object(['url'], { url: address })),
  details: {
    type: 'object',
    additionalProperties: object(['type', 'name', 'value'], {
      type: { const: 'text' },
      name: text,
      value: { type: 'string' },
    }),
  },
  flags: list(
    object(['type', 'origin', 'description'], {
      type: { const: 'flagged-as-likely-false-positive' },
      origin: text,
      description: text,
    }),
  ),
  location: object(['dependency', 'operating_system', 'image'], {
    dependency: object(['package', 'version'], {
      package: object(['name'], { name: { type: 'string' } }),
      version: { type: 'string' },
    }),
    operating_system: text,
    image: text,
  }),
});

export const gitlabSchema = object(['scan', 'version', 'vulnerabilities'], {
  version: { type: 'string', pattern: '^[0-9]+\\.[0-9]+\\.[0-9]+$' },
  schema: { type: 'string', pattern: '^https?://.+' },
  scan,
  vulnerabilities: list(vulnerability),
});
