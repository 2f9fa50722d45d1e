import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/journeys/**/*.journey.ts'],
    globalSetup: ['platform/postgres/test-run.ts'],
    testTimeout: 180_000,
    hookTimeout: 300_000,
    // One bank, one server: the journeys share it.
    fileParallelism: false,
    pool: 'forks',
    passWithNoTests: false,
  },
});
