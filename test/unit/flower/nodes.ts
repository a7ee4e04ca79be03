// Nodes for tests, and the model that they train.
import { afterEach } from 'vitest';
import * as flower from '../../../src/flower.js';
import type { FlowerNode, FlowerProgress, JoinOptions } from '../../../src/flower.js';
import { layers, optimizers, random, Sequential, tensor, utils } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import type { SuperLink } from './superlink.js';

const nodes: FlowerNode[] = [];

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.leave()));
});

/** A node until the end of the test, and what it tells. */
export interface Joined {
  readonly node: FlowerNode;
  readonly progress: FlowerProgress[];
  /** What it has told of that type. */
  readonly told: <T extends FlowerProgress['type']>(
    type: T,
  ) => Extract<FlowerProgress, { readonly type: T }>[];
  /** Resolved when it tells of that type so often. */
  readonly tells: (type: FlowerProgress['type'], times?: number) => Promise<void>;
}

/** Joins, with short times. */
export async function joined(
  { url }: Pick<SuperLink, 'url'>,
  options: JoinOptions,
): Promise<Joined> {
  const progress: FlowerProgress[] = [];
  const waiting: (() => void)[] = [];
  const node = await flower.join(url, {
    pollInterval: 0.01,
    ...options,
    onProgress: (one) => {
      progress.push(one);
      for (const look of [...waiting]) look();
      options.onProgress?.(one);
    },
  });
  nodes.push(node);
  return {
    node,
    progress,
    told: (type) => progress.filter((one) => one.type === type) as never,
    tells: (type, times = 1) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (progress.filter((one) => one.type === type).length >= times) resolve();
        };
        waiting.push(look);
        look();
      }),
  };
}

/** A network with state beside what is trained, and with random numbers of its own. */
export function network(seed = 7): Sequential {
  utils.setRandomSeed(seed);
  const model = new Sequential([
    new layers.Dense(6, { activation: 'relu', inputShape: [4], name: 'first' }),
    new layers.BatchNormalization({ name: 'norm' }),
    new layers.Dense(3, { activation: 'softmax', name: 'last' }),
  ]);
  model.compile({
    optimizer: new optimizers.Adam({ learningRate: 0.01 }),
    loss: 'sparse_categorical_crossentropy',
    metrics: ['accuracy'],
  });
  return model;
}

export const x = random.normal([50, 4], { seed: 1 });
export const y = tensor(Int32Array.from({ length: 50 }, (_, i) => i % 3));
export const xTest = random.normal([20, 4], { seed: 2 });
export const yTest = tensor(Int32Array.from({ length: 20 }, (_, i) => i % 3));

/** Numbers of tensors or weights. */
export function numbers(
  all: Iterable<{ data(): Iterable<number> } | { value: Tensor }>,
): number[][] {
  return [...all].map((one) => ['value' in one ? one.value : one].flatMap((t) => [...t.data()]));
}

/** The weights of a model as the record of a message. */
export function weightsOf(model: { getWeights(): Tensor[] }): flower.ArrayRecord {
  return new flower.ArrayRecord(model.getWeights());
}
