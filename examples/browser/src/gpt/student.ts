// The network that learns, and its worker.
import { inWorker } from 'lanegrad/remote';
import type { RemoteModel } from 'lanegrad/remote';
import { checkText, compileGpt, learn, stepsOf } from '../../../gpt/learn.js';
import type { Report } from '../../../gpt/learn.js';
import { makeGpt } from '../../../gpt/model.js';
import type { Gpt } from '../../../gpt/model.js';
import type { Characters } from '../../../text/characters.js';
import type { Settings } from './settings.js';

/** Steps between two reports, and how much is measured for one. */
const EVERY = 50;
const VALIDATION_WINDOWS = 96;

/** A network that learns in a worker; where none can start, in the page. */
export class Student {
  /** The steps that are to be done, those before a pause included. */
  steps: number;

  private constructor(
    readonly model: Gpt,
    private readonly remote: RemoteModel<Gpt> | undefined,
    /** Why there is no worker, if there is none. */
    readonly obstacle: string | undefined,
    readonly settings: Settings,
  ) {
    this.steps = settings.steps;
  }

  /** A new network for the text, or one from a file. */
  static async start(text: Characters, settings: Settings, loaded?: Gpt): Promise<Student> {
    const model = loaded ?? makeGpt({ ...settings, characters: text.alphabet.length });
    checkText(model, text);
    if (model.optimizer === undefined) compileGpt(model, settings.steps);
    const { threads } = settings;
    try {
      const remote = await inWorker(model, { runtime: { threads }, waitForBatchHooks: false });
      return new Student(model, remote, undefined, settings);
    } catch (error) {
      const obstacle = error instanceof Error ? error.message : String(error);
      return new Student(model, undefined, obstacle, settings);
    }
  }

  /** Steps that are done. */
  get step(): number {
    return stepsOf(this.model);
  }

  get #trainer(): RemoteModel<Gpt> | Gpt {
    return this.remote ?? this.model;
  }

  /** Learns until all steps are done, or `pause`; at each report `model` has the weights of then. */
  learn(
    text: Characters,
    onStep: (step: number, loss: number) => void,
  ): AsyncGenerator<Report, void, undefined> {
    const { batch: batchSize, seed } = this.settings;
    const plan = { steps: this.steps, batchSize, seed, onStep };
    const often = { every: EVERY, validationWindows: VALIDATION_WINDOWS };
    return learn(this.model, text, { ...plan, ...often }, this.#trainer);
  }

  pause(): void {
    this.#trainer.stopTraining = true;
  }

  async save(target: string): Promise<void> {
    await this.#trainer.save(target);
  }

  dispose(): void {
    this.remote?.dispose();
    this.model.dispose();
  }
}
