// `node --require ./scripts/sql-as-text.cjs --import tsx …`: SQL files are text, as in the functions' bundles
// (scripts/bundle-function.mjs) and in tests (scripts/jest-text-transform.js).
const { readFileSync } = require('node:fs');
const Module = require('node:module');

Module._extensions['.sql'] = (module, path) => {
  module.exports = { __esModule: true, default: readFileSync(path, 'utf8') };
};
