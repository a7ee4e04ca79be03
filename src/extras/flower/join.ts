import { describeValue } from '../../config/describe-value.js';
import {
  checkBoolean,
  checkFunction,
  checkNumber,
  checkOptions,
  checkSignal,
  isUrl,
} from '../../config/index.js';
import { orAbort } from '../../nn/data/or-abort.js';
import { ValueError } from '../../errors.js';
import { DEFAULT_MAX_BYTES } from '../../files/formats/bytes.js';
import type { FitOptions } from '../../nn/training/types.js';
import { loops } from '../../nn/training/loops/chunk.js';
import { sizeOf } from '../../engine/tensor/index.js';
import { Fleet } from './fleet.js';
import { generateKey, identityOf } from './identity.js';
import { FlowerNode } from './node.js';
import { handlersOf, MODEL_OPTIONS } from './of-model.js';
import type { ModelOptions } from './of-model.js';
import type { FlowerHandler, FlowerProgress, Handler } from './progress.js';

/** Options of `join` beside those of a model. Times are in seconds. */
export interface NodeOptions {
  /** The identity of the node: a key pair as `generateKey` gives it. Default: a new one for this call. */
  readonly key?: CryptoKeyPair;
  /** Lets the node leave; before it has joined, its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Called with what the node does. What it throws ends the node. */
  readonly onProgress?: (progress: FlowerProgress) => void;
  /** How often the node tells the server that it is there, 10 to 1800. A server gives it up after twice as long. Default 30. */
  readonly heartbeatInterval?: number;
  /** How long the node waits between two questions for a message. Default 1. */
  readonly pollInterval?: number;
  /** For how long a server may send nothing while it answers. Default 60. */
  readonly requestTimeout?: number;
  /**
   * For how long a server that cannot be reached is asked again, with longer and longer waits of at most 20 s. Default: 10
   * when the node joins, and without end afterwards.
   */
  readonly maxWaitTime?: number;
  /**
   * The most bytes of a message. Default: twice those of the model's weights and 16 MiB; 2³⁰ (1 GiB) where all handlers are
   * of the caller's own.
   */
  readonly maxBytes?: number;
  /** Whether to go on with a server that says it is of another version of Flower. Default false: that is an error. */
  readonly allowOtherVersions?: boolean;
  /** Answers messages of type `'train'`, in place of the model. */
  readonly train?: FlowerHandler;
  /** Answers messages of type `'evaluate'`, in place of the model. */
  readonly evaluate?: FlowerHandler;
  /** Answers messages of type `'query'`. Default: they are answered with an error. */
  readonly query?: FlowerHandler;
}

/** Options of `join`: a model with its data, handlers, or both. */
export type JoinOptions = NodeOptions & (ModelOptions | { readonly model?: undefined });

const HANDLERS = ['train', 'evaluate', 'query'] as const;
const NODE_OPTIONS = [
  'key',
  'signal',
  'onProgress',
  'heartbeatInterval',
  'pollInterval',
  'requestTimeout',
  'maxWaitTime',
  'maxBytes',
  'allowOtherVersions',
  ...HANDLERS,
] as const;
/** Seconds for which a server that cannot be reached is asked again when a node joins. */
const FIRST_WAIT = 10;

/**
 * Joins a federation of [Flower](https://flower.ai): this program becomes a node of a SuperLink, trains and measures as the
 * server asks, and sends weights and metrics. The data stay here.
 *
 * With a model, a message of type `'train'` sets its weights, trains it on `data` with the options of `fit`, and answers with
 * the weights, the last epoch's loss and metrics, and `num-examples`; a message of type `'evaluate'` sets its weights and
 * measures `validationData`. Arrays have the order of `getWeights()`, which is Keras's. Of the server's settings the model heeds
 * `lr`, `epochs` and `batch-size` (also `learning-rate`, `local-epochs`). The state of the optimizer stays here, and so does a learning rate, until the server sends another one. For anything
 * else, give handlers of your own. A server of Flower's legacy API (`DefaultWorkflow`) is answered in its records. Where a server
 * asks for secure aggregation (`SecAggPlusWorkflow`), weights leave the node masked, and the server sees their sum alone.
 *
 * A handler that throws is answered as an error, and the node goes on. Weights that do not fit are refused, and the model keeps
 * its own. Weights that are NaN are taken as they come.
 *
 * Protocol: the Fleet API of Flower 1.42, protobuf over HTTP. A SuperLink sends no CORS headers, so a page joins through a proxy
 * of its own origin.
 *
 * @param url where the SuperLink is: `http://localhost:8000`
 * @throws FlowerError if it cannot be reached or refuses; ValueError for options that cannot be.
 * @example
 * const node = await flower.join('http://localhost:8000', {
 *   model,
 *   data: [x, y],
 *   validationData: [a, b],
 *   batchSize: 64,
 *   onProgress: ({ type }) => console.log(type),
 * });
 * await node.done;
 */
export async function join(url: string | URL, options: JoinOptions): Promise<FlowerNode> {
  const owner = 'flower.join';
  const fitOptionNames = await loops.use(async ({ FIT_OPTIONS }) =>
    FIT_OPTIONS.filter((name) => !NOT_OF_FIT.includes(name)),
  );
  const hasModel = options?.model !== undefined;
  const modelOptions = hasModel ? [...MODEL_OPTIONS, ...fitOptionNames] : ['model'];
  checkOptions(owner, options, [...modelOptions, ...NODE_OPTIONS]);
  const address = addressOf(url);
  const { onProgress = () => undefined, heartbeatInterval = 30, pollInterval = 1 } = options;
  const { requestTimeout = 60, maxWaitTime, allowOtherVersions = false } = options;
  checkFunction(owner, 'onProgress', onProgress);
  checkNumber(owner, 'heartbeatInterval', heartbeatInterval, { min: 10, max: 1800 });
  checkNumber(owner, 'pollInterval', pollInterval, { above: 0, max: 3600 });
  checkNumber(owner, 'requestTimeout', requestTimeout, { above: 0, max: 86400 });
  if (maxWaitTime !== undefined && maxWaitTime !== Infinity) {
    checkNumber(owner, 'maxWaitTime', maxWaitTime, { min: 0 });
  }
  checkBoolean(owner, 'allowOtherVersions', allowOtherVersions);
  const signal = checkSignal(owner, options.signal);

  const handlers = hasModel
    ? await handlersOf(options, picked(options, fitOptionNames), (progress) => node.tell(progress))
    : new Map<string, Handler>();
  if (hasModel && options.requireSecureAggregation === true && options.train !== undefined) {
    throw new ValueError(
      `${owner}: requireSecureAggregation is for the training of the model, and train is a handler of your own in its place. ` +
        `Leave out one of them.`,
    );
  }
  for (const type of HANDLERS) {
    const handler = options[type];
    if (handler !== undefined)
      handlers.set(type, ofCaller(type, checkFunction(owner, type, handler)));
  }
  if (handlers.size === 0) {
    throw new ValueError(
      `${owner}: expected a model with data, or handlers: { train, evaluate, query }.`,
    );
  }
  const maxBytes = checkNumber(owner, 'maxBytes', options.maxBytes ?? bytesFor(options), {
    min: 0,
  });

  const identity = await identityOf(options.key ?? (await generateKey(false)));
  // One signal ends all: the caller's, and that of the node itself.
  const control = new AbortController();
  const abort = (): void => control.abort(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  const fleet = new Fleet(address, identity, {
    signal: control.signal,
    requestTimeout,
    maxWaitTime: maxWaitTime ?? Infinity,
    allowOtherVersions,
    onRetry: (error, attempt, seconds) => node.tell({ type: 'retrying', error, attempt, seconds }),
  });
  const node: FlowerNode = new FlowerNode(
    fleet,
    identity,
    { handlers, heartbeatInterval, pollInterval, maxBytes, onProgress },
    control,
  );
  try {
    signal?.throwIfAborted();
    await node.start(maxWaitTime ?? FIRST_WAIT);
  } catch (error) {
    signal?.removeEventListener('abort', abort);
    control.abort();
    throw error;
  }
  void node.done.catch(() => undefined).finally(() => signal?.removeEventListener('abort', abort));
  return node;
}

/** Options of `fit` that are no options of `join`, or that `join` takes for itself. */
const NOT_OF_FIT: readonly string[] = ['validationData', 'sampleWeight', 'initialEpoch', 'signal'];

function picked(options: object, names: readonly string[]): Omit<FitOptions, 'validationData'> {
  return Object.fromEntries(
    Object.entries(options).filter(([name, value]) => names.includes(name) && value !== undefined),
  );
}

function ofCaller(type: string, handler: FlowerHandler): Handler {
  return async (message, writer) => {
    // A handler may not heed the signal. It is not waited for then.
    const answer = (async () => handler(message))();
    return writer.records(`the answer of ${type}`, await orAbort(answer, message.signal));
  };
}

function addressOf(url: string | URL): URL {
  const text = isUrl(url) ? url.href : url;
  const base = (globalThis as { readonly location?: { readonly href?: string } }).location?.href;
  try {
    const address = new URL(text, base);
    if (/^https?:$/.test(address.protocol)) return address;
  } catch {
    // Said below.
  }
  throw new ValueError(
    `flower.join: url must be the address of a SuperLink, such as 'http://localhost:8000', got ${describeValue(url)}.`,
  );
}

function bytesFor({ model }: JoinOptions): number {
  if (model === undefined) return DEFAULT_MAX_BYTES;
  const { weights } = 'model' in model ? model.model : model;
  return weights.reduce((sum, { shape }) => sum + 8 * sizeOf(shape), 2 ** 24);
}
