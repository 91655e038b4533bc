// How much memory a fact takes.

const TEXT = 24;
const MEMBER = 16;
const OBJECT = 32;

/** About how many bytes a value of JSON takes in memory. What stands in it at several places counts at each, as JSON has it. */
export function factSize(fact: unknown): number {
  let size = 0;
  const pending = [fact];
  for (let one = pending.pop(); one !== undefined || pending.length > 0; one = pending.pop()) {
    if (typeof one === 'string') size += TEXT + one.length;
    else if (typeof one === 'object' && one !== null) {
      size += OBJECT;
      if (Array.isArray(one)) for (const item of one as unknown[]) size += addTo(pending, item);
      else for (const key in one) size += addTo(pending, (one as Readonly<Record<string, unknown>>)[key]);
    }
  }
  return size;
}

// Texts are most of what there is: they need not wait.
function addTo(pending: unknown[], value: unknown): number {
  if (typeof value === 'string') return MEMBER + TEXT + value.length;
  if (typeof value === 'object' && value !== null) pending.push(value);
  return MEMBER;
}
