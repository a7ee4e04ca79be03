import { isOfOtherOrigin } from '../../engine/runtime/index.js';
import { isNodeHost, workerHost } from './platform.host.js';
import type { HostWorker } from './platform.host.js';

/** Not spelt out in the URL: bundlers would take it for a file of the page, next to the worker that they pack. */
const FILE = './training-worker.js';

/** Where the module of the worker is, unless a bundler has moved it: next to this one. */
function workerFile(): URL {
  // Of a URL made of import.meta.url and a name webpack would bundle all files that could be meant.
  const here = import.meta.url;
  return new URL(FILE, here);
}

/** Starts a worker in which models train; without a URL its module is the file next to this one. */
export function startTrainingWorker(given: URL | undefined): HostWorker {
  // If this module was imported from another origin, no bundler has packed the worker.
  const isFile = given === undefined && (isNodeHost() || isOfOtherOrigin(workerFile()));
  const url = given ?? (isFile ? workerFile() : undefined);
  // Bundlers know the expression, and pack the worker too.
  return url === undefined
    ? new Worker(new URL('./training-worker.js', import.meta.url), { type: 'module' })
    : workerHost().start(url);
}
