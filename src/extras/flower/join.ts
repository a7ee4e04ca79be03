import { describeValue } from '../../config/describe-value.js';
import {
  checkBoolean,
  checkFunction,
  checkNumber,
  checkOptions,
  checkSignal,
  isPlainObject,
  isUrl,
} from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { DEFAULT_MAX_BYTES } from '../../files/formats/bytes.js';
import { loops } from '../../nn/training/loops/chunk.js';
import { sizeOf } from '../../engine/tensor/index.js';
import { Fleet } from './fleet.js';
import type { FleetOptions } from './fleet.js';
import { generateKey, identityOf } from './identity.js';
import { FlowerNode } from './node.js';
import { ownHandler } from './own-handlers.js';
import { isPage } from './page-life.js';
import { localDpOf } from './privacy.js';
import type { LocalDp, LocalDpOptions } from './privacy.js';
import { handlersOf } from './of-model.js';
import { MODEL_OPTIONS, NOT_OF_FIT } from './model-options.js';
import type { ModelOptions, PassedOptions } from './model-options.js';
import type { NodeConfig } from './message.js';
import { modelOf } from './trained.js';
import type { FlowerHandler, FlowerProgress, Handler, NodeSettings } from './progress.js';

/** Options of `join` in addition to those of a model. Times are in seconds. */
export interface NodeOptions {
  /** The identity of the node: a key pair from `generateKey`. Default: a new pair for this call. */
  readonly key?: CryptoKeyPair;
  /** A signal that makes the node leave; before it has joined, the signal's reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Called with reports of what the node does. An error that it throws ends the node. */
  readonly onProgress?: (progress: FlowerProgress) => void;
  /**
   * The interval between heartbeats to the server, 10 to 1800. After twice this time without one, the server considers the node
   * gone. Default 30, and 10 in a page, which may be closed. A page in the background asks the server to wait for at least 180
   * s.
   */
  readonly heartbeatInterval?: number;
  /** The shortest wait between two requests for a message. Default 1. */
  readonly pollInterval?: number;
  /**
   * How long a node waits at most between two questions. It waits for an eighth of the time since the last message, or for what
   * the server advises (`poll-interval`). Default 60, or `pollInterval` if that is longer.
   */
  readonly maxPollInterval?: number;
  /**
   * For how long a server may send nothing while it answers, and how long a request may take for each MiB that goes either
   * way. Default 60.
   */
  readonly requestTimeout?: number;
  /**
   * For how long a server that cannot be reached is asked again, with longer and longer waits of at most 20 s. Default: 10
   * when the node joins, and without end afterwards. A node whose key still counts as online, as after a crash, tries to join for
   * as long; default: two heartbeats and 5 s.
   */
  readonly maxWaitTime?: number;
  /**
   * The largest size of a message in bytes. Default: twice those of the model's weights and 16 MiB; 2³⁰ (1 GiB) where all
   * handlers are of the caller's own.
   */
  readonly maxBytes?: number;
  /** Whether to accept a server of a different version of Flower. Default false: that is an error. */
  readonly allowOtherVersions?: boolean;
  /** Settings of this node by name, which handlers find in `message.nodeConfig`. Flower: `--node-config`. Default: none. */
  readonly nodeConfig?: NodeConfig;
  /** Local differential privacy: each update is clipped and gets noise before it is sent. Flower: `LocalDpMod`. Default: none. */
  readonly localDp?: LocalDpOptions;
  /** Handles messages of type `'train'`, instead of the model. */
  readonly train?: FlowerHandler;
  /** Handles messages of type `'evaluate'`, instead of the model. */
  readonly evaluate?: FlowerHandler;
  /** Handles messages of type `'query'`. Default: the answer is an error. */
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
  'maxPollInterval',
  'requestTimeout',
  'maxWaitTime',
  'maxBytes',
  'allowOtherVersions',
  'nodeConfig',
  'localDp',
  ...HANDLERS,
] as const;
/** Seconds for which a server that cannot be reached is asked again when a node joins. */
const FIRST_WAIT = 10;
/** Seconds between two heartbeats; in a page, which may be closed at any time, there are more. */
const HEARTBEAT = 30;
const PAGE_HEARTBEAT = 10;
/** Seconds between two questions of a node that has been idle for long. */
const LONGEST_POLL = 60;

/**
 * Joins a federation of [Flower](https://flower.ai): this program becomes a node of a SuperLink, trains and evaluates on request,
 * and sends weights and metrics. The data stay here.
 *
 * With a model, a message of type `'train'` sets its weights, trains it on `data` with the options of `fit`, and answers with
 * the weights, the last epoch's loss and metrics, and `num-examples`; a message of type `'evaluate'` sets its weights and
 * measures `validationData`. Arrays have the order of `getWeights()`, which is Keras's; a server that sends all of them as one flat
 * array gets one back. Of the server's settings the model follows `lr`, `epochs` and `batch-size` (also `learning-rate`,
 * `local-epochs`), `proximal-mu` (FedProx adds μ/2 · Σ‖w − w₀‖² to the loss) and `update-dtype`; `clipping_norm` holds for
 * handlers of your own as well. The state of the optimizer stays here, and so does a learning rate, until the server sends another
 * one or another run begins. For anything else, pass your own handlers.
 *
 * A server of Flower's legacy API (`DefaultWorkflow`) gets its own records as answers. If a server asks for secure aggregation
 * (`SecAggPlusWorkflow`), the weights leave the node masked, and the server sees only the sum of all nodes.
 *
 * A handler that throws is answered as an error, and the node continues. Weights that do not fit, numbers that are not finite and
 * demands for privacy that the node cannot meet are refused, and the model keeps what it had.
 *
 * Protocol: the Fleet API of Flower 1.42, protobuf over HTTP. A SuperLink sends no CORS headers, so a page joins through a proxy
 * of its own origin.
 *
 * @param url the URL of the SuperLink: `http://localhost:8000`
 * @throws FlowerError if the SuperLink cannot be reached or refuses the node; ValueError for invalid options.
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
    FIT_OPTIONS.filter((name) => !(NOT_OF_FIT as readonly string[]).includes(name)),
  );
  const hasModel = options?.model !== undefined;
  const modelOptions = hasModel ? [...MODEL_OPTIONS, ...fitOptionNames] : ['model'];
  checkOptions(owner, options, [...modelOptions, ...NODE_OPTIONS]);
  const address = addressOf(url);
  const settings = nodeSettings(owner, options);
  const { maxWaitTime } = options;
  const fleetOptions = fleetSettings(owner, options);
  const localDp = options.localDp === undefined ? undefined : localDpOf(owner, options.localDp);
  const signal = checkSignal(owner, options.signal);
  const ownHandlers = handlersOfCaller(owner, options, localDp);
  if (!hasModel && ownHandlers.size === 0) {
    throw new ValueError(
      `${owner}: expected a model with data, or handlers: { train, evaluate, query }.`,
    );
  }
  const maxBytes = checkNumber(owner, 'maxBytes', options.maxBytes ?? bytesFor(options), {
    min: 0,
  });
  const identity = await identityOf(options.key ?? (await generateKey(false)));
  if (hasModel && options.requireSecureAggregation === true && options.train !== undefined) {
    throw new ValueError(
      `${owner}: requireSecureAggregation is for the training of the model, but train is a handler of your own that replaces it. ` +
        `Leave out one of them.`,
    );
  }
  // From here on the model holds memory, which ends with the node.
  const model = hasModel
    ? await handlersOf(options, picked(options, fitOptionNames), localDp, (one) => node.tell(one))
    : undefined;
  const handlers = new Map([...(model?.handlers ?? []), ...ownHandlers]);
  // A handler of the caller's own may train the model and protect its answer: the weights themselves stay here.
  if (options.train !== undefined) handlers.delete('get_parameters');
  // One signal ends all: the caller's, and that of the node itself.
  const control = new AbortController();
  const abort = (): void => control.abort(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  const fleet = new Fleet(address, identity, {
    ...fleetOptions,
    signal: control.signal,
    onRetry: (error, attempt, seconds) => node.tell({ type: 'retrying', error, attempt, seconds }),
  });
  const node: FlowerNode = new FlowerNode(
    fleet,
    identity,
    { ...settings, handlers, maxBytes },
    control,
  );
  const end = (): void => {
    signal?.removeEventListener('abort', abort);
    model?.dispose();
  };
  try {
    signal?.throwIfAborted();
    await node.start(maxWaitTime ?? FIRST_WAIT, maxWaitTime);
  } catch (error) {
    end();
    control.abort();
    throw error;
  }
  void node.done.catch(() => undefined).finally(end);
  return node;
}

/** Handlers of the caller's own, by types of messages. @throws ValueError for anything but functions. */
function handlersOfCaller(
  owner: string,
  options: JoinOptions,
  localDp: LocalDp | undefined,
): Map<string, Handler> {
  return new Map(
    HANDLERS.flatMap((type) => {
      const handler = options[type];
      if (handler === undefined) return [];
      return [[type, ownHandler(type, checkFunction(owner, type, handler), localDp)]];
    }),
  );
}

/** @throws ValueError for options that cannot be. */
function nodeSettings(
  owner: string,
  options: JoinOptions,
): Omit<NodeSettings, 'handlers' | 'maxBytes'> {
  const { onProgress = () => undefined, pollInterval = 1, nodeConfig = {} } = options;
  const { heartbeatInterval = isPage() ? PAGE_HEARTBEAT : HEARTBEAT } = options;
  checkFunction(owner, 'onProgress', onProgress);
  checkNumber(owner, 'heartbeatInterval', heartbeatInterval, { min: 10, max: 1800 });
  checkNumber(owner, 'pollInterval', pollInterval, { above: 0, max: 3600 });
  const { maxPollInterval = Math.max(pollInterval, LONGEST_POLL) } = options;
  checkNumber(owner, 'maxPollInterval', maxPollInterval, { min: pollInterval, max: 3600 });
  const isSetting = (value: unknown): boolean =>
    ['string', 'number', 'boolean'].includes(typeof value);
  if (!isPlainObject(nodeConfig) || !Object.values(nodeConfig).every(isSetting)) {
    throw new ValueError(
      `${owner}: nodeConfig must be an object of texts, numbers and booleans, got ${describeValue(nodeConfig)}.`,
    );
  }
  const isKeyKept = options.key !== undefined;
  return {
    onProgress,
    heartbeatInterval,
    pollInterval,
    maxPollInterval,
    nodeConfig: Object.freeze({ ...nodeConfig }),
    isKeyKept,
  };
}

/** @throws ValueError for options that cannot be. */
function fleetSettings(
  owner: string,
  { requestTimeout = 60, maxWaitTime = Infinity, allowOtherVersions = false }: JoinOptions,
): Omit<FleetOptions, 'signal' | 'onRetry'> {
  checkNumber(owner, 'requestTimeout', requestTimeout, { above: 0, max: 86400 });
  if (maxWaitTime !== Infinity) checkNumber(owner, 'maxWaitTime', maxWaitTime, { min: 0 });
  checkBoolean(owner, 'allowOtherVersions', allowOtherVersions);
  return { requestTimeout, maxWaitTime, allowOtherVersions };
}

function picked(options: object, names: readonly string[]): PassedOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([name, value]) => names.includes(name) && value !== undefined),
  );
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
  return modelOf(model).weights.reduce((sum, { shape }) => sum + 8 * sizeOf(shape), 2 ** 24);
}
