import { checkBoolean, checkOptions } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { tidy } from '../../engine/tensor/index.js';
import { Callback } from './callback.js';
import type { CallbackModel, HookResult } from './callback.js';

/** Options of `SwapEMAWeights`. */
export interface SwapEMAWeightsOptions {
  /**
   * Whether to swap the weights between epochs too, so that later callbacks in the list, such as `ModelCheckpoint`,
   * find the averages in the model. Default false.
   */
  readonly swapOnEpoch?: boolean;
}

type EmaOptimizer = NonNullable<CallbackModel['optimizer']>;

/**
 * Evaluates and predicts with the moving averages of the weights: swaps the weights with the averages that the optimizer
 * keeps (`useEma: true`) before `evaluate`, a validation and `predict`, and swaps them back afterwards. This needs no
 * additional memory. At the end of `fit` the averages replace the weights, as with any such optimizer.
 *
 * - Before the first step there are no averages, and nothing is swapped.
 * - Put `BackupAndRestore` before it in the list, so that a backup contains the trained weights.
 * - An `evaluate` or `predict` that fails leaves the averages in the model until the next loop with this callback begins.
 *
 * @example
 * model.compile({ loss: 'mse', optimizer: new optimizers.SGD({ useEma: true }) });
 * await model.fit(x, y, { validationSplit: 0.2, callbacks: [new callbacks.SwapEMAWeights()] });
 */
export class SwapEMAWeights extends Callback {
  readonly swapOnEpoch: boolean;

  /** @throws ValueError for an option that is unknown or out of range. */
  constructor(options: SwapEMAWeightsOptions = {}) {
    super();
    checkOptions('SwapEMAWeights', options, ['swapOnEpoch']);
    this.swapOnEpoch = checkBoolean('SwapEMAWeights', 'swapOnEpoch', options.swapOnEpoch ?? false);
  }

  /** @throws ValueError if the optimizer does not keep averages. */
  override onTrainBegin(): void {
    this.#swap(false);
  }

  override onEpochBegin(): void {
    this.#swap(false);
  }

  override onEpochEnd(): void {
    if (this.swapOnEpoch) this.#swap(true);
  }

  override onTestBegin(): HookResult {
    return this.#swapWithin(true);
  }

  override onTestEnd(): HookResult {
    return this.#swapWithin(false);
  }

  override onPredictBegin(): HookResult {
    return this.#swapWithin(true);
  }

  override onPredictEnd(): HookResult {
    return this.#swapWithin(false);
  }

  /** In the middle of a `fit` in a worker the weights have to be fetched first. */
  #swapWithin(toAverages: boolean): HookResult {
    const pulled = this.model?.pull?.();
    if (pulled === undefined) {
      this.#swap(toAverages);
      return undefined;
    }
    return pulled.then(() => {
      this.#swap(toAverages);
    });
  }

  #swap(toAverages: boolean): void {
    const optimizer = this.#optimizer();
    if (optimizer.hasSwapped === toAverages || optimizer.iterations === 0) return;
    tidy(() => {
      for (const [weight, average] of optimizer.averages ?? []) {
        const saved = weight.value.clone();
        weight.assign(average.value);
        average.assign(saved);
      }
    });
    optimizer.hasSwapped = toAverages;
  }

  #optimizer(): EmaOptimizer {
    const optimizer = this.model?.optimizer;
    const all = [optimizer, ...Object.values(optimizer?.inner ?? {})];
    if (optimizer !== undefined && all.some((each) => each?.useEma === true)) return optimizer;
    throw new ValueError(
      'SwapEMAWeights: the optimizer keeps no moving averages of the weights. Give it useEma: true, such as ' +
        'new optimizers.Adam({ useEma: true }), and compile the model with it.',
    );
  }
}
