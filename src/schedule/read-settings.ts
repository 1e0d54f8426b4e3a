import type { Problem } from '../domain/problem.js';
import type { ReadWindow, Sync, SyncChange, WatermarkAt } from '../ports/syncs.js';
import { SYNC_ONLY, type SyncInput } from './sync-body.js';

interface HowItReads {
  readonly readWindow: ReadWindow;
  readonly watermarkAt: WatermarkAt;
}

/** How a sync reads that says nothing else. */
export const USUAL_READING: HowItReads = { readWindow: 'period', watermarkAt: 'periodEnd' };

/** A whole day or hour has an end of its own; to read on without one means nothing beside it. */
export function readingProblems(input: SyncInput, before: HowItReads = USUAL_READING): readonly Problem[] {
  const { readWindow = before.readWindow, watermarkAt = before.watermarkAt } = input;
  if (readWindow === 'period' || watermarkAt === 'periodEnd') return [];
  const message = `watermarkAt runEnd reads on without an end; it does not go with readWindow ${readWindow}.`;
  return [
    { pointer: input.watermarkAt === undefined ? '/readWindow' : '/watermarkAt', code: 'not_applicable', message },
  ];
}

/** Whether an input changes up to where a run counts as having read. */
export const changesReading = (sync: Sync, { readWindow, watermarkAt }: SyncInput): boolean =>
  (readWindow ?? sync.readWindow) !== sync.readWindow || (watermarkAt ?? sync.watermarkAt) !== sync.watermarkAt;

/** The models of an input, as they are kept. */
export function chosenModels(models: SyncInput['models']): Pick<SyncChange, 'models' | 'syncOnly'> {
  if (models === undefined) return {};
  if (models === SYNC_ONLY) return { models: null, syncOnly: true };
  return { models: models.length === 0 ? null : models, syncOnly: false };
}
