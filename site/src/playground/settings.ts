// The state of the playground, which its address has.
import { between, listOf, oneNumberOf, oneOf, yesOrNo } from '../address.js';
import type { Fields } from '../address.js';
import { SHAPES } from '../plane/points.js';
import type { Shape } from '../plane/points.js';
import { ACTIVATIONS, FEATURES, REGULARIZERS } from '../plane/settings.js';
import type { NetworkSettings } from '../plane/settings.js';

export const RATES = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1];
export const PENALTIES = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03];
export const MOST_LAYERS = 4;
export const MOST_UNITS = 8;

export interface PlaygroundState extends NetworkSettings {
  readonly data: Shape;
  /** Percent of the half width of the plane. */
  readonly noise: number;
  readonly heldback: boolean;
}

export const DEFAULTS: PlaygroundState = {
  data: 'rings',
  noise: 5,
  heldback: true,
  features: ['x', 'y'],
  layers: [5, 3],
  activation: 'tanh',
  rate: 0.01,
  regularizer: 'none',
  penalty: 0.001,
};

const names = <T extends string>(record: Readonly<Record<T, string>>): T[] =>
  Object.keys(record) as T[];

export const FIELDS: Fields<PlaygroundState> = {
  data: oneOf(names(SHAPES)),
  noise: between(0, 30),
  heldback: yesOrNo,
  features: listOf(oneOf(names(FEATURES)), 1, names(FEATURES).length),
  layers: listOf(between(1, MOST_UNITS), 0, MOST_LAYERS),
  activation: oneOf(ACTIVATIONS),
  rate: oneNumberOf(RATES),
  regularizer: oneOf(names(REGULARIZERS)),
  penalty: oneNumberOf(PENALTIES),
};

export function networkOf(state: PlaygroundState): NetworkSettings {
  const { features, layers, activation, rate, regularizer, penalty } = state;
  // A feature that is named twice counts once.
  return { features: [...new Set(features)], layers, activation, rate, regularizer, penalty };
}

/** The network as a program. */
export function programOf(state: PlaygroundState): string {
  const { features, layers, activation, rate, regularizer, penalty } = networkOf(state);
  const isRegularized = regularizer !== 'none';
  const name = regularizer.toUpperCase();
  const shape = `inputShape: [${features.length}]`;
  const options = [`activation: '${activation}'`, ...(isRegularized ? ['kernelRegularizer'] : [])];
  const dense = (units: number, index: number, own: readonly string[]): string =>
    `  new layers.Dense(${units}, { ${[...own, ...(index === 0 ? [shape] : [])].join(', ')} }),`;
  const last = ["activation: 'sigmoid'", ...options.slice(1)];
  return [
    `import { layers, optimizers, ${isRegularized ? 'regularizers, ' : ''}Sequential } from 'lanegrad';`,
    '',
    `// The features of a point: ${features.map((feature) => FEATURES[feature]).join(', ')}.`,
    ...(isRegularized ? [`const kernelRegularizer = new regularizers.${name}(${penalty});`] : []),
    'const model = new Sequential([',
    ...layers.map((units, index) => dense(units, index, options)),
    dense(1, layers.length, last),
    ']);',
    `const optimizer = new optimizers.Adam({ learningRate: ${rate} });`,
    "model.compile({ optimizer, loss: 'binaryCrossentropy' });",
  ].join('\n');
}
