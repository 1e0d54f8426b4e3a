import { Injectable } from '@nestjs/common';

/** The time zone data this process computes due dates with. */
@Injectable()
export class TimeZoneData {
  /** Release of the IANA database, e.g. `2026b`. */
  readonly version: string = process.versions.tz ?? 'unknown';
}
