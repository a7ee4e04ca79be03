import { isRecording } from '../../../engine/autodiff/index.js';
import { checkLength, checkOptions, naming, showAs } from '../../../config/index.js';
import { DisposedError, ShapeError, ValueError } from '../../../errors.js';
import { gather } from '../../../engine/ops/index.js';
import { arange, formatShape, keep, Tensor, tidy } from '../../../engine/tensor/index.js';
import type { TensorLike } from '../../../engine/tensor/index.js';
import { CachedSteps } from './cached-steps.js';
import { holdsSymbolic } from './symbolic-tensor.js';
import type { Steps } from './cached-steps.js';
import { isStepwise } from './stepwise-operations.js';

/** Options of `KeyValueCache`. */
export interface KeyValueCacheOptions {
  /** The largest number of steps that the cache can hold. */
  readonly maxLength: number;
}

/** What a layer has made of a sequence that does not grow. */
interface Recalled {
  /** Names what it was made of. */
  readonly source: string;
  readonly results: readonly Tensor[];
}

/**
 * Keys and values of attention from earlier calls. With a cache you give a model only the new steps, and it returns what it
 * would return at these steps for the whole sequence. Generating text then costs one step per token.
 *
 * `model.apply(tokens, { cache })` passes the cache to all layers inside, at any depth: `MultiHeadAttention` and
 * `GroupQueryAttention` store the keys and values of the new steps and attend to all steps up to that of the query
 * (`useCausalMask: true`). Each call may have any number of steps. Your own layer sets `supportsCaching = true` and reads the
 * number of earlier steps from `cache.length`.
 *
 * Layers that mix steps in other ways refuse a cache: convolutions and pooling over steps, recurrent layers and `Attention`.
 * Training and gradients refuse a cache too.
 *
 * @example
 * const tokens = Input([null], { dtype: 'int32' });
 * const h = new layers.Embedding(65, 32).apply(tokens);
 * const attended = new layers.MultiHeadAttention(4, 8).apply([h, h], { useCausalMask: true });
 * const model = new models.Model({ inputs: tokens, outputs: new layers.Dense(65).apply(attended) });
 *
 * const cache = new layers.KeyValueCache({ maxLength: 128 });
 * model.apply([[5, 3, 8]], { cache }); // the prompt
 * model.apply([[9]], { cache }).shape; // the next token: [1, 1, 65]
 * cache.dispose();
 */
export class KeyValueCache {
  /** The largest number of steps that the cache can hold. */
  readonly maxLength: number;
  #length = 0;
  #batchSize: number | undefined;
  /** For each layer what its calls keep, in their order within a call of the model. */
  readonly #cached = new Map<object, CachedSteps[]>();
  readonly #recalled = new Map<object, Recalled[]>();
  /** Of the call that runs: how often each layer has asked for what it keeps. Undefined between calls. */
  #asked: Map<object, number> | undefined;
  /** Of the call that runs: how many steps it has, as soon as that is known. */
  #steps: number | undefined;
  /** Of the call that runs: whether its outermost layer was reached. */
  #isEntered = false;
  #isDisposed = false;

  /** @throws ValueError unless `maxLength` is a positive whole number. */
  constructor(options: KeyValueCacheOptions) {
    checkOptions('KeyValueCache', options, ['maxLength']);
    this.maxLength = checkLength('KeyValueCache', 'maxLength', options.maxLength);
  }

  /**
   * The number of steps in the cache. During a call this is the number of steps before the call, which is the position of its
   * first step.
   */
  get length(): number {
    return this.#length;
  }

  /** The number of sequences; undefined before the first call. */
  get batchSize(): number | undefined {
    return this.#batchSize;
  }

  /** Forgets all steps, so that you can start other sequences. The memory is kept for the same number of sequences. */
  reset(): void {
    this.#requireIdle('reset');
    this.#rewind(0);
    this.#forgetRecalled();
  }

  /**
   * Continues only with the sequences at these indices, such as those that a beam search has chosen. An index may occur
   * several times, so one prompt can become several sequences.
   *
   * @throws ValueError before the first call, and for an index out of range.
   * @example
   * const cache = new layers.KeyValueCache({ maxLength: 8 });
   * const x = ones([1, 3, 4]);
   * new layers.MultiHeadAttention(2, 4).apply([x, x], { useCausalMask: true, cache });
   * cache.select([0, 0]);
   * cache.batchSize; // 2
   */
  select(rows: TensorLike): void {
    this.#requireIdle('select');
    const batch = this.#batchSize;
    if (batch === undefined) {
      throw new ValueError('KeyValueCache: select needs sequences, but no model was called yet.');
    }
    tidy(() => {
      const index = naming('KeyValueCache: select', () => gather(arange(batch), rows));
      if (index.ndim !== 1) {
        throw new ShapeError(
          `KeyValueCache: select takes a list of indices, got shape ${formatShape(index.shape)}.`,
        );
      }
      const selected = [...this.#cached].map(([layer, list]) => {
        return [layer, list.map((cached) => cached.select(index))] as const;
      });
      this.#clearCached();
      for (const [layer, list] of selected) this.#cached.set(layer, list);
      this.#batchSize = index.size;
    });
  }

  /** Frees the memory. The cache cannot be used in calls afterwards. */
  dispose(): void {
    this.#requireIdle('dispose');
    this.#clearCached();
    this.#forgetRecalled();
    this.#isDisposed = true;
  }

  /** `using cache = …` disposes at the end of the block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /**
   * Begins the call of a model, or of a layer that is in none.
   *
   * @param x what it is called with
   * @param outer the cache of a call around
   * @returns what is called at its end: if it has failed, what it added is gone again @internal
   */
  begin(label: string, x: unknown, outer: KeyValueCache | undefined): (isDone: boolean) => void {
    if (holdsSymbolic(x)) {
      throw new ValueError(
        `${label}: a cache needs tensors, but the input is symbolic. Give the cache to the finished model.`,
      );
    }
    if (outer !== undefined) {
      throw new ValueError(
        `${label} was given another cache than the call that it is a part of. A call has one cache; leave this one out.`,
      );
    }
    this.#requireIdle('apply');
    if (isRecording()) {
      throw new ValueError(
        `${label}: no gradient flows through a cache. Call it without the cache to train it.`,
      );
    }
    this.#asked = new Map();
    this.#steps = undefined;
    this.#isEntered = false;
    const before = this.#length;
    return (isDone) => {
      this.#asked = undefined;
      if (isDone) this.#length = before + (this.#steps ?? 0);
      else this.#rewind(before);
    };
  }

  /**
   * Lets a layer be called. What the outermost one, the model, is given says how many steps come.
   *
   * @param label returns the layer's name; called only for an error, as this runs each call
   * @param supportsCaching whether the layer says so
   * @param input what it is given
   * @throws ValueError unless it may be called, and the input fits what is cached @internal
   */
  admit(label: () => string, supportsCaching: boolean, training: boolean, input: unknown): void {
    if (training) {
      throw new ValueError(`${label()}: training does not go with a cache. Leave one of them out.`);
    }
    if (!supportsCaching) {
      throw new ValueError(
        `${label()} cannot be called with a cache: with a cache a layer sees only the new steps, and this one may mix steps. Call the ` +
          `model without the cache. Your own layer may set supportsCaching = true if it works on each step by itself, ` +
          `or reads the number of steps before from cache.length; layers inside of it are asked themselves.`,
      );
    }
    if (this.#isEntered) return;
    this.#isEntered = true;
    if (!(input instanceof Tensor) || input.ndim < 2) return;
    this.#expect(label, input.shape[0] ?? 0, input.shape[1] ?? 0);
  }

  /**
   * Lets an operation of a graph be called.
   *
   * @param name its name in `ops`
   * @param constants tensors among the arguments that are the same in each call
   * @throws ValueError unless it computes each step by itself @internal
   */
  admitOperation(
    name: string,
    args: readonly unknown[],
    constants: readonly Tensor[],
    label: () => string,
  ): void {
    this.admit(label, isStepwise(name, args, constants), false, args);
  }

  /**
   * Puts steps behind those that a layer has cached. A layer that is called several times by a model keeps as many sequences of
   * steps.
   *
   * @returns all of them: tensors of the scope @internal
   */
  append(layer: object, label: () => string, steps: Steps): Steps {
    const [batch = 0, count = 0] = steps.keys.shape;
    this.#expect(label, batch, count);
    const list = listOf(this.#cached, layer);
    const callIndex = this.#callIndexOf(layer);
    let cached = list[callIndex];
    const fits = cached?.fits(steps) === true;
    if (this.#length > 0 && (!fits || cached?.length !== this.#length)) {
      throw new ValueError(
        `${label()} has kept ${cached?.length ?? 0} steps of the ${this.#length} in the cache: it did not take part in all calls, ` +
          `or had other sizes. Use a cache with one model, whose calls reach the same layers, or reset() it.`,
      );
    }
    if (cached === undefined || !fits) {
      cached?.dispose();
      cached = CachedSteps.for(steps, this.maxLength, label());
      list[callIndex] = cached;
    }
    return cached.append(steps);
  }

  /**
   * What a layer makes of a sequence that does not grow: it is made once, as long as the same tensors come.
   *
   * @param make its tensors are cached @internal
   */
  recall<const R extends readonly Tensor[]>(
    layer: object,
    sources: readonly Tensor[],
    make: () => R,
  ): R {
    const source = sources.map(({ id, storage }) => `${id}@${storage.version}`).join(' ');
    const list = listOf(this.#recalled, layer);
    const callIndex = this.#callIndexOf(layer);
    const known = list[callIndex];
    if (known?.source === source) return known.results as R;
    const results = make();
    results.forEach(keep);
    known?.results.forEach((tensor) => {
      tensor.dispose();
    });
    list[callIndex] = { source, results };
    return results;
  }

  /** The number of the layer's calls before in the call that runs. */
  #callIndexOf(layer: object): number {
    const callIndex = this.#asked?.get(layer) ?? 0;
    this.#asked?.set(layer, callIndex + 1);
    return callIndex;
  }

  /** @throws ShapeError, or ValueError where there is no room, unless so many steps of so many sequences can come. */
  #expect(label: () => string, batch: number, steps: number): void {
    if (this.#length > 0 && batch !== this.#batchSize) {
      throw new ShapeError(
        `${label()}: the cache keeps ${this.#batchSize ?? 0} sequences, but a batch of ${batch} came. Give the next steps of ` +
          `the same sequences, take some of them with select(), or reset() the cache for others.`,
      );
    }
    if (this.#steps !== undefined && steps !== this.#steps) {
      throw new ShapeError(
        `${label()} got ${steps} steps with a cache, but the call has ${this.#steps}: it is another sequence. Compute what does ` +
          `not grow (the output of an encoder) by a call without the cache, and give it as an input; within a call() of ` +
          `your own, by apply(x, { cache: null }).`,
      );
    }
    if (this.#length + steps > this.maxLength) {
      throw new ValueError(
        `${label()}: the cache holds ${this.#length} of at most ${this.maxLength} steps, and ${steps} more came. Make the cache ` +
          `with a larger maxLength, or reset() it and call the model with the last steps again.`,
      );
    }
    this.#batchSize = batch;
    this.#steps = steps;
  }

  #rewind(length: number): void {
    this.#length = length;
    if (length === 0) this.#batchSize = undefined;
    for (const list of this.#cached.values()) for (const cached of list) cached.shorten(length);
  }

  #clearCached(): void {
    for (const list of this.#cached.values()) for (const cached of list) cached.dispose();
    this.#cached.clear();
  }

  #forgetRecalled(): void {
    for (const { results } of [...this.#recalled.values()].flat()) {
      for (const tensor of results) tensor.dispose();
    }
    this.#recalled.clear();
  }

  #requireIdle(method: string): void {
    if (this.#isDisposed && method !== 'dispose') {
      throw new DisposedError(`KeyValueCache: ${method} after dispose(). Make a new cache.`);
    }
    if (this.#asked === undefined) return;
    throw new ValueError(
      `KeyValueCache: ${method} during a call with the cache. Wait for its end.`,
    );
  }

  /** A one-line description of the cache. */
  toString(): string {
    const { length, maxLength, batchSize } = this;
    const of = batchSize === undefined ? '' : `, batchSize=${batchSize}`;
    return `KeyValueCache(${this.#isDisposed ? 'disposed' : `length=${length}, maxLength=${maxLength}${of}`})`;
  }
}

showAs(KeyValueCache, String);

function listOf<T>(map: Map<object, T[]>, key: object): T[] {
  const list = map.get(key) ?? [];
  map.set(key, list);
  return list;
}
