// Huge numbers in configs: each works, or is refused by the name of its option.
import { describe, expect, it } from 'vitest';
import { camelCase, flattenNest } from '../../src/config/index.js';
import type { Config, KerasObject, SerializedObject } from '../../src/config/index.js';
import type { Constraint } from '../../src/constraints.js';
import * as namespaces from '../../src/index.js';
import type { Initializer } from '../../src/initializers.js';
import type { AnyLayer } from '../../src/layers.js';
import * as losses from '../../src/losses.js';
import * as metrics from '../../src/metrics.js';
import * as ops from '../../src/engine/ops/index.js';
import * as optimizers from '../../src/optimizers.js';
import type { Regularizer } from '../../src/regularizers.js';
import { ones, Tensor, tensor, Variable } from '../../src/engine/tensor/index.js';
import { batches } from '../specs/batches.js';
import { describedClasses, makeExamples } from '../specs/families.js';
import type { DescribedClass } from '../specs/families.js';
import { inputFor, layerSpecs } from '../specs/layers.js';
import { lossSpecs } from '../specs/losses.js';
import { metricSpecs } from '../specs/metrics.js';
import { isUnlimited, optionsOf } from '../specs/spec.js';
import { HUGE, numbersIn, outcome, refusal, withNumber } from './huge-numbers.js';

const { SGD } = optimizers;
const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;
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

function measured(metric: metrics.Metric, yTrue: Tensor, yPred = scores()): unknown {
  metric.updateState(yTrue, yPred);
  return metric.result();
}

/** What the layer gives, and its input if that is one tensor. */
function applied(layer: AnyLayer, example: number): { x: Tensor['data']; y: Tensor['data'] } {
  try {
    const shape = layerSpecs[classOf(layer)]?.shapes[example] ?? [];
    const x = inputFor(layer, shape);
    // Recurrent layers and cells give their states as well.
    const [y] = flattenNest(layer.apply(x, { training: true }), isTensor);
    return { x: isTensor(x) ? x.data() : [], y: y?.data() ?? [] } as never;
  } finally {
    layer.dispose();
  }
}

const classOf = (made: object): string =>
  (made.constructor as unknown as { readonly className: string }).className;

type Use = (made: never, example: number) => unknown;

/** What is done with an object of each family. */
const uses: Readonly<Record<string, Use>> = {
  constraints: (made: Constraint) => made.call(matrix()).sum().item(),
  initializers: (made: Initializer) => made.apply([3, 2]).sum().item(),
  layers: applied,
  losses: (made: losses.Loss, example) => {
    const { yTrue, yPred } = batches[lossSpecs[classOf(made)]?.cases[example]?.[0] ?? 'bits'];
    return made.apply(tensor(yTrue), tensor(yPred)).item();
  },
  metrics: (made: metrics.Metric, example) => {
    const { yTrue, yPred } = batches[metricSpecs[classOf(made)]?.cases[example]?.[0] ?? 'bits'];
    if (!/^(Mean|Sum)$/.test(classOf(made))) return measured(made, tensor(yTrue), tensor(yPred));
    made.updateState(tensor(yPred), undefined as never);
    return made.result();
  },
  optimizers: trained,
  regularizers: (made: Regularizer) => made.call(matrix()).item(),
  schedules: (learningRate: optimizers.schedules.LearningRateSchedule) =>
    trained(new SGD({ learningRate })),
};

const COMMON = {
  weightDecay: 0.1,
  clipnorm: 1,
  useEma: true,
  emaOverwriteFrequency: 2,
  gradientAccumulationSteps: 2,
};

/** The objects of all rows, and what only some options of optimizers show. */
const objects = describedClasses.flatMap((described) => {
  const made = makeExamples(described);
  const { family, type } = described;
  // Those that hold others have such options inside.
  if (family === 'optimizers' && (type.facts.positional ?? []).length === 0)
    made.push(...[COMMON, { clipvalue: 1 }, { globalClipnorm: 1 }].map((options) => new type(options))); // prettier-ignore
  return made.map((object, example) => ({ described, object, example }));
});

interface Registry {
  serialize(made: KerasObject): SerializedObject;
  deserialize(config: SerializedObject): KerasObject;
}
const registryOf = ({ family }: DescribedClass): Registry =>
  family === 'schedules' ? namespaces.optimizers.schedules : namespaces[family as 'layers'];

const table = objects.flatMap(({ described, object, example }) => {
  const registry = registryOf(described);
  const { config, ...rest } = registry.serialize(object);
  const use = uses[described.family] as Use;
  return [...numbersIn(config)].map((path) => {
    const run = (n: number): unknown =>
      use(
        registry.deserialize({ ...rest, config: withNumber(config, path, n) as Config }) as never,
        example,
      );
    return [`${described.name}.${path.join('.')}`, path, run, described.family] as const;
  });
});

/** Options that take real numbers of any size, or lists of such; what else a layer takes may ask for memory. */
const taken = new Set([
  ...describedClasses.flatMap(({ spec }) =>
    Object.entries(optionsOf(spec.takes)).flatMap(([name, option]) =>
      isUnlimited(option) ? [name] : [],
    ),
  ),
  ...['scale', 'mean', 'variance', 'rmin', 'rmax', 'dmax', 'valueRange'],
  // Entries and lengths of vocabularies, boundaries, and what hashes are salted with.
  ...['binBoundaries', 'idfWeights', 'oovToken', 'salt', 'vocabulary', 'vocabularySize'],
]);

describe('a huge number in a config', () => {
  it.each(table)('%s works, or is refused by name', (where, path, run, family) => {
    const key = camelCase(path.filter((part) => !/^(config|\d+)$/.test(part)).at(-1) ?? '');
    const [name = ''] = where.split('.');
    const formula = family === 'layers' ? layerSpecs[name]?.formulas?.[key] : undefined;
    for (const n of HUGE) {
      const result = outcome(() => run(n));
      if ('message' in result) {
        expect(result.message, where).toMatch(new RegExp(`\\b${key}\\b`));
        expect(formula, where).toBeUndefined();
        continue;
      }
      if (family === 'layers')
        expect(formula !== undefined || taken.has(key), `${where} = ${n}`).toBe(true);
      if (formula === undefined) continue;
      const { x, y } = result.value as { readonly x: number[]; readonly y: number[] };
      x.forEach((element, i) => {
        const expected = Math.fround(formula(element, Math.fround(n)));
        if (!Number.isFinite(expected)) expect(y[i], where).toBe(expected);
        else expect(Math.abs((y[i] ?? NaN) - expected), where).toBeLessThanOrEqual(1e-6 * Math.abs(expected)); // prettier-ignore
      });
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
