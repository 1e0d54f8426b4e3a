import { Module } from '@nestjs/common';
import { AdmitRuns } from './admit-runs.js';
import { AssignRunDates } from './run-dates/assign-run-dates.js';
import { FindStalled } from './stalled/find-stalled.js';
import { MoveRunDates } from './run-dates/move-run-dates.js';
import { PlanAgain } from './stalled/plan-again.js';
import { ProcessHeartbeat } from './process-heartbeat.js';
import { ReadStanding } from './standing/read-standing.js';
import { RecomputeDueDates } from './due-dates/recompute-due-dates.js';
import { StalledReport } from './stalled/stalled-report.js';
import { StandingMetrics } from './standing/standing-metrics.js';
import { TellLate } from './tell-late.js';
import { TimeZoneStanding } from './due-dates/time-zone-standing.js';

/** Due → run date → admitted; what is late, what stands still, and how all of it stands. */
@Module({
  providers: [
    AdmitRuns,
    AssignRunDates,
    FindStalled,
    MoveRunDates,
    PlanAgain,
    ProcessHeartbeat,
    ReadStanding,
    RecomputeDueDates,
    StalledReport,
    StandingMetrics,
    TellLate,
    TimeZoneStanding,
  ],
})
export class DispatchModule {}
