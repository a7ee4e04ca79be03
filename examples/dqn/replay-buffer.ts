import { tensor } from 'lanegrad';
import type { Tensor } from 'lanegrad';

/** One step of an agent. */
export interface Experience {
  readonly state: readonly number[];
  readonly action: number;
  readonly reward: number;
  readonly next: readonly number[];
  /** 1 if nothing comes after `next`, else 0. */
  readonly ended: 0 | 1;
}

/** Several experiences: states [n, features], all else [n]. */
export interface ExperienceBatch {
  readonly states: Tensor;
  readonly actions: Tensor;
  readonly rewards: Tensor;
  readonly nexts: Tensor;
  readonly ended: Tensor;
}

/** The last `capacity` experiences. Neighbours in time are alike; a random batch of many episodes is not. */
export class ReplayBuffer {
  readonly #experiences: Experience[] = [];
  #added = 0;

  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.#experiences.length;
  }

  /** Adds an experience; beyond the capacity it takes the place of the oldest one. */
  add(experience: Experience): void {
    this.#experiences[this.#added % this.capacity] = experience;
    this.#added++;
  }

  /** Some of the experiences. `places` are numbers from 0 to 1, one for each to be drawn. */
  sample(draws: ArrayLike<number>): ExperienceBatch {
    const drawn = Array.from(draws, (place) => {
      const experience = this.#experiences[Math.floor(place * this.size)];
      if (experience === undefined) throw new Error('the replay buffer is empty');
      return experience;
    });
    return {
      states: tensor(drawn.map(({ state }) => [...state])),
      actions: tensor(
        drawn.map(({ action }) => action),
        { dtype: 'int32' },
      ),
      rewards: tensor(drawn.map(({ reward }) => reward)),
      nexts: tensor(drawn.map(({ next }) => [...next])),
      ended: tensor(drawn.map(({ ended }) => ended)),
    };
  }
}
