import { connectNodeWorker, startNodeWorker } from '../../../engine/workers/platform.js';
import type { ChannelEvents, WorkerChannel } from '../../../engine/workers/platform.js';

/** Not spelt out in the URL: bundlers of pages would pack a worker that pages do not start. */
const FILE = './picture-worker.js';

/** Threads that may decode; 0 where the host starts no workers from files, as in pages. */
export function decodingThreads(): number {
  if (typeof globalThis.process?.getBuiltinModule !== 'function') return 0;
  return Math.max(1, process.getBuiltinModule('node:os').availableParallelism() - 1);
}

/** Starts a worker that decodes pictures. It is only asked for where `decodingThreads` is not 0. */
export function startPictureWorker(events: ChannelEvents): WorkerChannel {
  const here = import.meta.url;
  const channel = connectNodeWorker(startNodeWorker(new URL(FILE, here)), events);
  channel.keepAlive(false);
  return channel;
}
