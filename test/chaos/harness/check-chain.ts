import type { Answer } from '../../support/world.js';

const OPEN = ['planned', 'assigned', 'queued', 'running'];

interface Span {
  readonly start: string;
  readonly dueDate: string;
}

type Get = (path: string) => Promise<Answer>;

/** Each period that is done starts where the one before ended, and so does the one that is open. */
export async function chainFindings(get: Get, syncId: string) {
  const { body: coverage } = await get(`/v1/syncs/${syncId}/coverage`);
  const { body: sync } = await get(`/v1/syncs/${syncId}`);
  const chain = (await allOf(get, `/v1/syncs/${syncId}/periods?status=succeeded`)).toReversed();
  const open = await Promise.all(OPEN.map((status) => allOf(get, `/v1/syncs/${syncId}/periods?status=${status}`)));
  const broken = chain.filter(({ start }, n) => n > 0 && start !== chain[n - 1]?.dueDate);
  // What was settled between two readings has moved on from where the first one found it.
  const behind = open.flat().filter(({ start }) => start < (sync.watermark ?? start));
  const { complete, gaps, overlaps, declaredGaps } = coverage;
  const isExact = complete === true && gaps.length + overlaps.length + declaredGaps.length === 0;
  const findings = [
    ...(isExact ? [] : [`its coverage is ${JSON.stringify({ complete, gaps, overlaps, declaredGaps })}`]),
    ...broken.map(({ start, dueDate }) => `the period to ${dueDate} starts at ${start}, not where the last ended`),
    ...behind.map(({ start }) => `a period is open from ${start} on, behind ${sync.watermark}`),
  ];
  return { done: chain.length, findings: findings.map((finding) => `${syncId}: ${finding}`) };
}

async function allOf(get: Get, path: string): Promise<readonly Span[]> {
  const found: Span[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { body }: Answer = await get(`${path}&limit=200${after}`);
    found.push(...body.data);
    cursor = body.nextCursor;
  }
  return found;
}
