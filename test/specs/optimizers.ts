// A row for each optimizer: the options that are numbers, its rule in float64, and the names of its states in Keras's order.
import * as rules from '../reference/update-rules.js';
import { Adam, OptimizerMap, SGD } from '../../src/optimizers.js';
import type { UpdateRule } from '../reference/update-rules.js';
import type { Args, ClassSpec, ClassSpecs } from './spec.js';

interface OptimizerSpec extends ClassSpec {
  /** States of an element at the beginning (undefined: the weight), and what a step makes of weight and states, with the options of the first example. */
  readonly rule?: { readonly slots: readonly (number | undefined)[]; readonly step: UpdateRule };
  /** States of two weights a and b. */
  readonly states: string;
}

const momentum = (): SGD => new SGD({ momentum: 0.9 });

const COMMON =
  'weightDecay clipnorm globalClipnorm clipvalue: at least 0; emaMomentum: fraction; emaOverwriteFrequency: count; ' +
  'gradientAccumulationSteps: a whole number of at least 2; lossScaleFactor: positive; ';
const EPSILON = 'epsilon: at least 0';
const ADAM = `beta1 beta2: below 1; ${EPSILON}`;
const MOMENTS = 'a_momentum a_velocity b_momentum b_velocity';

const optimizer = (
  takes: string,
  states: string,
  options: object = {},
  slots?: readonly (number | undefined)[],
  step?: UpdateRule,
): OptimizerSpec => ({
  takes: COMMON + takes,
  states,
  examples: [[options]],
  ...(slots !== undefined && step !== undefined && { rule: { slots, step } }),
});

const moments = { learningRate: 0.1, beta1: 0.8, beta2: 0.5, epsilon: 0.01 };
const adagrad = { learningRate: 0.5, epsilon: 0.01 };
const adadelta = { learningRate: 0.7, rho: 0.6, epsilon: 0.01 };
const lion = { learningRate: 0.1, beta1: 0.7, beta2: 0.4 };
const scheduleFree = { learningRate: 0.1, beta1: 0.8, beta2: 0.5, epsilon: 0.01, warmupSteps: 3 };
const ftrl = { learningRate: 0.1, learningRatePower: -0.7, beta: 0.3 };

export const optimizerSpecs: ClassSpecs<OptimizerSpec> = {
  Adadelta: optimizer(
    `rho: fraction; ${EPSILON}`,
    'a_accumulated_grad a_accumulated_delta_var b_accumulated_grad b_accumulated_delta_var',
    adadelta,
    [0, 0],
    rules.adadeltaRule(adadelta),
  ),
  Adafactor: optimizer(
    'beta2Decay: a finite number of at most 0; epsilon1 epsilon2: at least 0; clipThreshold: positive',
    'a a a_velocity b b b_velocity',
  ),
  Adagrad: optimizer(
    `initialAccumulatorValue: at least 0; ${EPSILON}`,
    'a_accumulator b_accumulator',
    { ...adagrad, initialAccumulatorValue: 0.3 },
    [0.3],
    rules.adagradRule(adagrad),
  ),
  Adam: optimizer(ADAM, MOMENTS, { amsgrad: false }),
  AdamW: optimizer(ADAM, MOMENTS, { weightDecay: 0.01 }),
  Adamax: optimizer(
    `beta1: below 1; beta2: fraction; ${EPSILON}`,
    'a_momentum a_norm b_momentum b_norm',
    moments,
    [0, 0],
    rules.adamaxRule(moments),
  ),
  Ftrl: optimizer(
    'learningRatePower: a finite number of at most 0; initialAccumulatorValue l1RegularizationStrength ' +
      'l2RegularizationStrength l2ShrinkageRegularizationStrength beta: at least 0',
    'a_accumulator a_linear b_accumulator b_linear',
    {
      ...ftrl,
      initialAccumulatorValue: 0.2,
      l1RegularizationStrength: 0.01,
      l2RegularizationStrength: 0.02,
      l2ShrinkageRegularizationStrength: 0.03,
    },
    [0.2, 0],
    rules.ftrlRule({ ...ftrl, l1: 0.01, l2: 0.02, shrinkage: 0.03 }),
  ),
  Lamb: optimizer(ADAM, MOMENTS),
  Lion: optimizer('beta1: part of 1; beta2: fraction', 'a_momentum b_momentum', lion, [0], rules.lionRule(lion)), // prettier-ignore
  LossScaleOptimizer: {
    takes:
      'initialScale: a finite number from 1.1754943508222875e-38 to 1.7014118346046923e+38; dynamicGrowthSteps: count',
    states: 'step_counter dynamic_scale iteration learning_rate a_momentum b_momentum',
    examples: [(): Args => [momentum(), { initialScale: 8, dynamicGrowthSteps: 3 }]],
  },
  MultiOptimizer: {
    takes: 'lossScaleFactor: positive',
    states: 'iteration learning_rate a_momentum iteration learning_rate b_momentum b_velocity',
    examples: [(): Args => [new OptimizerMap(new Adam(), { '.*a': momentum() })]],
  },
  Muon: optimizer(
    `adamBeta1 adamBeta2: below 1; ${EPSILON}; muonA muonB muonC: finite; momentum: fraction; ` +
      'adamLrRatio adamWeightDecay rmsRate: at least 0; nsSteps: a whole number from 0 to 100',
    MOMENTS,
  ),
  Nadam: optimizer(ADAM, `${MOMENTS} u_product`, moments, [0, 0], rules.nadamRule(moments)),
  RMSprop: optimizer(`rho momentum: fraction; ${EPSILON}`, 'a_velocity b_velocity a_momentum b_momentum a_average_gradient b_average_gradient', { momentum: 0.9, centered: true }), // prettier-ignore
  ScheduleFreeAdamW: optimizer(
    `beta1: a finite number above 0 and below 1; beta2: below 1; ${EPSILON}; warmupSteps: index`,
    MOMENTS,
    scheduleFree,
    [undefined, 0],
    rules.scheduleFreeRule(scheduleFree),
  ),
  SGD: optimizer('momentum: fraction', 'a_momentum b_momentum', { momentum: 0.9, nesterov: true }),
};
