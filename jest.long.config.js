const config = require('./jest.config.js');

/**
 * What needs real servers for long: every crash of a rotation or a migration, the fence under load, replication both ways.
 * @type {import('jest').Config}
 */
module.exports = {
  ...config,
  testMatch: ['<rootDir>/__tests__/**/*.long.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
