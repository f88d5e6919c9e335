import tseslint from 'typescript-eslint';
import jest from 'eslint-plugin-jest';
import prettier from 'eslint-config-prettier';

// A provider's barrel loads every resource there is, by whichever of its paths.
const BARREL = '^@cdktf/provider-[a-z0-9-]+(/lib)?/?(index(\\.[cm]?[jt]s)?)?$';
const BARREL_MESSAGE = 'Import @cdktf/provider-<name>/lib/<resource>: the barrel takes 5 s and 750 MB.';
const BARREL_PATTERN = { regex: BARREL, message: BARREL_MESSAGE };
// In a selector's regular expression every slash is escaped.
const BARREL_IN_SELECTOR = `/${BARREL.replaceAll('/', '\\u002F')}/`;
const NO_BARREL_SYNTAX = [
  `ImportExpression[source.value=${BARREL_IN_SELECTOR}]`,
  `CallExpression[callee.name='require'][arguments.0.value=${BARREL_IN_SELECTOR}]`,
].map((selector) => ({ selector, message: BARREL_MESSAGE }));

// Synthesis is a pure function of the environment files: the same files give the same JSON, anywhere and at any time.
const CLOCK = 'Synthesis must not depend on the clock.';
const RANDOM = 'Synthesis must not depend on randomness.';
const MACHINE = 'Constructs read their props, never the process, its environment or its machine.';
const IMPURE_GLOBALS = [
  { name: 'Date', message: CLOCK },
  { name: 'performance', message: CLOCK },
  { name: 'crypto', message: RANDOM },
  // Everything above can be had through these too.
  { name: 'globalThis', message: MACHINE },
  { name: 'global', message: MACHINE },
];
const IMPURE_MODULES = ['process', 'perf_hooks', 'crypto', 'os'].flatMap((module) => [module, `node:${module}`]);
/** What is pure of these modules, or needed to bundle functions; named, so that the rest stays out. */
const PURE_IMPORTS = { crypto: ['createHash', 'X509Certificate'], os: ['tmpdir'] };
const IMPURE_IMPORTS = IMPURE_MODULES.map((name) => {
  const allowImportNames = PURE_IMPORTS[name.replace('node:', '')];
  const message = `${MACHINE} No clock and no randomness either.`;
  return allowImportNames === undefined ? { name, message } : { name, allowImportNames, message };
});

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', 'cdktf.out/', 'coverage/', '.cache/'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.mjs', 'jest.config.js', 'scripts/*.cjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/strict-boolean-expressions': ['error', { allowNumber: false, allowString: false }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-restricted-imports': [
        'error',
        {
          patterns: [BARREL_PATTERN],
        },
      ],
      'no-restricted-syntax': ['error', ...NO_BARREL_SYNTAX],
    },
  },
  {
    files: ['constructs/**/*.ts', 'stacks/**/*.ts', 'environments/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { paths: IMPURE_IMPORTS, patterns: [BARREL_PATTERN] }],
      'no-restricted-globals': ['error', ...IMPURE_GLOBALS, { name: 'process', message: MACHINE }],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: RANDOM }],
      'no-restricted-syntax': [
        'error',
        ...NO_BARREL_SYNTAX,
        {
          selector: 'ImportExpression',
          message: 'Synthesis is synchronous: import at the top, where it can be checked.',
        },
      ],
    },
  },
  {
    // Bundles functions in a process of its own, with the same Node.js, and removes its temporary folder at the end.
    files: ['constructs/compute/function-bundler.ts'],
    rules: {
      'no-restricted-globals': ['error', ...IMPURE_GLOBALS],
      'no-restricted-syntax': [
        'error',
        ...NO_BARREL_SYNTAX,
        { selector: 'ImportExpression', message: MACHINE },
        {
          selector: "Identifier[name='process']:not(MemberExpression[property.name=/^(execPath|once)$/] > Identifier)",
          message: MACHINE,
        },
      ],
    },
  },
  {
    files: ['__tests__/**/*.ts'],
    ...jest.configs['flat/recommended'],
    rules: {
      ...jest.configs['flat/recommended'].rules,
      'jest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*'] }],
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs', '**/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  prettier,
);
