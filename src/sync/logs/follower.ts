import { levelsFrom } from '../../domain/run/log-level.js';
import type { FollowedNews, FollowedRun, KeptLine, LogFilter } from '../../ports/run-log.js';
import { progressView } from '../progress.view.js';
import type { EventStream } from './event-stream.js';
import { logLineView } from './log-line.view.js';

/** One reader of one run's log. */
export class Follower {
  private after: number;
  private progress?: string;

  constructor(
    private readonly run: FollowedRun,
    private readonly filter: LogFilter,
    readonly stream: EventStream,
  ) {
    this.after = run.after;
  }

  get clientId(): string {
    return this.run.clientId;
  }

  /** The run, and the last line this reader has. */
  get place(): FollowedRun {
    return { ...this.run, after: this.after };
  }

  /** Sends what is new. `isAll` tells that there are no more lines; then a run that is over ends the stream. */
  tell(news: FollowedNews, isAll: boolean): void {
    for (const line of news.lines) {
      this.after = line.sequence;
      if (this.wants(line)) this.stream.send('log', logLineView(line), line.sequence);
    }
    this.tellProgress(news);
    if (isAll && news.state !== 'created' && news.state !== 'running') this.tellEnd(news);
  }

  private wants({ level, model }: KeptLine): boolean {
    const { filter } = this;
    return (
      (filter.level === undefined || levelsFrom(filter.level).includes(level)) &&
      (filter.model === undefined || filter.model === model)
    );
  }

  private tellProgress(news: FollowedNews): void {
    const progress = JSON.stringify(news.progress);
    if (progress === this.progress) return;
    this.progress = progress;
    this.stream.send('progress', progressView(news.progress));
  }

  private tellEnd({ state, statusCode, status, errorMessage }: FollowedNews): void {
    this.stream.send('end', {
      state,
      statusCode: statusCode ?? null,
      status: status ?? null,
      errorMessage: errorMessage ?? null,
    });
    this.stream.end();
  }
}
