// The interleaved run: in each round every contender trains one segment, one after another.
import { summarize } from '../timing.js';
import type { Timing } from '../timing.js';
import type { Segment } from '../peers/protocol.js';

/** What takes part: a process (`Contender`), or a trainer on a page (bench/browser). */
export interface Entry {
  readonly spec: {
    readonly id: string;
    readonly name: string;
    /** Steps of a timed segment at most; the seconds of an epoch are scaled from them. Default: a whole epoch. */
    readonly maxSteps?: number;
  };
  /** Trains `steps` steps, beginning with the first of the order with this number. */
  train(order: number, steps: number): Promise<Segment>;
  close(): Promise<void>;
}

export interface Plan {
  /** Rounds, at least. */
  readonly rounds: number;
  /** More of them follow until they have taken this many seconds, or there are `MOST_ROUNDS`. Default 0. */
  readonly seconds?: number;
  /** Steps of a segment at most. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /** Steps that all train first. They warm up, and their losses are compared. */
  readonly commonSteps: number;
}

/** More rounds than that are not taken for the sake of `seconds`. */
export const MOST_ROUNDS = 20;

/** How a contender did. */
export interface Standing {
  readonly spec: Entry['spec'];
  /** Steps of its segments. */
  readonly steps: number;
  /** Mean loss of the common steps. */
  readonly commonLoss: number;
  /** Mean loss of the first timed segment. */
  readonly firstLoss: number;
  /** Its segments. */
  readonly rounds: number;
  /** Seconds an epoch; undefined if it failed. */
  readonly timing: Timing | undefined;
  readonly failure: string | undefined;
}

/** One contender's progress. */
class Entrant {
  readonly steps: number;
  readonly #seconds: number[] = [];
  #commonLoss = NaN;
  #firstLoss = NaN;
  #failure: string | undefined;

  constructor(
    private readonly contender: Entry,
    private readonly plan: Plan,
  ) {
    this.steps = Math.min(plan.steps, contender.spec.maxSteps ?? Infinity);
  }

  async begin(): Promise<void> {
    await this.#unlessFailed(async () => {
      this.#commonLoss = (await this.contender.train(0, this.plan.commonSteps)).loss;
    });
  }

  async round(order: number): Promise<void> {
    await this.#unlessFailed(async () => {
      const { seconds, loss } = await this.contender.train(order, this.steps);
      if (order === 1) this.#firstLoss = loss;
      this.#seconds.push((seconds / this.steps) * this.plan.stepsPerEpoch);
    });
  }

  async end(): Promise<Standing> {
    await this.contender.close();
    return {
      spec: this.contender.spec,
      steps: this.steps,
      commonLoss: this.#commonLoss,
      firstLoss: this.#firstLoss,
      rounds: this.#seconds.length,
      timing: this.#failure === undefined ? summarize(this.#seconds) : undefined,
      failure: this.#failure,
    };
  }

  /** One that fails is out; the others go on. */
  async #unlessFailed(work: () => Promise<void>): Promise<void> {
    if (this.#failure !== undefined) return;
    try {
      await work();
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error);
    }
  }
}

export async function runRounds(
  contenders: readonly Entry[],
  plan: Plan,
): Promise<readonly Standing[]> {
  const { rounds, seconds = 0 } = plan;
  const entrants = contenders.map((contender) => new Entrant(contender, plan));
  for (const entrant of entrants) await entrant.begin();
  const end = performance.now() + 1000 * seconds;
  let round = 0;
  while (round < rounds || (round < MOST_ROUNDS && performance.now() < end)) {
    round++;
    for (const entrant of entrants) await entrant.round(round);
  }
  return Promise.all(entrants.map((entrant) => entrant.end()));
}
