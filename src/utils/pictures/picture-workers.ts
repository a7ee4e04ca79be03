import { rebuildError } from '../../config/wire-error.js';
import type { WireError } from '../../config/wire-error.js';
import { keep, tensor } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import { pictureTensor } from './picture-element.js';
import type { PictureSettings } from './picture-element.js';
import { decodingThreads, startPictureWorker } from './platform.js';
import type { PictureWorker } from './platform.js';

/** A picture that a worker is asked for. */
export interface PictureRequest {
  readonly number: number;
  readonly path: string;
  readonly name: string;
  readonly settings: PictureSettings;
}

/** What comes back. */
export type PictureAnswer =
  | { readonly number: number; readonly data: Float32Array; readonly shape: readonly number[] }
  | { readonly number: number; readonly error: WireError };

/** A request that waits for its answer. */
interface Waiting {
  readonly request: PictureRequest;
  readonly resolve: (picture: Tensor) => void;
  readonly reject: (error: unknown) => void;
}

/** A worker with what it was asked for. */
interface Busy {
  readonly worker: PictureWorker;
  readonly waiting: Map<number, Waiting>;
}

/** More decode no faster: a training step takes the rest of the machine. */
const MAX_WORKERS = 4;

/** All workers of this program, which all data sets share; undefined where none can be started. */
let workers: Busy[] | undefined = [];
let requests = 0;

/** How many workers decode at a time; 0: pictures are decoded on this thread. */
export function workerCount(wanted: number | 'auto'): number {
  if (workers === undefined) return 0;
  const most = decodingThreads();
  return Math.min(wanted === 'auto' ? MAX_WORKERS : wanted, most);
}

/** A picture that one of so many workers decodes. Parameters and errors: see `pictureTensor`. */
export function pictureOfWorker(
  count: number,
  path: string,
  name: string,
  settings: PictureSettings,
): Promise<Tensor> {
  const busy = leastBusy(count);
  if (busy === undefined) return pictureTensor(path, name, settings);
  const request = { number: requests++, path, name, settings };
  return new Promise((resolve, reject) => {
    if (busy.waiting.size === 0) busy.worker.keepAlive(true);
    busy.waiting.set(request.number, { request, resolve, reject });
    busy.worker.post(request);
  });
}

function leastBusy(count: number): Busy | undefined {
  if (workers === undefined) return undefined;
  const idle = workers.slice(0, count).find(({ waiting }) => waiting.size === 0);
  if (idle !== undefined) return idle;
  if (workers.length < count) return start(workers);
  return workers
    .slice(0, count)
    .reduce((least, one) => (one.waiting.size < least.waiting.size ? one : least));
}

function start(all: Busy[]): Busy {
  const waiting = new Map<number, Waiting>();
  const busy: Busy = {
    waiting,
    worker: startPictureWorker({
      onMessage: (message) => {
        settle(busy, message as PictureAnswer);
      },
      onFailure: () => {
        giveUp(busy);
      },
    }),
  };
  all.push(busy);
  return busy;
}

function settle({ worker, waiting }: Busy, answer: PictureAnswer): void {
  const one = waiting.get(answer.number);
  waiting.delete(answer.number);
  if (waiting.size === 0) worker.keepAlive(false);
  if ('error' in answer) one?.reject(rebuildError(answer.error));
  else one?.resolve(keep(tensor(answer.data, { shape: answer.shape })));
}

/** A worker that cannot be started, or has died: its pictures, and all later ones, are decoded on this thread. */
function giveUp(busy: Busy): void {
  if (workers?.includes(busy) === true) {
    const others = workers.filter((one) => one !== busy);
    workers = undefined;
    for (const other of others) if (other.waiting.size === 0) other.worker.terminate();
  }
  for (const { request, resolve, reject } of busy.waiting.values()) {
    pictureTensor(request.path, request.name, request.settings).then(resolve, reject);
  }
  busy.waiting.clear();
}
