export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  globalSetup: '<rootDir>/test/harness/setup.ts',
  globalTeardown: '<rootDir>/test/harness/teardown.ts',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'nodenext' },
      },
    ],
  },
  maxWorkers: 2,
  testTimeout: 120_000 + 3_000 * Number(process.env.FC_RUNS ?? 0),
};
