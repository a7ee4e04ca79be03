import { describeValue } from '../../config/describe-value.js';
import { checkBoolean, checkOptions, isUrl, messageOf } from '../../config/index.js';
import { DisposedError, LanegradError, ValueError } from '../../errors.js';
import { Model } from '../../nn/models/model.js';
import type { AnyModel } from '../../nn/models/model.js';
import { runtimeOptions } from '../../engine/runtime/index.js';
import type { RuntimeOptions } from '../../engine/runtime/index.js';
import { Peer } from '../../engine/workers/peer.js';
import { startTrainingWorker } from './platform.js';
import { workerHost } from './platform.host.js';
import type { HostWorker } from './platform.host.js';
import type { CallerMethods, WorkerMethods } from './protocol.js';
import { RemoteModel } from './remote-model.js';

/** Options of `inWorker`. */
export interface InWorkerOptions {
  /**
   * Modules (URLs; in Node also paths) that the worker imports first. Your own layers, models, losses, metrics and
   * optimizers that they export are found by their class names, functions by their names. Default: none.
   */
  readonly modules?: readonly (string | URL)[];
  /** The URL of this package's `training-worker.js`, if it has been moved. Default: next to this module. */
  readonly workerUrl?: string | URL;
  /** A function that starts your own worker, whose module imports `lanegrad/training-worker.js`. Default: a worker is started for you. */
  readonly worker?: () => HostWorker;
  /** Settings of the runtime in the worker, as in `configure`. Default: those of this thread. */
  readonly runtime?: RuntimeOptions;
  /**
   * Whether training waits for batch hooks of callbacks, as `model.fit` does. If false, it continues up to 32 hooks
   * ahead, which is faster, but changes by a callback take effect some batches later. Default true.
   */
  readonly waitForBatchHooks?: boolean;
}

const OPTIONS = ['modules', 'workerUrl', 'worker', 'runtime', 'waitForBatchHooks'] as const;

/**
 * Moves the work of a model into a separate worker, in a browser or in Node. The result has the same `fit`, `evaluate`,
 * `predict` and `save`, and the calling thread stays free. Your model is copied to the worker with its weights and
 * optimizer state, and gets those of the worker after each epoch and after `fit`. The same seed gives the same weights,
 * bit for bit, as `model.fit` in this thread.
 *
 * Callbacks run in this thread. In hooks around epochs and training, the model has the worker's weights, which you may
 * change.
 *
 * @param model the model to train in the worker
 * @throws ValueError for a model that cannot be sent: functions and your own classes must come from `modules`.
 * @throws LanegradError if the worker cannot be started.
 * @example
 * const remote = await inWorker(model);
 * await remote.fit(x, y, { epochs: 5, callbacks: { onEpochEnd: (epoch, logs) => show(epoch, logs) } });
 * remote.dispose();
 */
export async function inWorker<M extends AnyModel>(
  model: M,
  options: InWorkerOptions = {},
): Promise<RemoteModel<M>> {
  checkOptions('inWorker', options, OPTIONS);
  if (!(model instanceof Model)) {
    throw new ValueError(`inWorker: expected a model, got ${describeValue(model)}.`);
  }
  const { modules = [], workerUrl, worker: start, runtime = runtimeOptions() } = options;
  const waits = checkBoolean('inWorker', 'waitForBatchHooks', options.waitForBatchHooks ?? true);
  const host = workerHost();
  const absolute = (url: string | URL): URL => (isUrl(url) ? url : host.urlOf(url));
  let worker: HostWorker;
  try {
    const file = workerUrl === undefined ? undefined : absolute(workerUrl);
    worker = start === undefined ? startTrainingWorker(file) : start();
  } catch (error) {
    // A file of another origin, a policy that forbids workers, a host that has none.
    const reason = messageOf(error);
    throw new LanegradError(failureMessage(reason, workerUrl), { cause: error });
  }
  const channel = host.connect(worker, {
    onMessage: (message) => {
      peer.receive(message);
    },
    onFailure: (reason) => {
      peer.end(new LanegradError(failureMessage(reason, workerUrl)));
    },
  });
  const methods: CallerMethods = {
    hook: (...args) => remote.runs.hook(...args),
    openIterator: (...args) => remote.runs.openIterator(...args),
    nextBatch: (...args) => remote.runs.nextBatch(...args),
    closeIterator: (iterator) => remote.runs.closeIterator(iterator),
  };
  const peer = new Peer<WorkerMethods>(channel, { ...methods }, (isBusy) => {
    channel.keepAlive(isBusy);
  });
  const remote = new RemoteModel(model, peer, waits, () => {
    peer.end(new DisposedError('The worker of the model was ended by dispose().'));
    channel.terminate();
  });
  try {
    const modulesThere = modules.map((url) => absolute(url).href);
    await peer.call('start', plainRuntime(runtime), modulesThere);
    await remote.connect();
  } catch (error) {
    remote.dispose();
    throw error;
  }
  return remote;
}

function plainRuntime({ workerUrl, ...rest }: RuntimeOptions): RuntimeOptions {
  return workerUrl === undefined ? rest : { ...rest, workerUrl: String(workerUrl) };
}

function failureMessage(reason: string, workerUrl: string | URL | undefined): string {
  const location = workerUrl === undefined ? '' : ` at ${String(workerUrl)}`;
  const sentence = reason.endsWith('.') ? reason : `${reason}.`;
  return (
    `inWorker: the training worker${location} cannot go on: ${sentence} If a bundler has moved training-worker.js, say ` +
    `where it is: { workerUrl }, or start it yourself: { worker: () => new Worker(…) }.`
  );
}
