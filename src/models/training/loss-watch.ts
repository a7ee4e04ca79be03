import { resultNumber } from '../../metrics/metric.js';
import type { CompilableModel } from '../compilable-model.js';
import type { Compiled } from './compiled.js';

/** Warns once in a `fit` that the loss is no number any more, unless a callback has ended training for it. */
export class LossWatch {
  /** Where the loss was lost. */
  #place: string | undefined;
  #hasWarned = false;

  constructor(
    private readonly model: CompilableModel,
    private readonly compiled: Compiled,
  ) {}

  /** What looks at the mean loss after each batch of an epoch: one that is lost stays so until the epoch ends. */
  lookIn(epoch: number): (batch: number) => void {
    const { compiled } = this;
    const [tracker] = compiled.metrics;
    if (tracker === undefined) return () => undefined;
    return (batch) => {
      const loss = compiled.own === undefined ? resultNumber(tracker) : compiled.own.loss;
      if (loss === undefined || Number.isFinite(loss)) return;
      this.#place ??= `${loss} since step ${batch + 1} of epoch ${epoch + 1}`;
    };
  }

  /** Warns, once the callbacks have seen the batch. */
  tell(): void {
    if (this.#place === undefined || this.#hasWarned || this.model.stopTraining) return;
    this.#hasWarned = true;
    // eslint-disable-next-line no-console
    console.warn(
      `lanegrad: fit: the loss of model '${this.model.name}' is ${this.#place}. What helps: ` +
        `docs/troubleshooting.md#the-loss-is-nan-or-grows`,
    );
  }
}
