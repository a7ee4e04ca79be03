import { LanegradError } from '../../../errors.js';
import { Peer } from '../../../engine/workers/peer.js';
import type { WorkerChannel } from '../../../engine/workers/platform.js';
import { keep, tensor } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { pictureTensor } from './picture-element.js';
import type { PictureSettings } from './picture-element.js';
import { decodingThreads, startPictureWorker } from './platform.js';

/** What a worker does. */
export interface PictureMethods {
  /** The numbers and the shape of what `pictureTensor` gives. */
  decode(
    path: string,
    name: string,
    settings: PictureSettings,
  ): Promise<{ readonly data: Float32Array; readonly shape: readonly number[] }>;
}

/** A worker with how many pictures it was asked for. */
interface PictureWorker {
  readonly channel: WorkerChannel;
  readonly peer: Peer<Pick<PictureMethods, 'decode'>>;
  waiting: number;
}

/** More decode no faster: a training step takes the rest of the machine. */
const MAX_WORKERS = 4;

/** All workers of this program, which all data sets share; undefined where none can be started. */
let workers: PictureWorker[] | undefined = [];

/** What calls of a worker fail with that could not be started, or has died. */
const gone = new LanegradError('a worker that decodes pictures has ended.');

/** How many workers decode at a time; 0: pictures are decoded on this thread. */
export function workerCount(wanted: number | 'auto'): number {
  if (workers === undefined) return 0;
  const most = decodingThreads();
  return Math.min(wanted === 'auto' ? MAX_WORKERS : wanted, most);
}

/** A picture that one of so many workers decodes. Parameters and errors: see `pictureTensor`. */
export async function pictureOfWorker(
  count: number,
  path: string,
  name: string,
  settings: PictureSettings,
): Promise<Tensor> {
  const worker = leastBusy(count);
  if (worker === undefined) return pictureTensor(path, name, settings);
  worker.waiting++;
  try {
    const { data, shape } = await worker.peer.call('decode', path, name, settings);
    return keep(tensor(data, { shape }));
  } catch (error) {
    if (error === gone) return await pictureTensor(path, name, settings);
    throw error;
  } finally {
    worker.waiting--;
  }
}

function leastBusy(count: number): PictureWorker | undefined {
  if (workers === undefined) return undefined;
  const idle = workers.slice(0, count).find(({ waiting }) => waiting === 0);
  if (idle !== undefined) return idle;
  if (workers.length < count) return start(workers);
  return workers
    .slice(0, count)
    .reduce((least, one) => (one.waiting < least.waiting ? one : least));
}

function start(all: PictureWorker[]): PictureWorker {
  const channel = startPictureWorker({
    onMessage: (message) => {
      worker.peer.receive(message);
    },
    onFailure: (reason) => {
      giveUp(worker, reason);
    },
  });
  const peer: PictureWorker['peer'] = new Peer(channel, {}, (isBusy) => {
    channel.keepAlive(isBusy);
  });
  const worker: PictureWorker = { channel, peer, waiting: 0 };
  all.push(worker);
  return worker;
}

/** A worker that cannot be started, or has died: its pictures, and all later ones, are decoded on this thread, which is said once. */
function giveUp(worker: PictureWorker, reason: string): void {
  if (workers?.includes(worker) === true) {
    // eslint-disable-next-line no-console
    console.warn(
      `lanegrad: a worker that decodes pictures is missing, they are decoded on this thread from now on: ${reason}`,
    );
    const others = workers.filter((one) => one !== worker);
    workers = undefined;
    for (const other of others) if (other.waiting === 0) other.channel.terminate();
  }
  worker.peer.end(gone);
}
