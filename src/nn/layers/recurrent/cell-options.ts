import { activation } from '../../activations/registry.js';
import { boolean, flag, length, number, only } from '../../../config/index.js';
import type { Option } from '../../../config/index.js';
import { constraint } from '../../constraints/registry.js';
import { Orthogonal } from '../../initializers/orthogonal.js';
import type { InitializerIdentifier } from '../../initializers/registry.js';
import type { Initializer } from '../../initializers/initializer.js';
import { initializer } from '../../initializers/registry.js';
import { regularizer } from '../../regularizers/registry.js';
import { seed } from '../core/layer-options.js';

/** An initializer that is orthogonal unless something else is said. */
function orthogonal(): Option<InitializerIdentifier, Initializer> {
  return {
    ...initializer({ default: 'orthogonal' }),
    // An object, since `lanegrad/core` does not know the name.
    get default() {
      return new Orthogonal();
    },
  };
}

/** How Keras computes on a GPU: true, false or `'auto'`. It has no effect here. */
export const useCudnn = only(['auto', true, false], 'Leave it out.', false);

/** The options that all cells have, and the layers that run one of them. */
export const CELL_OPTIONS = {
  /** Length of the output and of each state. */
  units: length(),
  /** Activation of the new state. Default `'tanh'`; null is linear. */
  activation: activation({ default: 'tanh' }),
  /** Whether to add biases. Default true. */
  useBias: flag(),
  /** Initial values of the kernel, which multiplies the input. Default `'glorot_uniform'`. */
  kernelInitializer: initializer({ default: 'glorot_uniform' }),
  /** Initial values of the recurrent kernel, which multiplies the state. Default `'orthogonal'`. */
  recurrentInitializer: orthogonal(),
  /** Initial values of the bias. Default `'zeros'`. */
  biasInitializer: initializer({ default: 'zeros' }),
  /** Penalty on the kernel. Default null: none. */
  kernelRegularizer: regularizer(),
  /** Penalty on the recurrent kernel. Default null: none. */
  recurrentRegularizer: regularizer(),
  /** Penalty on the bias. Default null: none. */
  biasRegularizer: regularizer(),
  /** Constraint on the kernel, applied after each update. Default null: none. */
  kernelConstraint: constraint(),
  /** Constraint on the recurrent kernel, applied after each update. Default null: none. */
  recurrentConstraint: constraint(),
  /** Constraint on the bias, applied after each update. Default null: none. */
  biasConstraint: constraint(),
  /**
   * The probability that an element of the input is dropped during training, from 0 to 1. The same elements are dropped at all
   * steps. Default 0.
   */
  dropout: number({ default: 0, min: 0, max: 1 }),
  /**
   * The probability that an element of the state is dropped during training, from 0 to 1. The same elements are dropped at all
   * steps. Default 0.
   */
  recurrentDropout: number({ default: 0, min: 0, max: 1 }),
  /** Seed of the dropout. Default: derived from the global seed. */
  seed: seed(),
};

/** What layers of such a cell declare besides. */
export const CELL_FACTS = {
  positional: ['units'],
  fixed: { activity_regularizer: null },
  ignored: { implementation: [0, 1, 2] },
} as const;

/** The option of cells with gates. */
const GATES = {
  /** Activation of the gates. Default `'sigmoid'`; null is linear. */
  recurrentActivation: activation({ default: 'sigmoid' }),
};

/** Options of LSTM and its cell. */
export const LSTM_OPTIONS = {
  ...GATES,
  /** Whether the bias of the forget gate is initialized with ones. Default true. */
  unitForgetBias: boolean({ default: true }),
};

/** Options of GRU and its cell. */
export const GRU_OPTIONS = {
  ...GATES,
  /**
   * Whether the reset gate is applied after the product of state and recurrent kernel, which needs two rows of biases.
   * Default true.
   */
  resetAfter: boolean({ default: true }),
};
