// `npm run test:package`: packs the package, installs the tarball into an empty project with no network, and uses it
// there as users do. Every environment trains the same small network, on two threads if it can, and must get the same
// weights, bit for bit. The environments come from the npm registry, the browser from this machine; what is missing is
// skipped, with the reason. Prints the sizes that users download.
//   node scripts/package/test-package.mjs              everything
//   node scripts/package/test-package.mjs vite deno    only cases whose name contains one of the words
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { thisMajor } from '../fingerprint/node-versions.mjs';
import {
  plainPage,
  viteServer,
  withEsbuild,
  withRollup,
  withVite,
  withWebpack,
} from './bundlers.mjs';
import { filesOfImport, pageOfDocs, trainFromCdn } from './cdn.mjs';
import { isolation, openBrowser, strictPolicy, trainAt, trainOnPage } from './pages.mjs';
import { assert, createProject, packInto, root, run } from './project.mjs';
import { firstProgram } from './readme.mjs';
import {
  compiledIn,
  inBun,
  inCommonJs,
  inDeno,
  inNode,
  inWorkerd,
  runsCommands,
  showsObjects,
  tracesAreReadable,
} from './runtimes.mjs';
import { taskCases } from './tasks.mjs';
import { installTools } from './tools.mjs';
import {
  areTheTypesWrong,
  publint,
  typeCheck,
  typeCheckDocs,
  typeCheckWithoutPages,
} from './types.mjs';
import { bundleSizes, kilobytes } from '../check/package-sizes.mjs';

const project = createProject();
const { folder } = project;
const installed = path.join(folder, 'node_modules/lanegrad');

/** The weights' hash in each environment. */
const fingerprints = new Map();
/** Why a case cannot run here. */
class Skipped extends Error {}

let tools;
let browser;
let packed;

function needTools() {
  if (tools instanceof Error) throw new Skipped(tools.message.split('\n')[0]);
  return tools;
}

function needBinary(name) {
  const binary = needTools().binary(name);
  if (binary === undefined) {
    throw new Skipped(`no ${name} for ${process.platform}-${process.arch}`);
  }
  return binary;
}

function needBrowser() {
  if (browser === undefined) {
    throw new Skipped('no Chromium found; install it, or name one in CHROMIUM_PATH');
  }
  return browser;
}

/** Notes the weights, checks that no thread was lost, and says what was used. */
function trained(environment, { hash, threads, reason }, expectedThreads) {
  fingerprints.set(environment, hash);
  assert(!reason.includes('missing'), reason);
  assert(threads === expectedThreads, `${threads} threads, expected ${expectedThreads}: ${reason}`);
  return `${hash.slice(0, 16)}… on ${threads} thread${threads === 1 ? '' : 's'}`;
}

let peers;
const withPeers = () => (peers ??= project.withPeers());
const picturesIn = (binary, ...args) => run(withPeers(), binary, ...args, 'pictures.mjs', 'installed'); // prettier-ignore

/** A bundle on a page that is cross-origin isolated and has a strict policy. */
function bundled(name, bundle) {
  return async () => {
    const page = needBrowser();
    const { out, inlineScript } = await bundle(folder, needTools);
    const result = await trainOnPage(page, {
      folders: { '/node_modules/': path.join(folder, 'node_modules'), '/': out },
      headers: { ...isolation, ...strictPolicy({ inlineScript }) },
    });
    return trained(name, result, 2);
  };
}

const cases = {
  'npm pack: dist, LICENSE, README, notices and package.json, nothing else': async () => {
    packed = await packInto(folder);
    const paths = packed.files.map((file) => file.path);
    const allowed =
      /^(dist\/.+\.(js|d\.ts|wasm)|dist\/[^/]+\.js\.map|package\.json|README\.md|CHANGELOG\.md|LICENSE|THIRD-PARTY-NOTICES\.md)$/;
    const strangers = paths.filter((file) => !allowed.test(file));
    assert(strangers.length === 0, `does not belong into the package: ${strangers.join(', ')}`);
    const needed = [
      'package.json',
      'README.md',
      'LICENSE',
      'THIRD-PARTY-NOTICES.md',
      'dist/index.js',
      'dist/core.js',
      'dist/layers.js',
      'dist/applications.js',
      'dist/flower.js',
      'dist/vis.js',
      'dist/remote.js',
      'dist/tuner.js',
      'dist/training-worker.js',
      'dist/worker.js',
      'dist/modules/src/index.js',
      'dist/types/src/index.d.ts',
      'dist/wasm/lanegrad.simd.wasm',
      'dist/wasm/lanegrad.simd-relaxed.wasm',
    ];
    const missing = needed.filter((file) => !paths.includes(file));
    assert(missing.length === 0, `missing from the package: ${missing.join(', ')}`);
    const { files, size, unpackedSize } = packed;
    return `${files.length} files, ${kilobytes(size)} packed, ${kilobytes(unpackedSize)} unpacked`;
  },

  'npm install: no network, no script, no dependency': async () => {
    const options = ['--offline', '--no-audit', '--no-fund'];
    await run(folder, 'npm', 'install', ...options, `./${packed.filename}`);
    const names = readdirSync(path.dirname(installed)).filter((name) => !name.startsWith('.'));
    assert(names.join() === 'lanegrad', `node_modules holds ${names.join(', ')}`);
    const manifest = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8'));
    const ofTheClone = ['scripts', 'devDependencies'].filter((name) => name in manifest);
    assert(ofTheClone.length === 0, `package.json has ${ofTheClone.join(', ')}`);
    for (const field of ['unpkg', 'jsdelivr', 'types']) {
      assert(
        existsSync(path.join(installed, manifest[field])),
        `${field} names a file that is missing`,
      );
    }
  },

  'no code evaluates text': () => {
    for (const { path: file } of packed.files.filter(({ path: name }) => name.endsWith('.js'))) {
      const text = readFileSync(path.join(installed, file), 'utf8');
      assert(!/\beval\(|\bnew Function\(/.test(text), `${file} evaluates text`);
    }
  },

  'the first program of the README, in a new project without a network': async () => {
    const accuracy = await firstProgram(path.join(folder, packed.filename));
    return `accuracy ${accuracy}`;
  },

  publint: () => publint(folder, needTools()),
  'are the types wrong?': () => areTheTypesWrong(folder, needTools(), packed.filename),
  'TypeScript, moduleResolution bundler': () => typeCheck(folder, 'esnext', 'bundler'),
  'TypeScript, moduleResolution node16': () => typeCheck(folder, 'node16', 'node16'),
  'TypeScript without types of pages': () => typeCheckWithoutPages(folder),
  'TypeScript, the programs of the documentation, bundler': () =>
    typeCheckDocs(folder, 'esnext', 'bundler'),
  'TypeScript, the programs of the documentation, node16': () =>
    typeCheckDocs(folder, 'node16', 'node16'),
  'lanegrad/io/…: each file format by itself': () => run(folder, process.execPath, 'io.mjs'),

  'lanegrad/remote: a network with a layer of the project trains in a worker': () =>
    run(folder, process.execPath, 'remote.mjs'),

  'lanegrad/flower: records, keys, and a SuperLink that is not there': () =>
    run(folder, process.execPath, 'flower.mjs'),

  ...taskCases({
    withPeers: () => withPeers(),
    tools: () => (tools instanceof Error ? undefined : tools),
    needTools,
    needBrowser,
  }),

  'lanegrad/vis without the optional packages: specifications, and an error that says what to install':
    () => run(folder, process.execPath, 'vis.mjs'),

  'pictures without the optional packages: an error says what to install': () =>
    run(folder, process.execPath, 'pictures.mjs'),
  'pictures with the optional packages: Node': () => picturesIn(process.execPath),
  'pictures with the optional packages: Deno': () =>
    picturesIn(needBinary('deno'), 'run', '--allow-all'),
  'pictures with the optional packages: Bun': () => picturesIn(needBinary('bun')),

  'Node 20, 22, 24 and 26: import, require, training': async () => {
    const majors = [...new Set([thisMajor, 20, 22, 24, 26])].sort((a, b) => a - b);
    const outcomes = await inNode(majors, folder);
    return outcomes
      .map(({ major, version, result, skipped }) =>
        result === undefined
          ? `Node ${major} skipped: ${skipped}`
          : `${version} ${trained(`Node ${version}`, result.trained, 2)}`,
      )
      .join('\n    ');
  },
  'npx lanegrad': () => runsCommands(folder, 'npx', '--no', 'lanegrad'),
  'the command line: Deno': () =>
    runsCommands(folder, needBinary('deno'), 'run', '--allow-all', 'node_modules/.bin/lanegrad'),
  'the command line: Bun': () =>
    runsCommands(folder, needBinary('bun'), 'node_modules/.bin/lanegrad'),
  'stack traces name classes and sources': () => tracesAreReadable(folder),
  'consoles show models, not their fields: Node': () => showsObjects(folder, process.execPath),
  'consoles show models, not their fields: Deno': () =>
    showsObjects(folder, needBinary('deno'), 'run', '--allow-all'),
  'consoles show models, not their fields: Bun': () => showsObjects(folder, needBinary('bun')),
  'a compiled model without the package: Node': () => compiledIn(folder, process.execPath),
  'a compiled model without the package: Deno': () =>
    compiledIn(folder, needBinary('deno'), 'run', '--allow-all'),
  'a compiled model without the package: Bun': () => compiledIn(folder, needBinary('bun')),
  'Node, bundled to CommonJS': () => inCommonJs(folder),
  Deno: async () => trained('Deno', await inDeno(needBinary('deno'), folder), 2),
  Bun: async () => trained('Bun', await inBun(needBinary('bun'), folder), 2),
  workerd: async () => trained('workerd', await inWorkerd(needBinary('workerd'), withPeers()), 1),

  'a page without a bundler': bundled('page', () => plainPage(folder)),
  'a page that is not isolated trains on one thread': async () => {
    const { out, inlineScript } = plainPage(folder);
    const result = await trainOnPage(needBrowser(), {
      folders: { '/node_modules/': path.join(folder, 'node_modules'), '/': out },
      headers: strictPolicy({ inlineScript }),
    });
    return trained('page, not isolated', result, 1);
  },
  'a page that imports from a CDN asks for few files': async () => {
    const files = await filesOfImport(needBrowser(), folder);
    assert(files.length <= 5, `it asks for ${files.length}: ${files.join(', ')}`);
    const bytes = files.reduce((sum, file) => {
      const text = readFileSync(path.join(folder, 'node_modules/lanegrad/dist', file));
      return sum + gzipSync(text, { level: 9 }).length;
    }, 0);
    const page = readFileSync(path.join(root, 'docs/deploying.md'), 'utf8');
    const [, stated = ''] = /`lanegrad` is five files, (\d+) kB gzipped/.exec(page) ?? [];
    const kilobytes = bytes / 1000;
    assert(
      Math.abs(kilobytes - Number(stated)) < 5,
      `docs/deploying.md says ${stated} kB, but there are ${kilobytes.toFixed(1)}`,
    );
    return `${files.join(', ')}: ${kilobytes.toFixed(1)} kB gzipped`;
  },
  'a page that imports from a CDN trains on threads and in a worker': async () =>
    trained('page, CDN', await trainFromCdn(needBrowser(), folder), 2),
  'the page of docs/deploying.md, from a CDN': () => pageOfDocs(needBrowser(), folder),
  'a page that forbids WebAssembly gets an error that says so': async () => {
    const { out, inlineScript } = plainPage(folder);
    const error = await trainOnPage(needBrowser(), {
      folders: { '/node_modules/': path.join(folder, 'node_modules'), '/': out },
      headers: strictPolicy({ inlineScript, wasm: false }),
    }).then(
      () => 'nothing was thrown',
      ({ message }) => message,
    );
    assert(/wasm-unsafe-eval/.test(error), `expected an error that names the policy, got ${error}`);
  },
  esbuild: bundled('esbuild', withEsbuild),
  Rollup: bundled('Rollup', withRollup),
  webpack: bundled('webpack', withWebpack),
  'Vite, built': bundled('Vite, built', withVite),
  'Vite, development server': async () => {
    const page = needBrowser();
    const server = await viteServer(folder, isolation);
    try {
      return trained('Vite, development server', await trainAt(page, `${server.origin}/`), 2);
    } finally {
      await server.close();
    }
  },

  'everywhere the same weights': () => {
    const hashes = new Set(fingerprints.values());
    const list = Array.from(fingerprints, ([name, hash]) => `${hash} ${name}`);
    assert(hashes.size <= 1, `they differ:\n${list.join('\n')}`);
    return `${[...hashes].join()} in ${list.length} environments`;
  },
};

const words = process.argv.slice(2).map((word) => word.toLowerCase());
const always = 2; // Everything else needs the package packed and installed.
const chosen = Object.entries(cases).filter(
  ([name], i) =>
    i < always || words.length === 0 || words.some((word) => name.toLowerCase().includes(word)),
);

let passed = 0;
let skipped = 0;
let failed = 0;
try {
  assert(existsSync(path.join(root, 'dist/index.js')), 'dist/ is missing; run `npm run build`');
  project.take(
    'scripts/fingerprint/train.js',
    ...readdirSync(path.join(root, 'test/package'), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => `test/package/${name}`),
    ...['p0.png', 'j0.jpg', 'lossless.webp']
      .flatMap((picture) => [picture, `${picture}.rgb.npy`])
      .map((file) => `test/fixtures/pictures/${file}`),
  );
  tools = await installTools().catch((error) => error);
  browser = await openBrowser();
  for (const [name, test] of chosen) {
    try {
      const detail = await test();
      passed++;
      console.log(`✓ ${name}${detail ? `: ${detail}` : ''}`);
    } catch (error) {
      if (error instanceof Skipped) {
        skipped++;
        console.log(`- ${name}: skipped: ${error.message}`);
        continue;
      }
      failed++;
      console.log(`✗ ${name}\n    ${String(error.message).replaceAll('\n', '\n    ')}`);
    }
  }
  if (existsSync(installed)) {
    console.log('\nminified, Wasm included, gzip / brotli:');
    const both = ({ gzip, brotli }) => `${kilobytes(gzip)} / ${kilobytes(brotli)}`;
    for (const { program, bundler, main, later } of await bundleSizes(folder)) {
      const chunks = later.gzip > 0 ? ` (and ${both(later)} loaded when asked for)` : '';
      console.log(`  ${`${program}, ${bundler}`.padEnd(40)} ${both(main)}${chunks}`);
    }
  }
} finally {
  await browser?.close();
  await tools?.remove?.();
  project.remove();
}
console.log(`\npackage: ${passed} passed, ${skipped} skipped, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
