// Which delegated roles answer for a target's name (TUF specification 1.0, 4.5 and 5.6.7).
import { sha256Hex } from '../lib/digest.ts';
import { matchesPattern } from './pattern.ts';
import type { DelegatedRole, Delegations, SuccinctRoles } from './targets.ts';
import type { Role } from './role.ts';

export interface Asked extends Role {
  readonly name: string;
  readonly terminating: boolean;
}

/** The roles to ask for a target, in their order. */
export function rolesFor(delegations: Delegations, target: string): Asked[] {
  const { roles } = delegations;
  if (isSuccinct(roles)) return [{ ...roles, name: binOf(roles, target), terminating: true }];
  const hex = sha256Hex(target);
  return roles.filter(({ names }) =>
    'patterns' in names
      ? names.patterns.some((pattern) => matchesPattern(pattern, target))
      : names.hashPrefixes.some((prefix) => hex.startsWith(prefix)),
  );
}

function isSuccinct(roles: readonly DelegatedRole[] | SuccinctRoles): roles is SuccinctRoles {
  return !Array.isArray(roles);
}

function binOf({ bits, prefix }: SuccinctRoles, target: string): string {
  const first = Number.parseInt(sha256Hex(target).slice(0, 8), 16);
  const digits = (2 ** bits - 1).toString(16).length;
  return `${prefix}-${Math.floor(first / 2 ** (32 - bits))
    .toString(16)
    .padStart(digits, '0')}`;
}
