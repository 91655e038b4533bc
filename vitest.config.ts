import { defineConfig } from 'vitest/config';

/** End-to-end tests whose signals come at moments of a clock, or that measure: nothing else runs beside them. */
const alone = ['example', 'interrupted', 'layout-processes', 'sbom-refused'].map((name) => `test/e2e/${name}.test.ts`);
const patience = { testTimeout: 300_000, hookTimeout: 600_000 };

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
            'test/conformance/**/*.test.ts',
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
          include: ['test/e2e/**/*.test.ts'],
          exclude: alone,
          ...patience,
          maxWorkers: '100%',
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'alone',
          include: ['test/interop/**/*.test.ts', 'test/fuzz/**/*.test.ts', ...alone],
          ...patience,
          // They also share images and daemons.
          fileParallelism: false,
          globalSetup: ['test/interop/run-folder.ts'],
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
