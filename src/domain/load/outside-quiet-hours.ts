import { quietUntil } from './quiet-hours.js';
import type { RunClaim } from './run-claim.js';
import type { FoundSlot } from './slots.js';

/**
 * What `find` answers for a claim; asked again from the end of the quiet hours on where the run date would be in them.
 * Undefined where it finds nothing, or the quiet hours last to the deadline. The claim is the one it was found for.
 */
export function outsideQuietHours(
  claim: RunClaim,
  find: (claim: RunClaim) => FoundSlot | undefined,
): (FoundSlot & { readonly claim: RunClaim }) | undefined {
  const found = find(claim);
  if (found === undefined) return undefined;
  const end = claim.quietHours && quietUntil(claim.quietHours, found.runDate);
  if (end === undefined) return { ...found, claim };
  return end < claim.deadline ? outsideQuietHours({ ...claim, begin: end, quiet: true }, find) : undefined;
}
