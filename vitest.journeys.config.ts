import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/journeys/**/*.journey.ts'],
    globalSetup: ['platform/postgres/test-run.ts'],
    testTimeout: 180_000,
    hookTimeout: 300_000,
    // Each file has a bank, a server and a browser of its own; two at a time is what two cores carry.
    maxWorkers: 2,
    pool: 'forks',
    passWithNoTests: false,
  },
});
