import { toIso } from '../time/instant.js';
import type { Instant } from '../time/instant.js';
import type { RecordFilter } from './record-filter.js';

/** A new run, as far as its first log line tells of it. */
export interface CreatedRun {
  readonly trigger: string;
  readonly actor?: Readonly<Record<string, unknown>>;
  readonly range: { readonly start?: Instant; readonly finish: Instant };
  readonly attempt: number;
  readonly models?: readonly string[];
  readonly filter?: RecordFilter;
  readonly force?: boolean;
  readonly rerunOf?: string;
  readonly causedBy?: string;
  readonly reason?: string;
}

/** The first line of a run's log: by whom or what it was created, what it is to read, and why. */
export function createdMessage(run: CreatedRun): string {
  const parts = [
    `${originOf(run)}: ${spanOf(run.range)}.`,
    run.models && `Only ${run.models.join(', ')}.`,
    run.filter?.since && `Only records with ${run.filter.since.by} from ${toIso(run.filter.since.at)} on.`,
    run.filter?.last && `Only the newest ${run.filter.last.count} of each model by ${run.filter.last.by}.`,
    run.force === true && 'Unchanged records are written and announced again.',
    run.rerunOf !== undefined && `It repeats ${run.rerunOf}.`,
    run.causedBy !== undefined && `It was caused by ${run.causedBy}.`,
    run.reason !== undefined && `Reason: ${run.reason}`,
  ];
  return parts.filter((part) => typeof part === 'string').join(' ');
}

/** A span of time in words. */
export const spanOf = ({ start, finish }: CreatedRun['range']): string =>
  start === undefined ? `everything up to ${toIso(finish)}` : `from ${toIso(start)} to ${toIso(finish)}`;

function originOf({ trigger, actor, attempt }: CreatedRun): string {
  const key = typeof actor?.['keyId'] === 'string' ? ` by ${actor['keyId']}` : '';
  if (trigger === 'schedule') return 'Created by the schedule';
  if (trigger === 'retry') return `Created to try again, attempt ${attempt}`;
  if (trigger === 'install') return `Created with the connection${key}`;
  return `Asked for${key} (${trigger})`;
}
