/** What the server says and hears, in its own words. `test/ui/contract.test.ts` holds these to openapi.yaml. */

export type Frequency = 'Interval' | 'Hourly' | 'Daily' | 'Weekly' | 'Monthly';
export type FlowScope = 'config:read' | 'config:write' | 'status:read' | 'action:pause' | 'action:sync_now';
export type FlowView = 'auto' | 'setup' | 'status';
export type FlowAction = 'pause' | 'resume' | 'sync-now';

export interface FlowConfiguration {
  readonly models: readonly string[];
  readonly selectedFrequency: Frequency;
  /** ISO 8601 duration; only with `Interval`. */
  readonly interval: string | null;
  /** A local date, `YYYY-MM-DD`. */
  readonly startDate: string;
  readonly syncHour: number;
  readonly timeZone: string;
}

export interface FlowSessionInfo {
  readonly id: string;
  readonly view: FlowView;
  readonly scopes: readonly FlowScope[];
  readonly readOnly: boolean;
  readonly features: Readonly<Record<string, boolean>>;
  readonly expiresAt: string;
  readonly locale: string | null;
  readonly timeZone: string | null;
  readonly redirectUrl: string | null;
  /** Whose pages may frame the hosted page, and be sent messages by it. */
  readonly allowedOrigins: readonly string[];
}

export interface FlowModel {
  readonly name: string;
  readonly title: string;
  readonly description: string | null;
  readonly required: boolean;
}

export interface FlowBranding {
  readonly logoUrl: string | null;
  readonly theme: Readonly<Record<string, string>>;
}

/** Everything the first screen needs, in one answer. */
export interface FlowBootstrap {
  readonly session: FlowSessionInfo;
  readonly app: { readonly name: string; readonly branding: FlowBranding };
  readonly company: { readonly name: string };
  readonly source: { readonly platform: string; readonly name: string; readonly state: string };
  readonly target: { readonly name: string } | null;
  readonly text: Readonly<Record<string, string>>;
  readonly options: {
    readonly models: readonly FlowModel[];
    readonly frequencies: readonly Frequency[];
    readonly syncHour: { readonly editable: boolean };
  };
  readonly constraints: {
    readonly startDate: { readonly min: string; readonly max: string; readonly locked: boolean };
  };
  readonly defaults: {
    readonly models: readonly string[];
    readonly selectedFrequency: Frequency;
    readonly interval: string | null;
    readonly startDate: string;
    readonly syncHour: number;
    readonly timeZone: string | null;
  };
  readonly configuration: FlowConfiguration | null;
  /** Counts the saves of the sync; null while nothing is configured. */
  readonly version: number | null;
  readonly status: FlowStatus | null;
}

export interface FlowPeriod {
  readonly start: string;
  readonly dueDate: string;
  readonly localDueDate: string;
  readonly lengthHours: number;
  readonly days: number;
  readonly kind: 'first' | 'catch_up' | 'regular';
}

export interface FlowWarning {
  readonly kind: string;
  readonly dueDate: string | null;
  readonly message: string;
}

export interface FlowPreview {
  readonly configuration: FlowConfiguration;
  readonly periods: readonly FlowPeriod[];
  readonly warnings: readonly FlowWarning[];
  /** Earlier periods that saving this would read again; 100 stand for as many or more. */
  readonly resentPeriods: number;
  readonly typicalDelayMinutes: number | null;
  readonly fingerprint: string;
}

export type FlowState =
  'not_started' | 'on_schedule' | 'running' | 'catching_up' | 'late' | 'stalled' | 'needs_action' | 'paused';

export type RunOutcome = 'synced' | 'no_new_data' | 'failed' | 'retried' | 'running' | 'planned';

export interface RecentPeriod {
  readonly start: string;
  readonly finish: string;
  readonly outcome: RunOutcome;
  readonly records: number;
}

export interface FlowStatus {
  readonly state: FlowState;
  readonly coveredThrough: string | null;
  readonly nextDueAt: string | null;
  /** The earliest and the latest instant. */
  readonly expectedStart: readonly string[] | null;
  readonly running: { readonly startedAt: string | null; readonly fraction: number | null } | null;
  readonly recent: readonly RecentPeriod[];
  readonly attention: {
    readonly code: string;
    readonly message: string;
    readonly since: string | null;
    readonly start: string | null;
    readonly finish: string | null;
  } | null;
  readonly pausedAt: string | null;
  readonly typicalDelayMinutes: number | null;
  /** Of its dates, where the configuration is not told; null while there is none. */
  readonly timeZone: string | null;
  readonly syncHour: number | null;
}

export interface FlowSaved {
  readonly configuration: FlowConfiguration;
  readonly version: number;
  readonly firstPeriod: FlowPeriod | null;
  /** Null without `status:read`. */
  readonly status: FlowStatus | null;
}

export interface FlowActed {
  /** Null without `status:read`. */
  readonly status: FlowStatus | null;
  /** Before the action: another than the page's own where somebody else has saved. Null without `config:read`. */
  readonly previousVersion: number | null;
  readonly version: number | null;
}

export interface FlowRun {
  readonly id: string;
  /** Null where everything was read. */
  readonly start: string | null;
  readonly finish: string;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly outcome: RunOutcome;
  readonly records: number;
  readonly message: string | null;
}

export interface FlowRuns {
  readonly data: readonly FlowRun[];
  readonly nextCursor: string | null;
}

/** RFC 9457, with what the flow's own refusals add. */
export interface FlowProblem {
  readonly status: number;
  readonly code: string;
  readonly title?: string;
  readonly detail?: string;
  readonly requestId?: string;
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly message: string }[];
  /** Null where nothing is configured any more. */
  readonly current?: FlowConfiguration | null;
  readonly version?: number | null;
  readonly changedBy?: string | null;
  readonly changedAt?: string | null;
  readonly preview?: FlowPreview;
}
