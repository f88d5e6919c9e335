import tseslint from 'typescript-eslint';
import jest from 'eslint-plugin-jest';
import prettier from 'eslint-config-prettier';

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', 'cdktf.out/', 'coverage/', '.cache/'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.mjs', 'jest.config.js'] },
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
          paths: [
            {
              name: '@cdktf/provider-aws',
              message: 'Import @cdktf/provider-aws/lib/<resource>: the barrel takes 5 s and 750 MB.',
            },
            {
              name: '@cdktf/provider-random',
              message: 'Import @cdktf/provider-random/lib/<resource>, never the barrel.',
            },
          ],
          // `@cdktf/provider-aws/lib` itself is a barrel too.
          patterns: [
            { regex: '^@cdktf/provider-[a-z]+/lib(/index)?$', message: 'Import one resource, not the barrel.' },
          ],
        },
      ],
    },
  },
  {
    files: ['constructs/**/*.ts', 'stacks/**/*.ts'],
    rules: {
      // Synthesis is a pure function of the environment files.
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Constructs read their props, never the process environment.' },
        { object: 'Date', property: 'now', message: 'Synthesis must not depend on the clock.' },
        { object: 'Math', property: 'random', message: 'Synthesis must not depend on randomness.' },
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
    files: ['**/*.mjs', '**/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  prettier,
);
