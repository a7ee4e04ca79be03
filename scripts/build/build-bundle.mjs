// The package for Node and for pages without a bundler: few files, since each is a request. The code that entry points need at once
// is in one chunk that all share, `lanegrad`, so that there is one `Tensor` however a program imports. Code that is loaded on demand
// is in separate chunks.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { transform } from 'esbuild';
import { rolldown } from 'rolldown';

const modules = path.resolve('dist/modules/src');

/** Flat, so that all chunks are in one folder and `./worker.js` is right in whichever chunk contains the pool. */
const entries = {
  index: 'index.js',
  core: 'core.js',
  applications: 'applications.js',
  'command-line': 'command-line.js',
  compile: 'compile.js',
  flower: 'flower.js',
  'io-keras': 'io/keras.js',
  'io-npz': 'io/npz.js',
  'io-onnx': 'io/onnx.js',
  'io-safetensors': 'io/safetensors.js',
  'io-tfjs': 'io/tfjs.js',
  'picture-worker': 'extras/utils/pictures/picture-worker.js',
  remote: 'remote.js',
  tuner: 'tuner.js',
  vis: 'vis.js',
  'training-worker': 'extras/remote/training-worker.js',
};

/** Locations and simple formats, but for what is loaded when a location or a file asks for it. */
const filesOfAllKinds =
  /[\\/]src[\\/]files[\\/](formats[\\/](?!hdf5|keras|tfjs|csv|pictures)|locations[\\/](?!model|stores[\\/](indexed|local)))/;

/** What is large and loaded on demand is in the package once: the bundle imports the modules that hold it. */
const shared = /\/datasets\/.+-data\.js$|\/generated\/simd-relaxed\.js$|\/csv\/parser\.js$/;
const sharedModules = {
  name: 'shared-modules',
  resolveId(id, importer) {
    if (importer === undefined || !id.startsWith('.')) return undefined;
    const file = path.resolve(path.dirname(importer), id);
    const fromDist = `./${path.relative('dist', file).split(path.sep).join('/')}`;
    return shared.test(fromDist) ? { id: fromDist, external: true } : undefined;
  },
};

/** Chunks that only pages wait for are there from the start: the bundle is few files, and a program in Node may run in one go. */
const chunksAtOnce = {
  name: 'chunks-at-once',
  transform(code, file) {
    if (file !== path.join(modules, 'core.js')) return undefined;
    // On the first line, so that the map stays right.
    return { code: `import './at-once.js'; ${code}`, map: null };
  },
};

/** The modules with the maps that TypeScript wrote beside them. */
const sourceMaps = {
  name: 'source-maps',
  load(file) {
    if (!existsSync(`${file}.map`)) return undefined;
    return { code: readFileSync(file, 'utf8'), map: readFileSync(`${file}.map`, 'utf8') };
  },
};

/**
 * Writes `dist/*.js` with maps to the sources. The maps hold the sources' text, as the package has no `src`: so an error
 * shows its line, and debuggers have something to open.
 */
export async function buildBundle() {
  const bundle = await rolldown({
    input: Object.fromEntries(
      Object.entries(entries).map(([name, file]) => [name, path.join(modules, file)]),
    ),
    platform: 'neutral',
    // Optional peers.
    external: /^(@jsquash\/|@resvg\/|vega(-lite)?$)/,
    plugins: [sharedModules, sourceMaps, chunksAtOnce],
    makeAbsoluteExternalsRelative: false,
    preserveEntrySignatures: 'strict',
    // What a bundler warns of here, bundlers of programs warn of too.
    onwarn({ message }) {
      // What the bundle holds from the start, and pages load: `chunksAtOnce`.
      if (/INEFFECTIVE_DYNAMIC_IMPORT.*\/chunk\.js/.test(message)) return;
      throw new Error(message);
    },
  });
  const { output } = await bundle.generate({
    dir: 'dist',
    format: 'esm',
    sourcemap: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    comments: { legal: true },
    // Names stay, so that stack traces can be read: also those of two classes that share one, as a loss and its metric.
    minify: {
      compress: true,
      mangle: { toplevel: false, keepNames: true },
      codegen: { removeWhitespace: false },
    },
    minifyInternalExports: false,
    keepNames: true,
    codeSplitting: {
      groups: [
        // The program `lanegrad/core` with all that it imports at once, and what loads the chunk of `lanegrad` that it does not have.
        { name: 'lanegrad', test: /[\\/]src[\\/](core|extras[\\/]tensorflow[\\/]chunk)\.js$/ },
        // What most files need: one request, where each set of readers and writers would have chunks of its own.
        { name: 'files', test: filesOfAllKinds },
      ],
    },
  });
  await bundle.close();
  mkdirSync('dist', { recursive: true });
  const chunks = output.filter(({ type }) => type === 'chunk');
  await Promise.all(chunks.map(writeChunk));
}

/** Writes a chunk and, if it has code of its own, its map. */
async function writeChunk({ fileName, code, map }) {
  const file = path.join('dist', fileName);
  const small = await withoutBlanks(code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'), map);
  writeFileSync(file, small.code + (map === null ? '' : `//# sourceMappingURL=${fileName}.map\n`));
  if (map !== null) writeFileSync(`${file}.map`, small.map);
}

/** Node prints the line of an error that is not caught, so lines must not become long. */
async function withoutBlanks(code, map) {
  // esbuild would give the inner of two equal names another, which stack traces then show. The map stays right: it is
  // the name of a class that is left out, at the beginning of a line.
  const named = code.replaceAll(/(?<![\w$.])([\w$]+) = class \1(?![\w$])/g, '$1 = class');
  const options = {
    minifyWhitespace: true,
    lineLimit: 160,
    legalComments: 'inline',
    target: 'es2022',
  };
  if (map === null) return transform(named, options);
  const inline = Buffer.from(map.toString()).toString('base64');
  const mapped = `${named}//# sourceMappingURL=data:application/json;base64,${inline}`;
  return transform(mapped, { ...options, sourcemap: 'external' });
}
