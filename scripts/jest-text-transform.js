// SQL files are text in the functions' bundles (scripts/bundle-function.mjs), so they are in tests.
module.exports = {
  process: (text) => ({ code: `exports.__esModule = true; exports.default = ${JSON.stringify(text)};` }),
};
