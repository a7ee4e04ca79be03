// Bundles of test/package/page.js as users make them, each in a separate folder.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build as esbuild } from 'esbuild';
import { createServer, build as viteBuild } from 'vite';
import { assert } from './project.mjs';

/** Rollup and webpack warn about optional packages that are not installed: those that decode JPEG and WebP, and those that draw. */
const isOfPeer = (message) =>
  /@jsquash\/(jpeg|webp)|@resvg\/resvg-wasm|["']vega(-lite)?["']/.test(message);

const html = (body) =>
  `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>lanegrad</title>` +
  `<link rel="icon" href="data:,">${body}</head><body></body></html>\n`;

function folderFor(name, folder) {
  const out = path.join(folder, `out-${name}`);
  mkdirSync(out, { recursive: true });
  return out;
}

/**
 * No bundler: the package's files as they are, found through an import map, which the policy must allow.
 * @param {string} [url] where the package is served
 */
export function plainPage(folder, url = '/node_modules/lanegrad') {
  const out = folderFor('plain', folder);
  for (const file of ['page.js', 'train.js']) {
    copyFileSync(path.join(folder, file), path.join(out, file));
  }
  const imports = { lanegrad: `${url}/dist/index.js`, 'lanegrad/remote': `${url}/dist/remote.js` };
  const map = JSON.stringify({ imports });
  const scripts = `<script type="importmap">${map}</script><script type="module" src="page.js"></script>`;
  writeFileSync(path.join(out, 'index.html'), html(scripts));
  return { out, inlineScript: map };
}

/** The workers: entries beside the program's, for bundlers that do not find them. */
const workers = {
  worker: 'lanegrad/worker.js',
  'training-worker': 'lanegrad/training-worker.js',
};

/** esbuild has to be told of the workers. */
export async function withEsbuild(folder) {
  const out = folderFor('esbuild', folder);
  const { warnings } = await esbuild({
    absWorkingDir: folder,
    entryPoints: { page: 'page.js', ...workers },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    outdir: out,
    logLevel: 'silent',
  });
  assert(warnings.length === 0, warnings.map(({ text }) => text).join('\n'));
  writeFileSync(
    path.join(out, 'index.html'),
    html('<script type="module" src="page.js"></script>'),
  );
  return { out };
}

/** Rollup too. */
export async function withRollup(folder, needTools) {
  const out = folderFor('rollup', folder);
  const tools = needTools();
  const { rollup } = await tools.load('rollup');
  const { nodeResolve } = await tools.load('@rollup/plugin-node-resolve');
  const bundle = await rollup({
    input: { page: path.join(folder, 'page.js'), ...workers },
    plugins: [nodeResolve({ browser: true, rootDir: folder })],
    onwarn: ({ message }) => {
      if (isOfPeer(message)) return;
      throw new Error(message);
    },
  });
  await bundle.write({ dir: out, format: 'es' });
  await bundle.close();
  writeFileSync(
    path.join(out, 'index.html'),
    html('<script type="module" src="page.js"></script>'),
  );
  return { out };
}

/** webpack and Vite find them by `new URL('./worker.js', import.meta.url)`. */
export async function withWebpack(folder, needTools) {
  const out = folderFor('webpack', folder);
  const { default: webpack } = await needTools().load('webpack');
  const stats = await new Promise((resolve, reject) => {
    const compiler = webpack({
      mode: 'production',
      context: folder,
      entry: './page.js',
      output: { path: out, filename: 'page.js' },
      performance: false,
    });
    compiler.run((error, result) => {
      compiler.close(() => (error ? reject(error) : resolve(result)));
    });
  });
  const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
  const complaints = [...errors, ...warnings].map(({ message }) => message).filter((message) => !isOfPeer(message)); // prettier-ignore
  assert(complaints.length === 0, complaints.join('\n'));
  writeFileSync(path.join(out, 'index.html'), html('<script defer src="page.js"></script>'));
  return { out };
}

function viteSettings(folder) {
  writeFileSync(
    path.join(folder, 'index.html'),
    html('<script type="module" src="/page.js"></script>'),
  );
  return { root: folder, configFile: false, logLevel: 'warn', worker: { format: 'es' } };
}

export async function withVite(folder) {
  const out = folderFor('vite', folder);
  await viteBuild({ ...viteSettings(folder), build: { outDir: out, chunkSizeWarningLimit: 2000 } });
  return { out };
}

/** Vite's development server, which serves the package's modules as they are. */
export async function viteServer(folder, headers) {
  const server = await createServer({
    ...viteSettings(folder),
    // Not the other bundles in this folder.
    optimizeDeps: { entries: ['index.html'] },
    server: { port: 0, host: '127.0.0.1', headers, hmr: false },
  });
  await server.listen();
  return {
    origin: `http://127.0.0.1:${server.httpServer.address().port}`,
    close: () => server.close(),
  };
}
