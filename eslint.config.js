import js from '@eslint/js';
import importX from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Which rooms a room may not import from (DESIGN.md, "The rooms"): imports run one way. */
const walls = [
  {
    target: './domain',
    from: ['./db', './electron', './renderer', './county', './scripts', './tests'],
  },
  { target: './db', from: ['./electron', './renderer', './county', './scripts', './tests'] },
  { target: './electron', from: ['./renderer', './county', './scripts', './tests'] },
  { target: './county', from: ['./db', './electron', './renderer', './scripts', './tests'] },
  { target: './renderer', from: ['./db', './county', './scripts', './tests'] },
  {
    target: './renderer',
    from: './electron',
    except: ['./contract'],
  },
  // The station's services must run under both shells, so they never see Electron's own files.
  {
    target: ['./electron/station', './electron/contract'],
    from: ['./electron/main.ts', './electron/preload.ts', './electron/browser.ts', './electron/shell'],
  },
];

export default tseslint.config(
  { ignores: ['node_modules', 'out', 'data', 'test-results', 'tests/bench/peers'] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './domain/tsconfig.json', './renderer/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver': { node: { extensions: ['.ts', '.tsx', '.js'] } } },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones: walls }],
      // Packages have their own makers; PGlite's bundle is more than the parser can take.
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'max-lines': ['error', { max: 320, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // The non-null assertion it asks for is itself forbidden.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: [
      'electron/station/**',
      'electron/contract/**',
      'electron/scanner/**',
      'db/**',
      'county/**',
      'renderer/**',
      'domain/**',
    ],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'electron', message: 'Only the Electron shell may.' }] },
      ],
    },
  },
  {
    files: ['domain/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['node:*', 'electron', 'react*'], message: 'domain/ is pure.' }] },
      ],
    },
  },
  { files: ['renderer/**'], ...reactHooks.configs.flat['recommended-latest'] },
  { files: ['scripts/**', 'tests/bench/**'], rules: { 'no-console': 'off' } },
  { files: ['**/*.js', '**/*.mjs'], ...tseslint.configs.disableTypeChecked },
);
