// What prettier, tsc and dependency-cruiser do not see: strict typing rules, the size of a file, and which
// folder may name which global. Import directions are in .dependency-cruiser.cjs.
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { hideDecorators } from './scripts/format/assemblyscript-syntax.mjs';

/** assembly/ for the rules that need no types (asc checks those): decorators are comments to the parser. */
const assemblyscriptParser = {
  meta: { name: 'assemblyscript' },
  parseForESLint: (source, options) =>
    tseslint.parser.parseForESLint(hideDecorators(source), options),
};

/** The file that will exist at run time is the one that an import names. */
const importsEndInJs = {
  selector:
    ':matches(ImportDeclaration, ExportNamedDeclaration, ExportAllDeclaration)[source.value=/^\\.{1,2}\\u002F(?!.*\\.m?js$)/]',
  message: 'A relative import ends in “.js” or “.mjs”.',
};

/** Forbids naming `names`, as values and as the left part of a type. */
function forbidNames(names, message) {
  return {
    globals: names.map((name) => ({ name, message })),
    types: {
      selector: `TSQualifiedName > Identifier.left[name=/^(${names.join('|')})$/]`,
      message,
    },
  };
}

const webAssembly = forbidNames(
  ['WebAssembly'],
  'Only src/engine/wasm/ names WebAssembly: import what you need from there.',
);
const threads = forbidNames(
  ['Worker', 'Atomics', 'MessageChannel'],
  'Only src/engine/runtime/ names threads: kernels run through the runtime.',
);
const node = forbidNames(
  ['process', 'Buffer', 'require', 'global', '__dirname', '__filename', 'setImmediate'],
  'Only platform.* knows Node: put this behind a platform function.',
);

const HOST_CLASSES = [
  'Object|Function|Array|Promise|Map|Set|WeakMap|WeakSet|Date|RegExp|DOMException',
  '(Aggregate|Eval|Range|Reference|Syntax|Type|URI)?Error',
  '(Shared)?ArrayBuffer|DataView|Buffer|(Big)?(Int|Uint)\\d+(Clamped)?Array|Float\\d+Array',
  'URL|URLSearchParams|Blob|File|FileList|Request|Response|Headers|AbortSignal|Event',
  '(Readable|Writable|Transform)Stream',
];

/** Under Jest, in vm contexts and in frames, what comes from the host or the user is of another realm's classes. */
const brandsNotClasses = {
  selector: `BinaryExpression[operator="instanceof"]:matches([right.name=/^(${HOST_CLASSES.join('|')})$/], [right.property.name="Module"])`,
  message: 'A value may be of another realm: see src/config/describe-value.ts.',
};

/** The rules for files of src/ that may not name any of `restrictions`. */
function mayNotName(...restrictions) {
  return {
    'no-restricted-globals': ['error', ...restrictions.flatMap(({ globals }) => globals)],
    'no-restricted-syntax': [
      'error',
      importsEndInJs,
      brandsNotClasses,
      ...restrictions.map(({ types }) => types),
    ],
  };
}

export default defineConfig(
  globalIgnores([
    'dist/',
    'build/',
    'coverage/',
    'src/**/generated/',
    'assembly/generated/',
    'src/engine/runtime/worker.js',
    'src/extras/remote/training-worker.js',
    'src/extras/utils/pictures/picture-worker.js',
    'bench/peers/',
    'test/package/tasks/',
    'examples/browser/*',
    '!examples/browser/test/',
    // Its packages are its own; `npm run site` checks its types.
    'site/*',
    '!site/scripts/',
    '!site/test/',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    rules: {
      'max-lines': ['error', { max: 400 }],
      'no-console': 'error',
      'no-constant-binary-expression': 'error',
      'no-debugger': 'error',
      'no-fallthrough': 'error',
      'no-unneeded-ternary': 'error',
      'no-useless-return': 'error',
      'prefer-const': 'error',
    },
  },
  {
    // Core classes, which parts would only tear apart.
    files: [
      'src/nn/layers/core/layer.ts',
      'src/nn/models/model.ts',
      'src/nn/models/sequential.ts',
      'src/nn/optimizers/optimizer.ts',
    ],
    rules: { 'max-lines': ['error', { max: 600 }] },
  },

  // TypeScript with all that the types know.
  {
    files: ['**/*.ts'],
    ignores: ['assembly/**'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'object-shorthand': 'error',
      'no-restricted-syntax': ['error', importsEndInJs],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        // A tensor prints as NumPy prints an array.
        { allowNumber: true, allowBoolean: true, allow: [{ from: 'file', name: 'Tensor' }] },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // An empty string counts as none where `||` says so.
      '@typescript-eslint/prefer-nullish-coalescing': [
        'error',
        { ignorePrimitives: { string: true } },
      ],
      // Arguments are checked where they enter, whatever their types say: callers may be plain JavaScript.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Hooks that do nothing until a subclass overrides them.
      // An interface that only extends: the options of a class, under the name by which users know them.
      '@typescript-eslint/no-empty-object-type': [
        'error',
        { allowInterfaces: 'with-single-extends' },
      ],
      '@typescript-eslint/no-empty-function': ['error', { allow: ['methods', 'overrideMethods'] }],
      // A getter may be overridden by a getter that computes; a field may not.
      '@typescript-eslint/class-literal-property-style': 'off',
      // `async` without `await` makes a rejection of what is thrown, as a caller of an async API expects.
      '@typescript-eslint/require-await': 'off',
      // A fifth of the time of all rules together, for what tsc nearly always finds itself.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      // Asks for `!`, which another rule forbids.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
    },
  },

  // A kernel owns nothing: its only state is what its arguments point to.
  {
    files: ['assembly/**/*.ts'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: { parser: assemblyscriptParser },
    rules: {
      // All functions of an element share one signature.
      '@typescript-eslint/no-unused-vars': ['error', { args: 'none' }],
      'no-restricted-syntax': [
        'error',
        {
          selector:
            ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration[kind!="const"]',
          message: 'A kernel holds no mutable global: threads share memory, not globals.',
        },
        {
          selector:
            ':matches(NewExpression, TemplateLiteral, :not(CallExpression[callee.object.name="memory"]) > ArrayExpression)',
          message: 'A kernel makes no managed object: nothing collects it. Tables are memory.data.',
        },
      ],
    },
  },

  // Which names may be used where inside src/.
  {
    files: ['src/**/*.ts'],
    rules: {
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: false, skipComments: false }],
      ...mayNotName(webAssembly, threads, node),
      'no-restricted-properties': [
        'error',
        {
          object: 'Math',
          property: 'random',
          message: 'Random numbers are seeded: see src/engine/random/.',
        },
      ],
    },
  },
  { files: ['src/engine/wasm/**/*.ts'], rules: mayNotName(threads, node) },
  { files: ['src/engine/runtime/**/*.ts'], rules: mayNotName(webAssembly, node) },
  { files: ['src/**/platform{,.*}.ts'], rules: mayNotName(webAssembly, threads) },
  {
    // Pauses are messages to the thread itself.
    files: [
      'src/{engine/runtime/**,extras/remote}/platform{,.*}.ts',
      'src/nn/training/loops/pause.ts',
    ],
    rules: mayNotName(webAssembly),
  },
  {
    // Names of temporary files, and the seed where none was given.
    files: ['src/**/platform{,.*}.ts', 'src/engine/random/seed-generator.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/{engine/{runtime,tensor,ops,random},nn/optimizers}/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/runtime/*.js'],
              importNames: ['currentRuntime'],
              message: 'Only tensor/, ops/, random/ and optimizers/ run kernels: call an op.',
            },
          ],
        },
      ],
    },
  },

  // Programs speak on the terminal.
  {
    files: [
      'bench/**',
      'examples/**',
      'scripts/**',
      'site/**',
      'test/browser/**',
      'test/oracles/**',
      'test/package/**',
    ],
    rules: { 'no-console': 'off' },
  },

  // Inner loops over typed arrays: the loop's bound is the check; `?? 0` would be one an element.
  {
    files: ['bench/reference/**/*.ts', 'test/reference/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
);
