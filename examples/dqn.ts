// Deep Q-learning: a network learns from rewards alone to balance a pole on a cart (V. Mnih et al., "Human-level control
// through deep reinforcement learning", 2015). There is no data set and no fit: the program makes its samples by acting. One
// network says which action is best. Another one, which follows slowly, says what the action is worth (double Q-learning).
//   npx tsx examples/dqn.ts               150 episodes of at most 500 steps
//   npx tsx examples/dqn.ts --seed 1      another seed (default 0)
import { parseArgs } from 'node:util';
import {
  layers,
  losses,
  models,
  oneHot,
  optimizers,
  random,
  tensor,
  tidy,
  utils,
  valueAndGrad,
} from 'lanegrad';
import { push } from './dqn/cart-pole.js';
import type { CartPoleState, Transition } from './dqn/cart-pole.js';
import { ReplayBuffer } from './dqn/replay-buffer.js';
import { isMain } from './is-main.js';

/** How the agent learns. */
export interface DqnOptions {
  readonly episodes?: number;
  /** An episode ends after so many steps, even if the pole stands. */
  readonly maxSteps?: number;
  readonly seed?: number;
  /** Is told the number of each episode, counted from 1, and how long the pole stood. */
  readonly onEpisode?: (episode: number, steps: number) => void;
}

/** What came of it. */
export interface DqnResults {
  /** How many steps the pole stood in each episode of training. */
  readonly training: number[];
  /** The same of ten episodes with the learnt values alone, none of them seen before. */
  readonly test: number[];
  /** The same of ten episodes of pushes at random. */
  readonly atRandom: number[];
}

/** How much a reward is worth a step later. */
const DISCOUNT = 0.99;
const BATCH_SIZE = 64;
/** What the target network takes over of the network in each step. */
const TARGET_SHARE = 0.01;
/** Brings the values, sums of about a hundred rewards, near 1 to 10. */
const REWARD_SCALE = 0.1;
/** Sizes of position, speed, angle and angular speed in the course of an episode: the network gets their multiples. */
const SIZES = [2.4, 2, 0.21, 2];
/** Steps at random before the first step of training. */
const WARM_UP = 500;
/** The share of pushes at random falls from 1 to this, evenly over so many steps. */
const LEAST_EXPLORATION = 0.05;
const EXPLORATION_STEPS = 2000;

/** A state as the network gets it. */
function scaled(state: CartPoleState): number[] {
  return state.map((value, i) => value / (SIZES[i] ?? 1));
}

/** State → Q(state, action), the sum of discounted rewards to come, for both actions. */
function makeQNetwork(): models.Sequential {
  return new models.Sequential([
    layers.Input({ shape: [4] }),
    new layers.Dense(64, { activation: 'relu' }),
    new layers.Dense(64, { activation: 'relu' }),
    new layers.Dense(2),
  ]);
}

/** A network that learns which push is worth most. */
class Agent {
  readonly #network = makeQNetwork();
  readonly #target = makeQNetwork();
  readonly #optimizer = new optimizers.Adam({ learningRate: 0.001 });
  readonly #loss = new losses.MeanSquaredError();
  readonly #memory = new ReplayBuffer(10_000);
  #steps = 0;

  constructor() {
    this.#target.setWeights(this.#network.getWeights());
  }

  /** The action with the highest value. */
  best(state: CartPoleState): number {
    return tidy(() =>
      this.#network
        .apply(tensor([scaled(state)]))
        .argmax(-1)
        .item(),
    );
  }

  /** The best action, or now and then a random one. `dice`: two numbers from 0 to 1. */
  explore(
    state: CartPoleState,
    [chance = 0, side = 0]: ArrayLike<number> & Iterable<number>,
  ): number {
    const exploration = Math.max(LEAST_EXPLORATION, 1 - this.#steps / EXPLORATION_STEPS);
    return chance < exploration ? Number(side < 0.5) : this.best(state);
  }

  /** Remembers what an action led to, and makes a step of training on memories. */
  learn(state: CartPoleState, action: number, { state: next, reward, hasEnded }: Transition): void {
    this.#memory.add({
      state: scaled(state),
      action,
      reward: reward * REWARD_SCALE,
      next: scaled(next),
      ended: hasEnded ? 1 : 0,
    });
    this.#steps++;
    if (this.#steps < WARM_UP) return;
    tidy(() => {
      this.#train();
      this.#followSlowly();
    });
  }

  #train(): void {
    const draws = random.uniform([BATCH_SIZE]).data();
    const { states, actions, rewards, nexts, ended } = this.#memory.sample(draws);
    // reward + discount · Q(next, the best action): a constant, outside of what is differentiated.
    const best = oneHot(this.#network.apply(nexts).argmax(-1), 2);
    const future = this.#target.apply(nexts).mul(best).sum(-1).mul(tensor(1).sub(ended));
    const goals = rewards.add(future.mul(DISCOUNT));
    const chosen = oneHot(actions, 2);
    const { gradients } = valueAndGrad(() => {
      const values = this.#network.apply(states, { training: true }).mul(chosen).sum(-1);
      return this.#loss.apply(goals, values);
    }, this.#network.trainableWeights);
    this.#optimizer.apply(gradients, this.#network.trainableWeights);
  }

  /** The target network: (1 − share) · itself + share · the network. */
  #followSlowly(): void {
    this.#target.weights.forEach((variable, i) => {
      const leader = this.#network.weights[i]?.value ?? variable.value;
      variable.assign(variable.value.mul(1 - TARGET_SHARE).add(leader.mul(TARGET_SHARE)));
    });
  }
}

/** A pole that stands nearly upright: each of the four numbers between −0.05 and 0.05. */
function firstState(): CartPoleState {
  const [x = 0, speed = 0, angle = 0, spin = 0] = tidy(() =>
    random.uniform([4], { minval: -0.05, maxval: 0.05 }).data(),
  );
  return [x, speed, angle, spin];
}

/** Steps of an episode in which `act` chooses the pushes. `onStep` is told each. */
function play(
  maxSteps: number,
  act: (state: CartPoleState) => number,
  onStep?: (...step: Parameters<Agent['learn']>) => void,
): number {
  let state = firstState();
  for (let step = 1; step <= maxSteps; step++) {
    const action = act(state);
    const transition = push(state, action);
    // An episode that is cut off after maxSteps has not ended: it could have gone on.
    onStep?.(state, action, transition);
    if (transition.hasEnded) return step;
    state = transition.state;
  }
  return maxSteps;
}

/** Trains an agent, then looks how long its poles stand. */
export function dqn(options: DqnOptions = {}): DqnResults {
  const { episodes = 100, maxSteps = 200, seed = 0, onEpisode } = options;
  utils.setRandomSeed(seed);
  const agent = new Agent();
  const dice = (): ArrayLike<number> & Iterable<number> => tidy(() => random.uniform([2]).data());
  const training = Array.from({ length: episodes }, (_, episode) => {
    const steps = play(
      maxSteps,
      (state) => agent.explore(state, dice()),
      (...experience) => agent.learn(...experience),
    );
    onEpisode?.(episode + 1, steps);
    return steps;
  });
  const ten = (act: (state: CartPoleState) => number): number[] =>
    Array.from({ length: 10 }, () => play(maxSteps, act));
  return {
    training,
    test: ten((state) => agent.best(state)),
    atRandom: ten(() => Number((dice()[0] ?? 0) < 0.5)),
  };
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({ options: { seed: { type: 'string', default: '0' } } });
  const { test, atRandom } = dqn({
    episodes: 150,
    maxSteps: 500,
    seed: Number(values.seed),
    onEpisode: (episode, steps) => {
      if (episode % 10 === 0) console.log(`Episode ${episode}: the pole stood ${steps} steps`);
    },
  });
  console.log(`With the learnt values: ${test.join(', ')} steps, of at most 500`);
  console.log(`At random: ${atRandom.join(', ')} steps`);
}
