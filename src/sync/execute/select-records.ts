import type { RecencyField, RecordFilter } from '../../domain/run/record-filter.js';
import type { Instant } from '../../domain/time/instant.js';
import type { SourceRecord } from '../../ports/connector.js';

/** A record that has no such instant is older than all that have one. */
const recencyOf = ({ updatedAt, createdAt }: SourceRecord, by: RecencyField): number =>
  (by === 'updated_at' ? updatedAt : createdAt) ?? -Infinity;

/** Those at or after the instant that a filter asks for; all where it asks for none. */
export const recordsSince = (
  records: readonly SourceRecord[],
  since: RecordFilter['since'],
): readonly SourceRecord[] =>
  since === undefined ? records : records.filter((record) => recencyOf(record, since.by) >= since.at);

/** Which of two states of one record is the present one. */
const isNewer = (one: SourceRecord, other: SourceRecord): boolean =>
  (one.updatedAt ?? (-Infinity as Instant)) >= (other.updatedAt ?? (-Infinity as Instant));

/** Room beside the newest, so that they are sorted once in so many records and not with each. */
const SLACK = 1_000;

/**
 * The newest so many of any number of records, each counted once however often it is given; of equals those with the
 * greatest id. Holds no more than `count` and a thousand at any time.
 */
export class NewestRecords {
  private held = new Map<string, SourceRecord>();
  /** The oldest that can still be one of the newest. */
  private oldest?: SourceRecord;

  constructor(
    private readonly last: NonNullable<RecordFilter['last']>,
    private readonly slack = SLACK,
  ) {}

  /** Records held at present. */
  get size(): number {
    return this.held.size;
  }

  /** Takes a page; answers how many records are known by now not to be among the newest. */
  add(records: readonly SourceRecord[]): number {
    const before = this.held.size;
    for (const record of records) {
      if (this.mayStay(record)) this.held.set(record.id, record);
      if (this.held.size > this.last.count + this.slack) this.trim();
    }
    return before + records.length - this.held.size;
  }

  /** The newest, oldest first, as they are announced; and how many more are not among them. */
  take(): { readonly records: readonly SourceRecord[]; readonly leftOut: number } {
    const before = this.held.size;
    this.trim();
    const records = [...this.held.values()].toReversed();
    this.held = new Map();
    return { records, leftOut: before - records.length };
  }

  private mayStay(record: SourceRecord): boolean {
    const known = this.held.get(record.id);
    if (known !== undefined) return isNewer(record, known);
    return this.oldest === undefined || this.compare(record, this.oldest) < 0;
  }

  private trim(): void {
    const newest = [...this.held.values()].sort((a, b) => this.compare(a, b)).slice(0, this.last.count);
    this.held = new Map(newest.map((record) => [record.id, record]));
    if (newest.length === this.last.count) this.oldest = newest.at(-1);
  }

  /** Newest first. */
  private compare(a: SourceRecord, b: SourceRecord): number {
    const [at, bt] = [recencyOf(a, this.last.by), recencyOf(b, this.last.by)];
    if (at !== bt) return at > bt ? -1 : 1;
    return a.id > b.id ? -1 : a.id < b.id ? 1 : 0;
  }
}
