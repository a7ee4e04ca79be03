// A small network, trained with each optimizer, on each loss, and evaluated with each metric.
import {
  Input,
  layers,
  losses,
  metrics,
  optimizers,
  Sequential,
  tensor,
} from '../../../src/index.js';
import type { models, Tensor } from '../../../src/index.js';
import { classesOf, numbers, SAMPLES } from './case.js';
import type { Case } from './case.js';

type Compile = models.CompileOptions;

/** A small regression, compiled in some way. */
function compileCase(name: string, compile: Compile, targets?: Tensor, last = 2): Case {
  const isDistribution = targets !== undefined;
  const model = new Sequential([
    Input({ shape: [3] }),
    new layers.Dense(4, { activation: 'relu' }),
    new layers.Dense(last, { activation: isDistribution ? 'softmax' : 'sigmoid' }),
  ]);
  model.compile(compile);
  const y = targets ?? numbers([SAMPLES, last], 5000).abs();
  return { name, model, x: numbers([SAMPLES, 3]), y, resumes: true };
}

function optimizerCases(): Case[] {
  const {
    SGD,
    RMSprop,
    Adam,
    AdamW,
    Adamax,
    Nadam,
    Adagrad,
    Adadelta,
    Lion,
    Ftrl,
    Lamb,
    Adafactor,
    Muon,
    ScheduleFreeAdamW,
    LossScaleOptimizer,
    MultiOptimizer,
    OptimizerMap,
    schedules,
  } = optimizers;
  const byPath = (): optimizers.OptimizerMap =>
    new OptimizerMap(new SGD({ momentum: 0.9 }), { '.*bias': new Adam({ learningRate: 0.01 }) });
  const made: Record<string, optimizers.Optimizer> = {
    SGD: new SGD(),
    'SGD with momentum': new SGD({ momentum: 0.9, nesterov: true }),
    RMSprop: new RMSprop(),
    'RMSprop centered with momentum': new RMSprop({ momentum: 0.5, centered: true }),
    Adam: new Adam(),
    'Adam with amsgrad': new Adam({ amsgrad: true, clipnorm: 0.5 }),
    AdamW: new AdamW({ weightDecay: 0.01 }),
    Adamax: new Adamax(),
    Nadam: new Nadam(),
    Adagrad: new Adagrad(),
    Adadelta: new Adadelta(),
    Lion: new Lion(),
    Lamb: new Lamb(),
    Adafactor: new Adafactor({ weightDecay: 0.01 }),
    Muon: new Muon({ learningRate: 0.01 }),
    'Muon without the first layer': new Muon({ excludeLayers: ['dense/'], rmsRate: null }),
    ScheduleFreeAdamW: new ScheduleFreeAdamW({ warmupSteps: 3 }),
    LossScaleOptimizer: new LossScaleOptimizer(new Adam(), {
      initialScale: 4,
      dynamicGrowthSteps: 4,
    }),
    MultiOptimizer: new MultiOptimizer(byPath(), { lossScaleFactor: 8 }),
    'LossScaleOptimizer around a MultiOptimizer': new LossScaleOptimizer(
      new MultiOptimizer(byPath()),
    ),
    'Adam with a scale of the loss': new Adam({ lossScaleFactor: 16 }),
    Ftrl: new Ftrl({ l1RegularizationStrength: 0.01 }),
    'SGD with averages': new SGD({ useEma: true, emaMomentum: 0.8, momentum: 0.5 }),
    'Adam with averages, overwriting': new Adam({ useEma: true, emaOverwriteFrequency: 3 }),
    'Adam accumulating': new Adam({ gradientAccumulationSteps: 3, clipvalue: 0.1 }),
    'RMSprop accumulating with averages': new RMSprop({
      gradientAccumulationSteps: 2,
      useEma: true,
      globalClipnorm: 1,
    }),
    'Adam, ExponentialDecay': new Adam({
      learningRate: new schedules.ExponentialDecay(0.1, 2, 0.5, { staircase: true }),
    }),
    'SGD, PiecewiseConstantDecay': new SGD({
      learningRate: new schedules.PiecewiseConstantDecay([1, 3], [0.1, 0.05, 0.01]),
    }),
    'SGD, PolynomialDecay': new SGD({ learningRate: new schedules.PolynomialDecay(0.1, 5) }),
    'SGD, InverseTimeDecay': new SGD({
      learningRate: new schedules.InverseTimeDecay(0.1, 2, 0.5),
    }),
    'SGD, CosineDecay': new SGD({
      learningRate: new schedules.CosineDecay(0.1, 6, { warmupTarget: 0.2, warmupSteps: 2 }),
    }),
    'SGD, CosineDecayRestarts': new SGD({
      learningRate: new schedules.CosineDecayRestarts(0.1, 3),
    }),
  };
  return Object.entries(made).map(([name, optimizer]) =>
    compileCase(`optimizer ${name}`, { optimizer, loss: 'mse' }),
  );
}

/** One of three classes, as numbers or one-hot. */
const classes = tensor(Int32Array.from({ length: SAMPLES }, (_, i) => i % 3));
const oneHot = tensor(
  Float32Array.from({ length: SAMPLES * 3 }, (_, i) => (Math.floor(i / 3) % 3 === i % 3 ? 1 : 0)),
  { shape: [SAMPLES, 3] },
);

/** What losses and metrics need the targets to be. */
function targetsOf(name: string): Tensor | undefined {
  if (/^(Sparse|Circle|CategoricalGeneralized)/.test(name)) return classes;
  const isDistribution =
    /^(Categorical|TopK|Precision|Recall|Sensitivity|Specificity|F1|FBeta|AUC|True|False|KLD|Accuracy|OneHot|IoU|MeanIoU|BinaryIoU)/.test(
      name,
    );
  return isDistribution ? oneHot : undefined;
}

/** A network that spells labels in steps. */
function spellingCase(): Case {
  const model = new Sequential([Input({ shape: [5, 3] }), new layers.Dense(4)]);
  model.compile({ optimizer: 'sgd', loss: 'ctc' });
  const labels = Int32Array.from({ length: SAMPLES * 2 }, (_, i) =>
    i % 5 === 1 ? 0 : 1 + (i % 3),
  );
  const y = tensor(labels, { shape: [SAMPLES, 2] });
  return { name: 'loss CTC', model, x: numbers([SAMPLES, 5, 3]), y, resumes: true };
}

function lossCases(): Case[] {
  const cases = classesOf(losses, losses.Loss)
    .filter(([name]) => name !== 'FunctionLoss' && name !== 'CTC')
    .flatMap(([name, Loss]) => {
      const y = targetsOf(name);
      const last = y === undefined ? 2 : 3;
      const lower = name.replace(/(.)([A-Z][a-z]+)/g, '$1_$2').replace(/([a-z])([A-Z])/g, '$1_$2');
      // Keras's function of it has no default for q, so its name alone stands for no loss there.
      const isNamed = name !== 'CategoricalGeneralizedCrossEntropy';
      return [new Loss(), ...(isNamed ? [lower.toLowerCase()] : [])].map((loss) =>
        compileCase(
          typeof loss === 'string' ? `loss '${loss}'` : `loss ${name}`,
          { optimizer: 'sgd', loss: loss as never },
          y,
          last,
        ),
      );
    });
  return [...cases, spellingCase()];
}

/** Where the defaults do not suit three classes, or hide a difference. */
const METRIC_ARGUMENTS: Readonly<Record<string, readonly unknown[]>> = {
  FBetaScore: [{ beta: 2, average: 'macro' }],
  IoU: [3, [0, 2], { sparseYTrue: false, sparseYPred: false }],
  MeanIoU: [3, { sparseYTrue: false, sparseYPred: false, ignoreClass: 1 }],
  OneHotIoU: [3, [1]],
  OneHotMeanIoU: [3],
  PrecisionAtRecall: [0.6],
  RecallAtPrecision: [0.4, { numThresholds: 50 }],
  SensitivityAtSpecificity: [0.5, { classId: 1 }],
  SpecificityAtSensitivity: [0.7],
  TopKCategoricalAccuracy: [{ k: 2 }],
  SparseTopKCategoricalAccuracy: [{ k: 2 }],
};

function metricCases(): Case[] {
  // The mean of losses over a batch: Keras takes Mean and Sum for values, not for targets and predictions.
  const without = ['MeanMetricWrapper', 'Mean', 'Sum'];
  return [
    ...classesOf(metrics, metrics.Metric)
      .filter(([name]) => !without.includes(name))
      .map(([name, Metric]) => {
        const y = targetsOf(name);
        const metric = new Metric(...(METRIC_ARGUMENTS[name] ?? []));
        const last = y === undefined ? 2 : 3;
        const loss = y === classes ? 'sparse_categorical_crossentropy' : 'mse';
        return compileCase(
          `metric ${name}`,
          { optimizer: 'sgd', loss, metrics: [metric] },
          y,
          last,
        );
      }),
    compileCase(
      'metrics by name',
      {
        optimizer: 'adam',
        loss: 'categorical_crossentropy',
        metrics: ['accuracy', 'mae', new losses.Huber()],
        weightedMetrics: ['accuracy'],
        lossWeights: 0.5,
      },
      oneHot,
      3,
    ),
  ];
}

/** The cases of what `compile` takes. */
export function compiledCases(): Case[] {
  return [...optimizerCases(), ...lossCases(), ...metricCases()];
}
