import type { FlowBootstrap, FlowPreview, FlowStatus } from '../../../src/ui/sync-flow/api/contract.js';

export const bootstrap = (change: Partial<FlowBootstrap> = {}): FlowBootstrap => ({
  session: {
    id: 'fs_1',
    view: 'auto',
    scopes: ['config:read', 'config:write', 'status:read', 'action:pause', 'action:sync_now'],
    readOnly: false,
    features: {},
    expiresAt: '2026-11-22T17:00:00.000Z',
    locale: null,
    timeZone: null,
    redirectUrl: null,
    allowedOrigins: [],
  },
  app: { name: 'Acme POS', branding: { theme: {}, logoUrl: null } },
  company: { name: 'Corner Shop' },
  source: { platform: 'rest', name: 'Till', state: 'linked' },
  target: null,
  text: {},
  options: {
    models: [
      { name: 'orders', title: 'Sales', description: null, required: true },
      { name: 'fees', title: 'Fees', description: null, required: false },
    ],
    frequencies: ['Daily'],
    syncHour: { editable: true },
  },
  constraints: { startDate: { min: '2020-01-01', max: '2030-12-31', locked: false } },
  defaults: {
    models: ['fees'],
    selectedFrequency: 'Daily',
    interval: null,
    startDate: '2026-10-01',
    syncHour: 0,
    timeZone: null,
  },
  configuration: null,
  version: null,
  status: null,
  ...change,
});

export const CONFIGURED = {
  models: ['orders'],
  selectedFrequency: 'Daily',
  interval: null,
  startDate: '2026-10-01',
  syncHour: 0,
  timeZone: 'Europe/London',
} as const;

export const status: FlowStatus = {
  state: 'on_schedule',
  coveredThrough: null,
  nextDueAt: null,
  expectedStart: null,
  running: null,
  recent: [],
  attention: null,
  pausedAt: null,
  typicalDelayMinutes: null,
  timeZone: null,
  syncHour: null,
};

export const preview = (fingerprint = 'a'): FlowPreview => ({
  configuration: CONFIGURED,
  periods: [],
  warnings: [],
  resentPeriods: 0,
  typicalDelayMinutes: null,
  fingerprint,
});
