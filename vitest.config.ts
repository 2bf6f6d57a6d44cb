import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup/build-fixtures.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Two workers: the tests start real servers and indexing children beside themselves.
    maxWorkers: 2,
  },
});
