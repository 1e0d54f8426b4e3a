import { PullConnector, type ModelDescription, type RecordPage } from '../src/ports/connector.js';

export const NOOP_PLATFORM = 'noop';

const incremental = {
  sort: true,
  page: true,
  filter: true,
  incremental: true,
  total: false,
  updatedAt: true,
  createdAt: true,
  announcesChanges: false,
};

/** One model without a record: what is left of a run is what Meridian itself does for it. */
export class NoopConnector extends PullConnector {
  override readonly platform = NOOP_PLATFORM;
  override readonly name = 'Nothing';
  override readonly description = 'Reads nothing; only in benchmarks.';
  override readonly modelsInSettings = false;
  override readonly credentialsRequired = false;
  override readonly settingsSchema = {};
  override readonly credentialsSchema = {};
  override validate = () => [];
  override needsCredentials = () => false;
  override models = (): readonly ModelDescription[] => [{ name: 'nothing', capabilities: incremental }];
  override test = () => Promise.resolve();

  override async *pull(): AsyncGenerator<RecordPage> {
    // No page: its source has nothing new.
  }
}
