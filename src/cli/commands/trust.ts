import type { Command } from 'commander';
import { addFollowing } from '../trust/following.ts';
import { addHolding } from '../trust/holding.ts';
import { addParts } from '../trust/parts.ts';

export function addTrust(temper: Command): void {
  const trust = temper
    .command('trust')
    .description('whom to believe: follow trust roots by TUF, make and hold one, write a trusted root of its parts');
  addFollowing(trust);
  addHolding(trust);
  addParts(trust);
}
