import { levelsFrom } from '../../domain/run/log-level.js';
import type { Instant } from '../../domain/time/instant.js';
import type { Page, PageRequest } from '../../ports/page.js';
import {
  RunLogFeed,
  RunLogStore,
  type FollowedNews,
  type FollowedRun,
  type KeptLine,
  type LinesOfRun,
  type LogFilter,
} from '../../ports/run-log.js';
import type { Progress, RunState } from '../../ports/runs.js';
import { orUndefined } from '../columns.js';
import { lineColumns, toLine, type LineRow } from '../run-log-lines.js';
import type { Session } from '../session.js';
import { addLines, deleteLines, followRuns, listLines } from '../sql/run-log.js';

interface FollowedRow {
  readonly place: number;
  readonly state: RunState;
  readonly status_code: number | null;
  readonly status: string | null;
  readonly error_message: string | null;
  readonly progress: Progress;
  readonly lines: readonly LineRow[];
}

const toNews = (row: FollowedRow): FollowedNews => ({
  state: row.state,
  statusCode: orUndefined(row.status_code),
  status: orUndefined(row.status),
  errorMessage: orUndefined(row.error_message),
  progress: row.progress,
  lines: row.lines.map(toLine),
});

async function add(session: Session, runs: readonly LinesOfRun[]): Promise<void> {
  if (runs.some(({ lines }) => lines.length > 0)) await session.touched(addLines, lineColumns(runs));
}

export class PgRunLogStore extends RunLogStore {
  constructor(private readonly session: Session) {
    super();
  }

  override add(runs: readonly LinesOfRun[]): Promise<void> {
    return add(this.session, runs);
  }

  override async list(runId: string, { level, model }: LogFilter, page: PageRequest): Promise<Page<KeptLine>> {
    const rows = await this.session.rows<LineRow>(listLines, [
      this.session.clientId,
      runId,
      page.after ?? 0,
      level === undefined ? null : levelsFrom(level),
      model ?? null,
      page.limit + 1,
    ]);
    const data = rows.slice(0, page.limit).map(toLine);
    return rows.length > page.limit ? { data, nextAfter: String(data.at(-1)?.sequence) } : { data };
  }
}

export class PgRunLogFeed extends RunLogFeed {
  constructor(private readonly session: Session) {
    super();
  }

  override add(runs: readonly LinesOfRun[]): Promise<void> {
    return add(this.session, runs);
  }

  override async follow(
    runs: readonly FollowedRun[],
    mostLines: number,
  ): Promise<readonly (FollowedNews | undefined)[]> {
    const rows = await this.session.rows<FollowedRow>(followRuns, [
      runs.map((run) => run.clientId),
      runs.map((run) => run.runId),
      runs.map((run) => run.after),
      mostLines,
    ]);
    const news = new Map(rows.map((row) => [row.place, toNews(row)]));
    return runs.map((_, index) => news.get(index + 1));
  }

  override deleteBefore(instant: Instant, most: number): Promise<number> {
    return this.session.touched(deleteLines, [new Date(instant), most]);
  }
}
