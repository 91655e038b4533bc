// Docker Scout's other names of commands.

/** What follows `temper`, with each command by its own name. An image that is called `list` is `docker.io/library/list`. */
export function ownNames(args: readonly string[]): readonly string[] {
  const [command, next = '', ...rest] = args;
  if (command === 'attest' && ['list', 'get', 'add'].includes(next)) return ['attestation', next, ...rest];
  if (command === 'diff') return ['compare', ...args.slice(1)];
  if (command === 'qv') return ['quickview', ...args.slice(1)];
  return args;
}
