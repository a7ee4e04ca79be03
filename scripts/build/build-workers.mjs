// Bundles the modules of workers next to their sources, where the sources look for them when they run unbundled (tests, tsx).
// Each is one file, because a worker gets one URL.
import { build } from 'esbuild';

/** The settings of all bundles. */
export const bundling = {
  bundle: true,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  // A third of the size, and without the part that is for Node's streams.
  alias: { papaparse: 'papaparse/papaparse.min.js' },
  // Optional peers.
  external: ['@jsquash/*'],
  legalComments: 'inline',
  logLevel: 'warning',
};

/** The module of a worker as one file. */
export async function buildWorker(source, outfile) {
  // It exports nothing, but tools must see that it is a module.
  const footer = { js: 'export {};' };
  await build({ ...bundling, entryPoints: [source], outfile, footer });
}

/** All of them; Vitest calls it before the tests, so that workers are never older than what is tested. */
export default async function buildWorkers() {
  const names = [
    'src/engine/runtime/worker',
    'src/extras/remote/training-worker',
    'src/extras/utils/pictures/picture-worker',
  ];
  for (const name of names) {
    await buildWorker(`${name}.ts`, `${name}.js`);
  }
}
