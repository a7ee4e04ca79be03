// A row for each initializer, constraint, regularizer and schedule: the options that are numbers or names, and examples.
import type { Args, ClassSpec, ClassSpecs } from './spec.js';

const row = (takes = '', ...examples: readonly Args[]): ClassSpec => ({
  takes,
  examples: examples.length > 0 ? examples : [[{}]],
});

const numberOnly = (takes: string, number: number): ClassSpec => ({ ...row(takes, [number]), takesNoOptions: true }); // prettier-ignore

const fans = [{ seed: 1, inputAxes: [0], outputAxes: [1] }];
const normal = 'mean: finite; stddev: at least 0';

export const initializerSpecs: ClassSpecs = {
  Constant: numberOnly('', 1),
  GlorotNormal: row('', fans),
  GlorotUniform: row('', fans),
  HeNormal: row('', fans),
  HeUniform: row('', fans),
  Identity: numberOnly('gain: finite', 1),
  LecunNormal: row('', fans),
  LecunUniform: row('', fans),
  Ones: row(),
  Orthogonal: row('gain: finite', [{ seed: 1 }]),
  RandomNormal: row(normal, [{ seed: 1 }]),
  STFT: row('side: real|imag; scaling: density|spectrum', [{ window: 'hamming', periodic: true }]),
  RandomUniform: row('minval maxval: finite', [{ seed: 1 }]),
  TruncatedNormal: row(normal, [{ seed: 1 }]),
  VarianceScaling: row(
    'scale: a finite number above 0 and of at most 3.4028234663852886e+38; mode: fan_in|fan_out|fan_avg; ' +
      'distribution: truncated_normal|untruncated_normal|uniform',
    fans,
  ),
  Zeros: row(),
};

export const constraintSpecs: ClassSpecs = {
  MaxNorm: row('maxValue: at least 0', [2, {}]),
  MinMaxNorm: row('minValue maxValue: at least 0; rate: fraction', [{ axis: [0, 1] }]),
  NonNeg: row(),
  UnitNorm: row(),
};

export const regularizerSpecs: ClassSpecs = {
  L1: numberOnly('l1: at least 0', 0.1),
  L2: numberOnly('l2: at least 0', 0.1),
  L1L2: row('l1 l2: at least 0', [{ l1: 0.1, l2: 0.1 }]),
  OrthogonalRegularizer: row('factor: at least 0; mode: rows|columns'),
};

const DECAY = 'initialLearningRate: at least 0; decaySteps: positive';
const rated = row(`${DECAY}; decayRate: at least 0`, [0.1, 10, 0.5, {}]);

export const scheduleSpecs: ClassSpecs = {
  CosineDecay: row(
    `${DECAY}; alpha warmupTarget warmupSteps: at least 0`,
    [0.1, 10, {}],
    [0.1, 10, { warmupTarget: 0.2, warmupSteps: 3 }],
  ),
  CosineDecayRestarts: row(
    'initialLearningRate mMul alpha: at least 0; firstDecaySteps: positive; tMul: at least 1',
    [0.1, 3, {}],
  ),
  ExponentialDecay: rated,
  InverseTimeDecay: rated,
  PiecewiseConstantDecay: row('', [[1], [0.1, 0.2], {}], [[1, 2], [0.1, 0.2, 0.3], {}]),
  PolynomialDecay: row(
    `${DECAY}; endLearningRate power: at least 0`,
    [0.1, 10, {}],
    [0.1, 10, { cycle: true }],
  ),
};
