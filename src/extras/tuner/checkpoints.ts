import { Callback } from '../../nn/callbacks/callback.js';
import type { EpochLogs } from '../../nn/callbacks/callback.js';
import { optimizersOf } from '../../nn/training/model-optimizers.js';
import type { AnyModel } from '../../nn/models/model.js';
import { isBetter, judgeLogs } from './objective.js';
import type { Sought } from './objective.js';

type Bytes = Uint8Array<ArrayBuffer>;

/** Frees a model and its optimizers. */
export function disposeModel(model: AnyModel): void {
  for (const { optimizer } of optimizersOf(model)) optimizer.dispose();
  model.dispose();
}

/** Keeps the weights of the best epoch. */
export class KeepBest extends Callback {
  /** The weights as a file. */
  best: Bytes | undefined;
  #value = NaN;

  constructor(
    private readonly sought: Sought,
    private readonly trained: AnyModel,
  ) {
    super();
  }

  override async onEpochEnd(_epoch: number, logs: EpochLogs): Promise<void> {
    const { name, direction } = judgeLogs(this.sought, logs, this.trained);
    const value = logs[name] ?? NaN;
    if (!isBetter(direction, value, this.#value)) return;
    this.#value = value;
    const { encodeWeights } = await import('./checkpoint-files.js');
    this.best = encodeWeights(this.trained);
  }
}

/** Goes on where an earlier trial ended. */
export class GoOn extends Callback {
  constructor(
    private readonly from: Bytes,
    private readonly label: string,
  ) {
    super();
  }

  override async onTrainBegin(): Promise<void> {
    const { parseBackup } = await import('../../nn/callbacks/backup-file.js');
    await this.model?.training?.restore(parseBackup(this.from, this.label), this.label);
  }
}

/** Keeps how far a trial came, so that a later one can go on there. */
export class KeepLast extends Callback {
  /** Where training was after the last epoch, as a file. */
  last: Bytes | undefined;

  override async onEpochEnd(): Promise<void> {
    const snapshot = await this.model?.training?.snapshot();
    if (snapshot === undefined) return;
    const { encodeBackup } = await import('../../nn/callbacks/backup-file.js');
    this.last = encodeBackup(snapshot);
  }
}
