import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Two cores: more workers than that only make waits longer.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/{domain,architecture}/**/*.test.ts', 'test/ui/unit/**/*.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'database',
          include: ['test/{storage,api,worker,contract,chaos}/**/*.test.ts'],
          globalSetup: ['test/support/cluster.ts'],
        },
      },
      {
        extends: true,
        test: { name: 'ui', include: ['test/ui/*.test.ts'], globalSetup: ['test/support/cluster.ts'] },
      },
    ],
  },
});
