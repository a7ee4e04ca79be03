import { describeValue } from '../../config/describe-value.js';
import { checkBoolean, checkOptions } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import type { BackupFile } from './backup-file.js';
import { Callback } from './callback.js';
import { SaveSchedule } from './model-checkpoint.js';
import type { SaveFreq } from './model-checkpoint.js';
import type { TrainingProgress } from './callback.js';

/** Options of `BackupAndRestore`. */
export interface BackupAndRestoreOptions {
  /** When to save: `'epoch'` after each epoch, a number n after every n batches. Default `'epoch'`. */
  readonly saveFreq?: SaveFreq;
  /** Whether to delete the backup when `fit` ends. Default true. */
  readonly deleteCheckpoint?: boolean;
}

/**
 * Backs up the progress of `fit`, so that an interrupted `fit` resumes when you run the same program again: weights, optimizers
 * (including those in properties of a model), random generators, the order of the samples, metrics, epoch and batch. The final
 * weights are bit for bit those of an uninterrupted `fit`. Other callbacks start over.
 *
 * The backup is one file in the folder, which is replaced in one step: there is a complete backup at any time, even if the disk
 * is full. In a browser, the folder is a cache of that name in Cache Storage.
 *
 * @example await model.fit(x, y, { epochs: 50, callbacks: [new callbacks.BackupAndRestore('backup', { saveFreq: 100 })] });
 */
export class BackupAndRestore extends Callback {
  readonly backupDir: string;
  readonly deleteCheckpoint: boolean;
  readonly #schedule: SaveSchedule;
  #file: BackupFile | undefined;

  /**
   * @param backupDir a folder that no other `fit` uses
   * @throws ValueError for an invalid folder or option.
   */
  constructor(backupDir: string, options: BackupAndRestoreOptions = {}) {
    super();
    checkOptions('BackupAndRestore', options, ['saveFreq', 'deleteCheckpoint']);
    if (typeof backupDir !== 'string' || backupDir === '') {
      throw new ValueError(
        `BackupAndRestore: backupDir must be the name of a folder, got ${describeValue(backupDir)}.`,
      );
    }
    this.backupDir = backupDir;
    const deletes = options.deleteCheckpoint ?? true;
    this.deleteCheckpoint = checkBoolean('BackupAndRestore', 'deleteCheckpoint', deletes);
    this.#schedule = new SaveSchedule('BackupAndRestore', options.saveFreq ?? 'epoch');
  }

  /**
   * @throws FormatError for a damaged backup, ValueError or ShapeError for the backup of a different model, ValueError for a
   * folder that is not writable.
   */
  override async onTrainBegin(): Promise<void> {
    const { openBackup } = await import('./backup-file.js');
    this.#file = await openBackup(this.backupDir);
    if (this.#file === undefined) {
      throw new ValueError(
        `BackupAndRestore: there is no place to keep '${this.backupDir}': a browser has one only on secure pages.`,
      );
    }
    const snapshot = await this.#file.read();
    if (snapshot !== undefined) await this.#progress().restore(snapshot, this.#file.label);
  }

  override onTrainBatchEnd(): Promise<void> | undefined {
    return this.#schedule.afterBatch() ? this.#save() : undefined;
  }

  override onEpochEnd(): Promise<void> | undefined {
    return this.#schedule.isEpoch ? this.#save() : undefined;
  }

  override async onTrainEnd(): Promise<void> {
    if (this.deleteCheckpoint) await this.#file?.remove();
  }

  async #save(): Promise<void> {
    await this.#file?.write(await this.#progress().snapshot());
  }

  #progress(): TrainingProgress {
    const progress = this.model?.training;
    if (progress !== undefined) return progress;
    throw new ValueError('BackupAndRestore is a callback of fit: no fit of its model runs.');
  }
}
