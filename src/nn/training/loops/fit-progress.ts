import type { TrainingProgress, TrainingSnapshot } from '../../callbacks/callback.js';
import type { BatchSource } from '../../data/batches/index.js';
import type { SeedGenerator } from '../../../engine/random/seed-generator.js';
import type { Compiled, Logs } from '../compiled.js';
import type { CompilableModel } from '../compilable-model.js';
import { saving } from '../saving.js';
import type { InterruptedFit, RunningFit } from '../saving.js';

/** Where a `fit` is: what a backup saves, and what brings it back there. */
export class FitProgress implements TrainingProgress, RunningFit {
  /** The epoch that runs, or the next one. */
  epoch: number;
  /** States of the metrics of an interrupted epoch, until it goes on. */
  #metrics: InterruptedFit['metrics'] = null;
  #ownMetrics: InterruptedFit['ownMetrics'] = null;
  /** Results of an interrupted epoch, until it goes on. */
  #logs: InterruptedFit['logs'] = null;

  constructor(
    readonly model: CompilableModel,
    readonly compiled: Compiled,
    readonly source: BatchSource,
    /** Where the orders of samples come from. */
    readonly generator: SeedGenerator,
    initialEpoch: number,
  ) {
    this.epoch = initialEpoch;
  }

  async snapshot(): Promise<TrainingSnapshot> {
    return saving.use(async ({ snapshotOf }) => snapshotOf(this));
  }

  async restore(snapshot: TrainingSnapshot, label: string): Promise<void> {
    await saving.use(async ({ restoreTraining }) => restoreTraining(this, snapshot, label));
  }

  /** Takes the position in the data, the epoch and the metrics of an interrupted run over. */
  goOnFrom(interrupted: InterruptedFit): void {
    const { position, epoch, generator, metrics, ownMetrics, logs } = interrupted;
    this.generator.setState(generator);
    this.source.seek(position);
    this.epoch = epoch;
    this.#metrics = metrics;
    this.#ownMetrics = ownMetrics;
    this.#logs = logs;
  }

  /** At the beginning of an epoch, after metrics were reset. */
  restoreMetrics(): void {
    if (this.#metrics !== null) this.compiled.setMetricStates(this.#metrics);
    this.#ownMetrics?.forEach((state, i) => this.model.ownMetrics()[i]?.setState(state));
    if (this.#isOwn && this.#logs !== null) this.compiled.own = this.#logs as Logs;
    this.#metrics = this.#ownMetrics = null;
  }

  get #isOwn(): boolean {
    return this.model.hasOwnStep('trainStep');
  }

  /**
   * Results of the epoch that has ended: those of the backup, if it was made after the last batch, so that no batch
   * has told yet which metrics there are.
   */
  results(): Logs {
    const logs = this.#logs;
    this.#logs = null;
    const results = this.compiled.logs();
    return this.#isOwn || this.compiled.isResolved || logs === null
      ? results
      : { ...results, ...logs };
  }
}
