// What may import what (docs/architecture.md, "Imports point one way"). The rules hold for imports of types, too.

/**
 * The houses of src/ from the ground up, and the folders of each, in rows from the ground up. What is imported lies in a house
 * below, or in the same house in a row below or in the same folder.
 */
const houses = {
  config: [],
  files: [['formats'], ['locations']],
  engine: [['wasm', 'workers'], ['runtime'], ['tensor'], ['random', 'autodiff'], ['ops']],
  nn: [
    ['data'],
    ['activations', 'initializers', 'regularizers', 'constraints', 'losses'],
    ['layers', 'metrics', 'optimizers', 'callbacks'],
    ['capture'],
    ['training'],
    ['models'],
    ['saving'],
  ],
  extras: [
    ['datasets', 'pictures', 'operator-graphs'],
    ['utils'],
    ['applications'],
    ['vis'],
    ['remote'],
    ['flower', 'tuner', 'onnx', 'tensorflow', 'compile'],
  ],
};

const names = Object.keys(houses);
const folder = (...paths) => `^src/(${paths.join('|')})/`;

/**
 * What users import, and what they import for its effects: no house knows them. The module of the worker in which models train is
 * an entry point as well, but lies beside what starts it, as in the package.
 */
const ENTRIES = '^src/(io/|cli/|(?!errors\\.ts)[^/]+$)';

/** A house imports from the houses below it, and from errors.ts. */
const ofHouses = names.map((house, floor) => ({
  name: `${house}-imports-only-from-below`,
  severity: 'error',
  comment: 'Imports point down: see the houses at the top of .dependency-cruiser.cjs.',
  from: { path: folder(house), pathNot: '^src/extras/remote/training-worker\\.ts$' },
  to: { path: [folder(...names.slice(floor + 1)), ENTRIES].join('|') },
}));

/** Within a house a folder imports from the rows below its own. */
const ofFolders = names.flatMap((house) =>
  houses[house].flatMap((row, depth) =>
    row.map((name) => {
      const others = [...houses[house].slice(depth + 1).flat(), ...row].filter(
        (one) => one !== name,
      );
      const to = others.map((one) => `${house}/${one}`);
      return {
        name: `${house}-${name}-imports-only-from-below`,
        severity: 'error',
        comment:
          'Imports point down: see the rows of the house at the top of .dependency-cruiser.cjs.',
        from: { path: folder(`${house}/${name}`) },
        to: { path: to.length > 0 ? folder(...to) : '^$' },
      };
    }),
  ),
);

module.exports = {
  forbidden: [
    ...ofHouses,
    ...ofFolders,
    {
      name: 'every-folder-has-a-place',
      severity: 'error',
      comment: 'A new folder takes its place in a house at the top of .dependency-cruiser.cjs.',
      from: {
        path: '^src/[^/]+/',
        pathNot: folder(
          'config',
          'cli',
          'io',
          ...names.flatMap((house) => houses[house].flat().map((name) => `${house}/${name}`)),
        ),
      },
      to: {},
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Imports of types and those on demand counted.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'chunks-come-later',
      severity: 'error',
      comment:
        'What pages load on demand (scripts/build/chunks.mjs) is imported by nothing but its chunk: else the package would have it twice.',
      from: {
        path: '^src/',
        pathNot:
          '^src/(nn/capture|nn/training/loops|engine/runtime/pool|extras/onnx/writing|extras/tensorflow|engine/runtime/worker\\.ts|at-once\\.ts)',
      },
      to: {
        path: '^src/(nn/capture|nn/training/loops|engine/runtime/pool|extras/onnx/writing|extras/tensorflow)/',
        pathNot: '/chunk\\.ts$',
        dependencyTypesNot: ['type-only', 'dynamic-import'],
      },
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
        'The package depends on nothing but, for some pictures, on optional peers, and so do charts; the AssemblyScript loader is bundled into it, through wasm/, and the CSV ' +
        'parser, the layout of graphs and the encoding of protobuf, through formats/csv/parser, utils/graph-layout and ' +
        'formats/protobuf.',
      from: { path: '^src/' },
      to: {
        path: 'node_modules/',
        pathNot:
          'node_modules/(@assemblyscript/loader|@bufbuild/protobuf|@dagrejs/dagre|(@types/)?papaparse|@jsquash/(jpeg|webp)|@resvg/resvg-wasm|vega|vega-lite|vega-[a-z]+)/',
      },
    },
    {
      name: 'only-peers-imports-optional-peers',
      severity: 'error',
      comment: 'Bundlers must see that the packages may be missing: import() within try.',
      from: {
        path: '^src/',
        pathNot: '^src/extras/(pictures/peers\\.ts|utils/pictures/picture-worker\\.js)$',
      },
      to: { path: 'node_modules/@jsquash/' },
    },
    {
      name: 'only-peers-of-charts-import-vega',
      severity: 'error',
      comment: 'Bundlers must see that the packages may be missing: import() within try.',
      from: { path: '^src/', pathNot: '^src/extras/vis/peers\\.ts$' },
      to: { path: 'node_modules/(@resvg|vega)' },
    },
    {
      name: 'only-csv-imports-the-parser',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/files/formats/csv/parser\\.ts$' },
      to: { path: 'node_modules/(@types/)?papaparse/' },
    },
    {
      name: 'only-protobuf-imports-the-library',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/files/formats/protobuf\\.ts$' },
      to: { path: 'node_modules/@bufbuild/' },
    },
    {
      name: 'only-plots-import-the-layout',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/extras/utils/graph-layout\\.ts$' },
      to: { path: 'node_modules/@dagrejs/' },
    },
    {
      name: 'only-wasm-imports-the-loader',
      severity: 'error',
      from: { path: '^src/', pathNot: folder('engine/wasm') },
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
        pathNot: '^src/(index|applications|flower|remote|tuner|vis|io/\\w+)\\.ts$',
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
