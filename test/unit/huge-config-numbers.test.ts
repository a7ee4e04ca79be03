import { describe, expect, it } from 'vitest';
import { camelCase } from '../../src/config/index.js';
import type { Config, SerializedObject } from '../../src/config/index.js';
import * as constraints from '../../src/constraints/index.js';
import '../../src/index.js';
import * as initializers from '../../src/initializers/index.js';
import { initializerRegistry } from '../../src/initializers/registry.js';
import * as losses from '../../src/losses/index.js';
import * as metrics from '../../src/metrics/index.js';
import * as ops from '../../src/ops/index.js';
import * as optimizers from '../../src/optimizers/index.js';
import { optimizerRegistry } from '../../src/optimizers/registry.js';
import * as regularizers from '../../src/regularizers/index.js';
import { ones, tensor, Variable } from '../../src/tensor/index.js';
import type { Tensor } from '../../src/tensor/index.js';
import { HUGE, numbersIn, outcome, refusal, withNumber } from './huge-numbers.js';

const matrix = (): Tensor =>
  tensor([
    [0.5, -1],
    [2, 0.25],
    [0.1, 3],
  ]);
const oneHot = (): Tensor => ops.oneHot([0, 1, 0], 2);
const scores = (): Tensor =>
  tensor([
    [0.75, 0.25],
    [0.5, 0.5],
    [0.25, 0.75],
  ]);

/** Three steps of an optimizer. */
function trained(optimizer: optimizers.Optimizer): number[] {
  const weight = new Variable(matrix(), { name: 'w' });
  try {
    for (let i = 0; i < 3; i++) optimizer.apply([ones([3, 2])], [weight]);
    return [...weight.value.data()];
  } finally {
    weight.dispose();
    optimizer.dispose();
  }
}

function measured(metric: metrics.Metric, yTrue: Tensor): unknown {
  metric.updateState(yTrue, scores());
  return metric.result();
}

/** Objects of one kind, and what is done with one that was made of its config. */
function kind<T>(
  registry: {
    readonly serialize: (made: T) => SerializedObject | null;
    readonly deserialize: (config: SerializedObject) => T;
  },
  use: (made: T) => unknown,
  examples: readonly T[],
): readonly (readonly [where: string, path: readonly string[], run: (n: number) => unknown])[] {
  return examples.flatMap((example) => {
    const serialized = registry.serialize(example);
    if (serialized === null) return [];
    const { config, ...rest } = serialized;
    return [...numbersIn(config)].map((path) => {
      const run = (n: number): unknown =>
        use(registry.deserialize({ ...rest, config: withNumber(config, path, n) as Config }));
      return [`${rest.class_name}.${path.join('.')}`, path, run] as const;
    });
  });
}

const { schedules, SGD } = optimizers;
const rates = [
  new schedules.ExponentialDecay(0.1, 10, 0.9),
  new schedules.PiecewiseConstantDecay([1, 2], [0.1, 0.2, 0.3]),
  new schedules.PolynomialDecay(0.1, 10),
  new schedules.PolynomialDecay(0.1, 10, { cycle: true }),
  new schedules.InverseTimeDecay(0.1, 10, 0.9),
  new schedules.CosineDecay(0.1, 10, { warmupTarget: 0.2, warmupSteps: 3 }),
  new schedules.CosineDecayRestarts(0.1, 3),
];
const common = {
  weightDecay: 0.1,
  clipnorm: 1,
  useEma: true,
  emaOverwriteFrequency: 2,
  gradientAccumulationSteps: 2,
};

const table = [
  ...kind<initializers.Initializer>(initializers, (made) => made.apply([3, 2]).sum().item(), [
    ...initializerRegistry.classes.map((type) => type.fromConfig({})),
    new initializers.RandomNormal({ seed: 1 }),
    new initializers.HeUniform({ seed: 1, inputAxes: [0], outputAxes: [1] }),
  ]),
  ...kind<constraints.Constraint>(constraints, (made) => made.call(matrix()).sum().item(), [
    new constraints.MaxNorm(),
    new constraints.MinMaxNorm({ axis: [0, 1] }),
    new constraints.UnitNorm(),
  ]),
  ...kind<regularizers.Regularizer>(regularizers, (made) => made.call(matrix()).item(), [
    new regularizers.L1(),
    new regularizers.L2(),
    new regularizers.L1L2({ l1: 0.1, l2: 0.1 }),
    new regularizers.OrthogonalRegularizer(),
  ]),
  ...kind<losses.Loss>(losses, (made) => made.apply(oneHot(), scores()).item(), [
    new losses.Huber(),
    new losses.BinaryCrossentropy({ labelSmoothing: 0.1 }),
    new losses.CategoricalCrossentropy({ labelSmoothing: 0.1 }),
    new losses.BinaryFocalCrossentropy(),
    new losses.CategoricalFocalCrossentropy(),
    new losses.CosineSimilarity(),
  ]),
  ...kind<losses.Loss>(losses, (made) => made.apply(tensor([0, 1, 0]), scores()).item(), [
    new losses.SparseCategoricalCrossentropy({ ignoreClass: 1 }),
    new losses.SparseCategoricalCrossentropy({ ignoreClass: 1, fromLogits: true }),
  ]),
  ...kind<metrics.Metric>(metrics, (made) => measured(made, oneHot()), [
    new metrics.AUC({ multiLabel: true, numLabels: 2, labelWeights: [1, 2] }),
    new metrics.AUC({ thresholds: [0.5] }),
    new metrics.BinaryAccuracy(),
    new metrics.Precision({ thresholds: [0.5], topK: 1, classId: 1 }),
    new metrics.Recall({ thresholds: 0.5, classId: 1 }),
    new metrics.R2Score({ numRegressors: 1 }),
    new metrics.TopKCategoricalAccuracy(),
    new metrics.FBetaScore({ threshold: 0.5 }),
    new metrics.CosineSimilarity(),
    new metrics.TruePositives({ thresholds: 0.3 }),
  ]),
  ...kind<metrics.Metric>(metrics, (made) => measured(made, tensor([0, 1, 0])), [
    new metrics.SparseTopKCategoricalAccuracy(),
    new metrics.SparseCategoricalCrossentropy({ ignoreClass: 1 }),
  ]),
  ...kind<optimizers.Optimizer>(optimizers, trained, [
    ...optimizerRegistry.classes.map((type) => type.fromConfig(common)),
    new SGD({ clipvalue: 1, momentum: 0.5 }),
    new SGD({ globalClipnorm: 1 }),
    ...rates.map((learningRate) => new SGD({ learningRate })),
  ]),
];

describe('a huge number in a config', () => {
  it.each(table)('%s works, or is refused by name', (_, path, run) => {
    const key = camelCase(path.filter((part) => !/^(config|\d+)$/.test(part)).at(-1) ?? '');
    for (const n of HUGE) {
      const result = outcome(() => run(n));
      if ('message' in result) expect(result.message).toMatch(new RegExp(`\\b${key}\\b`));
    }
  });
});

describe('a huge whole number', () => {
  it.each(HUGE)('%d is what it says', (n) => {
    const k = outcome(() => measured(new metrics.TopKCategoricalAccuracy({ k: n }), oneHot()));
    expect(k).toEqual({ value: 1 });
    // The adjustment is for more samples than regressors.
    const r2 = outcome(() => measured(new metrics.R2Score({ numRegressors: n }), oneHot()));
    expect(r2).toEqual(outcome(() => measured(new metrics.R2Score(), oneHot())));
    const never = outcome(() => trained(new SGD({ useEma: true })));
    expect(outcome(() => trained(new SGD({ useEma: true, emaOverwriteFrequency: n })))).toEqual(
      never,
    );
    expect(outcome(() => trained(new SGD({ gradientAccumulationSteps: n })))).toEqual({
      value: [0.5, -1, 2, 0.25, Math.fround(0.1), 3],
    });
  });

  it('ignores no other class: the low half of 2^32 is 0', () => {
    const [logits, labels] = [scores(), tensor([0, 1, 0], { dtype: 'int32' })];
    for (const ignoreClass of HUGE.slice(3)) {
      const message = `ignoreClass must be a whole number from -2147483648 to 2147483647, got ${ignoreClass}`;
      const make = (): unknown => new losses.SparseCategoricalCrossentropy({ ignoreClass });
      expect(refusal(make)).toContain(message);
      expect(
        refusal(() => ops.sparseSoftmaxCrossEntropy(logits, labels, { ignoreClass })),
      ).toContain(message);
      expect(
        refusal(() => losses.sparseCategoricalCrossentropy(labels, logits, { ignoreClass })),
      ).toContain(message);
    }
    logits.dispose();
    labels.dispose();
  });

  it('of columns must be that of the predictions before anything is counted', () => {
    const auc = new metrics.AUC({ multiLabel: true, numLabels: 2 ** 28 - 4 });
    expect(refusal(() => measured(auc, oneHot()))).toMatch(
      /yPred has shape \(3, 2\), but numLabels is 268435452/,
    );
    const state = new metrics.AUC({ multiLabel: true });
    expect(
      refusal(() => {
        state.setState([2 ** 40, 1, 2]);
      }),
    ).toMatch(/a state of 2 counts/);
  });

  it('of thresholds is counted with in linear time, up to a million', () => {
    expect(refusal(() => new metrics.AUC({ numThresholds: 2 ** 20 + 1 }))).toBe(
      'AUC: numThresholds must be a whole number from 2 to 1048576, got 1048577.',
    );
    const auc = (numThresholds: number): unknown => {
      const metric = new metrics.AUC({ numThresholds });
      metric.updateState(tensor([0, 0, 1, 1]), tensor([0, 0.5, 0.3, 0.9]));
      return metric.result();
    };
    // Keras's example of the class.
    expect(outcome(() => auc(3))).toEqual({ value: 0.75 });
    expect(outcome(() => auc(2 ** 20))).toEqual({ value: 0.75 });
  });
});
