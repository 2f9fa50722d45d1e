import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{core,platform,modules,connectors,apps,county,banks,test}/**/*.test.ts'],
    exclude: ['test/journeys/**', 'node_modules/**'],
    globalSetup: ['platform/postgres/test-run.ts'],
    setupFiles: ['test/seed.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    pool: 'forks',
  },
});
