// What may import what (docs/architecture.md, "Imports point one way"). The rules hold for imports of types, too.

/**
 * The folders of src/, top first. A folder may import from rows below its own and from itself; never from
 * a row above, never from a neighbour in its row.
 */
const rows = [
  ['flower'],
  ['remote'],
  ['applications'],
  ['utils'],
  ['models'],
  ['capture'],
  ['layers', 'metrics', 'optimizers', 'callbacks', 'datasets', 'io'],
  ['activations', 'initializers', 'regularizers', 'constraints', 'losses'],
  ['data'],
  ['ops'],
  ['autodiff', 'random'],
  ['tensor'],
  ['runtime'],
  ['pictures'],
  ['wasm', 'places', 'workers'],
  ['formats'],
  ['config', 'terminal'],
];

const folder = (...names) => `^src/(${names.join('|')})/`;

/** The element types of tensors are names, in which formats tell what a file holds. */
const elementTypes = { pathNot: '^src/tensor/dtype\\.ts$' };

const oneWay = rows.flatMap((row, depth) =>
  row.map((name) => {
    const above = rows.slice(0, depth).flat();
    const beside = row.filter((neighbour) => neighbour !== name);
    return {
      name: `${name}-imports-only-from-below`,
      severity: 'error',
      comment: 'Imports point one way: see the rows at the top of .dependency-cruiser.cjs.',
      from: { path: folder(name) },
      to: { path: folder(...above, ...beside, '\\.'), ...(name === 'formats' ? elementTypes : {}) },
    };
  }),
);

module.exports = {
  forbidden: [
    ...oneWay,
    {
      name: 'every-folder-has-a-row',
      severity: 'error',
      comment:
        'A new folder of src/ takes its place in the rows at the top of .dependency-cruiser.cjs.',
      from: { path: '^src/[^/]+/', pathNot: folder(...rows.flat()) },
      to: {},
    },
    {
      name: 'formats-know-bytes-and-arrays',
      severity: 'error',
      comment:
        'No tensor, no model and no place, not even their types. What a file holds is told in the element types of ' +
        'tensors, which are names.',
      from: { path: folder('formats') },
      to: {
        path: '^src/',
        pathNot: [folder('formats', 'config'), '^src/(errors|tensor/dtype)\\.ts$'],
      },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment:
        'Of types neither. What is loaded on demand may import what asks for it: that is there by then.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['dynamic-import'] } },
    },
    {
      name: 'chunks-come-later',
      severity: 'error',
      comment:
        'What pages load on demand (scripts/build/chunks.mjs) is imported by nothing but its chunk: else the package would have it twice.',
      from: {
        path: '^src/',
        pathNot:
          '^src/(capture|models/training/loops|runtime/pool|runtime/worker\\.ts|at-once\\.ts)',
      },
      to: {
        path: '^src/(capture|models/training/loops|runtime/pool)/',
        pathNot: '/chunk\\.ts$',
        dependencyTypesNot: ['type-only', 'dynamic-import'],
      },
    },
    {
      name: 'index-is-for-users',
      severity: 'error',
      comment: 'src/index.ts is the public face; inside src/ import the file that holds the thing.',
      from: { path: '^src/' },
      to: { path: '^src/index\\.ts$' },
    },
    {
      name: 'only-platform-imports-node',
      severity: 'error',
      comment: 'Everything else must run in a browser.',
      from: { path: '^src/', pathNot: '/platform\\.[^/]*$' },
      to: { dependencyTypes: ['core'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-dependencies-at-run-time',
      severity: 'error',
      comment:
        'The package depends on nothing but, for some pictures, on optional peers; the AssemblyScript loader is bundled into it, through wasm/, and the CSV ' +
        'parser, the layout of graphs and the encoding of protobuf, through formats/csv/parser, utils/graph-layout and ' +
        'flower/protobuf.',
      from: { path: '^src/' },
      to: {
        path: 'node_modules/',
        pathNot:
          'node_modules/(@assemblyscript/loader|@bufbuild/protobuf|@dagrejs/dagre|(@types/)?papaparse|@jsquash/(jpeg|webp))/',
      },
    },
    {
      name: 'only-peers-imports-optional-peers',
      severity: 'error',
      comment: 'Bundlers must see that the packages may be missing: import() within try.',
      from: {
        path: '^src/',
        pathNot: '^src/(pictures/peers\\.ts|utils/pictures/picture-worker\\.js)$',
      },
      to: { path: 'node_modules/@jsquash/' },
    },
    {
      name: 'only-csv-imports-the-parser',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/formats/csv/parser\\.ts$' },
      to: { path: 'node_modules/(@types/)?papaparse/' },
    },
    {
      name: 'only-flower-imports-protobuf',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/flower/protobuf\\.ts$' },
      to: { path: 'node_modules/@bufbuild/' },
    },
    {
      name: 'only-plots-import-the-layout',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/utils/graph-layout\\.ts$' },
      to: { path: 'node_modules/@dagrejs/' },
    },
    {
      name: 'only-wasm-imports-the-loader',
      severity: 'error',
      from: { path: '^src/', pathNot: folder('wasm') },
      to: { path: 'node_modules/@assemblyscript/' },
    },
    {
      name: 'src-stands-alone',
      severity: 'error',
      comment:
        'Of assembly/ the sources share only tuning.ts and codes, which the build writes in part.',
      from: { path: '^src/' },
      to: {
        path: '^(test|bench|examples|scripts|assembly|dist)/',
        pathNot: '^assembly/(codes|tuning|generated/unary-op)\\.ts$',
      },
    },
    {
      name: 'references-do-not-import-what-they-check',
      severity: 'error',
      comment: 'Expected numbers come from outside the code under test.',
      from: { path: '^(test|bench)/reference/' },
      to: { path: '^(src|dist|assembly)/' },
    },
    {
      name: 'examples-use-the-public-api',
      severity: 'error',
      from: { path: '^examples/' },
      to: {
        path: '^src/',
        pathNot: '^src/(index|(applications|flower|remote)/index|io/\\w+)\\.ts$',
      },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment:
        'Absolute paths are URLs of the server that the browser tests start. bench/peers is a package of its own, ' +
        'whose dependencies are there only when it is to be run; test/package runs in a project of its own.',
      from: { pathNot: '^(bench/peers|test/package)/' },
      to: { couldNotResolve: true, pathNot: '^/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(build|dist|coverage|examples/browser)/' },
    tsPreCompilationDeps: true,
    skipAnalysisNotInRules: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
