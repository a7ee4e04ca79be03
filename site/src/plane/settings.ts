// What can be set of a network that learns points of the plane.

/** The features by the names that an address uses. */
export const FEATURES = {
  x: 'x',
  y: 'y',
  x2: 'x²',
  y2: 'y²',
  xy: 'xy',
  sinx: 'sin 6x',
  siny: 'sin 6y',
} as const;
export type Feature = keyof typeof FEATURES;

export const ACTIVATIONS = ['tanh', 'relu', 'gelu', 'sigmoid', 'linear'] as const;
export type Activation = (typeof ACTIVATIONS)[number];

export const REGULARIZERS = { none: 'None', l1: 'L1', l2: 'L2' } as const;
export type Regularizer = keyof typeof REGULARIZERS;

export interface NetworkSettings {
  readonly features: readonly Feature[];
  /** The units of each hidden layer. */
  readonly layers: readonly number[];
  readonly activation: Activation;
  /** Adam's learning rate. */
  readonly rate: number;
  readonly regularizer: Regularizer;
  /** The factor of the regularizer. */
  readonly penalty: number;
}

/** The network of the home page. */
export const HOME: NetworkSettings = {
  features: ['x', 'y'],
  layers: [32, 32],
  activation: 'gelu',
  rate: 0.003,
  regularizer: 'none',
  penalty: 0,
};
