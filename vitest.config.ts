import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'src/**/*.test.ts',
            'tools/**/*.test.ts',
            'test/contracts/**/*.test.ts',
            'test/formats/**/*.test.ts',
          ],
          // One process for each processor, not for each file.
          isolate: false,
          maxWorkers: '100%',
          setupFiles: ['test/each-file.ts'],
          // What is quadratic takes longer, also on a busy machine.
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts', 'test/interop/**/*.test.ts', 'test/fuzz/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          fileParallelism: false,
          globalSetup: ['test/interop/run-folder.ts'],
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
