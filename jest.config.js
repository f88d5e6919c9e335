require('./scripts/quiet-sdk.cjs');

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // By default jest leaves one core idle, which on two cores is every second one.
  maxWorkers: '100%',
  // Servers and bundlers take their time where all cores are busy; what hangs is found all the same.
  testTimeout: 30_000,
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  // Eight minutes are what `npm test` may take on two cores; the rest is `npm run test:long`.
  testPathIgnorePatterns: ['/node_modules/', '\\.long\\.test\\.ts$'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdktf.out/'],
  // Published as ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!jose/)'],
  transform: {
    '/node_modules/jose/.+\\.js$': ['@swc/jest', { jsc: { target: 'es2022' }, module: { type: 'commonjs' } }],
    '^.+\\.sql$': '<rootDir>/scripts/jest-text-transform.js',
    '^.+\\.[cm]?ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
};
