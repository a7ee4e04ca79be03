// The network that learns, and its worker.
import { inWorker } from 'lanegrad/remote';
import type { RemoteModel } from 'lanegrad/remote';
import { checkText, compileGpt, learn, stepsOf } from '../../../gpt/learn.js';
import type { Report } from '../../../gpt/learn.js';
import { makeGpt } from '../../../gpt/model.js';
import type { Gpt } from '../../../gpt/model.js';
import type { Characters } from '../../../text/characters.js';
import type { Settings } from './settings.js';

/** Steps between two reports at most, and the least. */
const MOST_STEPS = 50;
const FEWEST_STEPS = 5;
/** A reader waits so long for the next text, where steps are slow. */
const PATIENCE_MS = 3000;

/** A network that learns in a worker; where none can start, in the page. */
export class Student {
  /** The steps that are to be done, those before a pause included. */
  steps: number;
  /** Steps between two reports. */
  every = MOST_STEPS;

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

  /** Has a text written about every three seconds, if a step takes so many milliseconds; never more seldom than every 50 steps. */
  reportBy(stepTime: number): void {
    const steps = Math.round(PATIENCE_MS / stepTime / 5) * 5;
    this.every = Math.min(MOST_STEPS, Math.max(FEWEST_STEPS, steps));
  }

  /** Learns until all steps are done, or `pause`; at each report `model` has the weights of then. */
  learn(
    text: Characters,
    onStep: (step: number, loss: number) => void,
  ): AsyncGenerator<Report, void, undefined> {
    const { batch: batchSize, seed } = this.settings;
    const plan = { steps: this.steps, batchSize, seed, onStep };
    // Reports must not take longer than what lies between them.
    const often = { every: this.every, validationWindows: Math.max(24, 2 * this.every) };
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
