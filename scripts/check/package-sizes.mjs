// What the package adds to a user's page: minified by Vite and by esbuild, compressed as servers do it. `main` is what a
// page has to load before its program runs: the module graph of static imports, Wasm included. What a program loads on
// demand (`import()`: readers and writers of files, data sets, the relaxed build) counts as `later`, and the worker is not
// counted.
//   node scripts/check/package-sizes.mjs     measures the sources; fails if a program is above a limit, or has a Wasm text twice
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { root, withEsbuild, withVite } from './sizes/bundles.mjs';

const bundlers = { Vite: withVite, esbuild: withEsbuild };
const compressors = {
  gzip: (text) => promisify(gzip)(text, { level: 9 }),
  brotli: (text) => promisify(brotliCompress)(text),
};

/** A program with everything and an entry that `lanegrad` does not have. */
const withEntry = (entry, limits) => ({
  limits,
  text: `
      import * as lanegrad from 'lanegrad';
      import * as entry from 'lanegrad/${entry}';
      globalThis.lanegrad = { ...lanegrad, entry };`,
});

/** The limits of programs, in bytes: slightly above their sizes. */
export const programs = {
  everything: {
    limits: {
      Vite: { gzip: 382_600, brotli: 319_900 },
      esbuild: { gzip: 396_000, brotli: 336_900 },
    },
    text: `import * as lanegrad from 'lanegrad'; globalThis.lanegrad = lanegrad;`,
  },
  'everything + lanegrad/compile': withEntry('compile', {
    Vite: { gzip: 397_600, brotli: 332_600 },
    esbuild: { gzip: 411_500, brotli: 350_100 },
  }),
  'everything + lanegrad/flower': withEntry('flower', {
    Vite: { gzip: 408_500, brotli: 341_700 },
    esbuild: { gzip: 425_200, brotli: 362_700 },
  }),
  'everything + lanegrad/io/onnx': withEntry('io/onnx', {
    Vite: { gzip: 421_400, brotli: 352_900 },
    esbuild: { gzip: 437_200, brotli: 372_800 },
  }),
  'everything + lanegrad/tuner': withEntry('tuner', {
    Vite: { gzip: 400_100, brotli: 334_200 },
    esbuild: { gzip: 416_200, brotli: 355_400 },
  }),
  'everything + lanegrad/vis': withEntry('vis', {
    Vite: { gzip: 396_200, brotli: 331_500 },
    esbuild: { gzip: 411_500, brotli: 350_500 },
  }),
  'Sequential + Dense + RMSprop': {
    limits: {
      Vite: { gzip: 96_995, brotli: 83_950 },
      esbuild: { gzip: 102_950, brotli: 90_400 },
    },
    text: `
      import { Dense } from 'lanegrad/layers';
      import { Sequential } from 'lanegrad/models';
      import { RMSprop } from 'lanegrad/optimizers';
      const network = new Sequential();
      network.add(new Dense(10, { inputShape: [4] }));
      network.compile({ optimizer: new RMSprop(), loss: (a, b) => a.sub(b).square().mean() });
      globalThis.network = network;`,
  },
};

/** The embedded binaries: texts that bundlers copy as they are, since no letter needs an escape. */
export const wasmTexts = readdirSync(path.join(root, 'src/engine/wasm/generated')).flatMap(
  (file) => {
    const source = readFileSync(path.join(root, 'src/engine/wasm/generated', file), 'utf8');
    const [, text] = /\bembedded(?: =|:) '(.{1000,}?)'/.exec(source) ?? [];
    return text === undefined ? [] : [{ name: path.basename(file, '.ts'), text }];
  },
);

/** What is wrong with the binaries in a bundle. A bundler may copy a constant to each place that names it. */
function repetitions(bundle) {
  return wasmTexts.flatMap(({ name, text }) => {
    const times = bundle.split(text).length - 1;
    if (times > 1) return [`it holds the binary ${name} ${times} times: name its text once`];
    return times === 0 && name === 'core' ? ['it does not hold the binary of the core'] : [];
  });
}

/** Bytes of all chunks, each compressed by itself. */
async function compressed(chunks) {
  const sizes = Object.entries(compressors).map(async ([name, compress]) => {
    const packed = await Promise.all(chunks.map(compress));
    return [name, packed.reduce((sum, { length }) => sum + length, 0)];
  });
  return Object.fromEntries(await Promise.all(sizes));
}

/**
 * @param {string} [folder] a project that has the package installed; default: the sources
 * @returns for each program and bundler the bytes that it loads at once (`main`) and on demand (`later`), each
 *   `{ gzip, brotli }`, the `limits` of the former, and what is wrong with the bundle (`complaints`)
 */
export async function bundleSizes(folder) {
  return Promise.all(
    Object.entries(programs).flatMap(([program, { text, limits }]) =>
      Object.entries(bundlers).map(async ([bundler, bundle]) => {
        const { atOnce, later, warnings } = await bundle(text, folder);
        const [main, onDemand] = [await compressed(atOnce), await compressed(later)];
        const complaints = [...warnings, ...repetitions([...atOnce, ...later].join(''))];
        return { program, bundler, main, later: onDemand, limits: limits[bundler], complaints };
      }),
    ),
  );
}

export function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

/** The lines of pages that state sizes, with the sizes in the order of their numbers. */
const STATED = [
  { page: 'docs/deploying.md', line: /^\| everything: /, sizes: (everything) => everything },
  { page: 'docs/deploying.md', line: /^\| `Sequential`, `Dense` and /, sizes: (_, small) => small },
  {
    page: 'docs/performance.md',
    line: /kB gzipped for a page/,
    sizes: ([everything], [small]) => [small, everything],
  },
];

/** Bytes by which a size may differ from what a page says. */
const ROUNDING = 300;

/** Where pages state a size that differs from the measured one, a line each. */
function misstated(measured) {
  const of = (name) =>
    measured
      .filter(({ program }) => program === name)
      .flatMap(({ main }) => [main.gzip, main.brotli]);
  const [everything, small] = [of('everything'), of('Sequential + Dense + RMSprop')];
  return STATED.flatMap(({ page, line, sizes }) => {
    const lines = readFileSync(path.join(root, page), 'utf8').split('\n');
    const said = lines.find((text) => line.test(text))?.match(/[\d.]+(?= kB)/g) ?? [];
    const wanted = sizes(everything, small);
    const isTrue =
      said.length === wanted.length &&
      wanted.every((bytes, i) => Math.abs(bytes - said[i] * 1000) <= ROUNDING);
    return isTrue ? [] : [`${page}, ${line}: measured are ${wanted.map(kilobytes).join(', ')}`];
  });
}

const advice =
  'load what is not always needed by import(), or say in docs/performance.md why it grew and raise the limit';

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const measured = await bundleSizes();
  for (const { program, bundler, main, limits, complaints } of measured) {
    const sizes = Object.entries(limits).map(([name, limit]) => {
      if (main[name] > limit)
        complaints.push(`too large by ${main[name] - limit} B ${name}: ${advice}`);
      return `${kilobytes(main[name])} ${name} of at most ${kilobytes(limit)}`;
    });
    const isGood = complaints.length === 0;
    if (!isGood) process.exitCode = 1;
    const lines = [
      `${isGood ? '✓' : '✗'} ${program}, ${bundler}: ${sizes.join(', ')}`,
      ...complaints,
    ];
    console.log(lines.join('\n    '));
  }
  for (const line of misstated(measured)) {
    process.exitCode = 1;
    console.log(`✗ ${line}`);
  }
}
