// Random programs from a seed.
import { LanegradError } from '../../../src/errors.js';
import { Input } from '../../../src/layers.js';
import type { AnyLayer, SymbolicTensor } from '../../../src/layers.js';
import * as losses from '../../../src/losses.js';
import * as metrics from '../../../src/metrics.js';
import * as optimizers from '../../../src/optimizers.js';
import { tidy } from '../../../src/engine/tensor/index.js';
import { Randomness } from '../random-graph.js';
import { ownFunctions, ownLayers } from './own-parts.js';
import type { Action, BatchPlan, CompilePlan, Form, LayerPlan, LoopMethod, Manner, ModelPlan, PartPlan, Program, StepMethod } from './program.js'; // prettier-ignore
import { makeLayer, randomLayer } from './random-layers.js';
import { Witness } from './witness.js';

const SHAPES: readonly (readonly number[])[] = [[3], [3], [3], [2], [4], [5, 2], [4, 3], [3, 4, 2], [4, 4, 3]]; // prettier-ignore

/** Elements that a value may have, for a batch of one. */
const MOST_ELEMENTS = 400;

interface Value {
  readonly id: string;
  readonly symbolic: SymbolicTensor;
  readonly shape: readonly (number | null)[];
}

/** Layers one behind the other, or of which some take what others have made before. */
function randomModel(random: Randomness): ModelPlan {
  if (random.is(0.04)) {
    const identity = { id: 'a', kind: 'Identity', options: {}, from: ['x'] };
    return { kind: 'functional', sample: [3], isOfIndices: false, layers: [identity] };
  }
  const kind = random.pick(['functional', 'functional', 'sequential', 'sequential', 'subclass', 'pure subclass'] as const); // prettier-ignore
  const isOfIndices = random.is(0.08);
  const sample = isOfIndices ? [4] : random.pick(SHAPES);
  const witness = new Witness();
  const [own, functions] = [ownLayers(witness), ownFunctions(witness)];
  const made: AnyLayer[] = [];
  const symbolic = Input(sample);
  let values: Value[] = [{ id: 'x', symbolic, shape: symbolic.shape }];
  const plans: LayerPlan[] = [];
  const count = random.whole(1, 4);
  try {
    for (let tries = 0; tries < 20 && plans.length < count; tries++) {
      const id = String.fromCharCode(97 + plans.length);
      const plan =
        isOfIndices && plans.length === 0
          ? { id, kind: 'Embedding', options: { input_dim: 4, output_dim: 3, mask_zero: random.is(0.5) }, from: ['x'] }
          : randomLayer(random, id, values, plans.length === count - 1); // prettier-ignore
      if (kind !== 'functional' && plan.from.length > 1) continue;
      const output = outputOf(plan, values, () => {
        const layer = makeLayer(plan, own, functions);
        made.push(layer);
        return layer;
      });
      if (output === undefined) continue;
      plans.push(plan);
      values = [...values, { id, symbolic: output, shape: output.shape }];
    }
  } finally {
    for (const layer of made) layer.dispose();
    witness.end();
  }
  const second = kind === 'functional' && random.is(0.25) ? { secondOutput: random.pick(plans).id } : {}; // prettier-ignore
  return { kind, sample, isOfIndices, layers: plans, ...second };
}

/** What the layer of a plan gives; undefined if it does not take what is there, or gives too much. */
function outputOf(
  plan: LayerPlan,
  values: readonly Value[],
  make: () => AnyLayer,
): SymbolicTensor | undefined {
  const inputs = plan.from.map((id) => values.find((value) => value.id === id)?.symbolic);
  try {
    const given = inputs.length === 1 ? inputs[0] : inputs;
    const y: unknown = tidy(() => make().apply(given) as unknown);
    if (typeof y !== 'object' || y === null || Array.isArray(y)) return undefined;
    const output = y as SymbolicTensor;
    const size = output.shape.reduce<number>((a, b) => a * (b ?? 1), 1);
    return output.shape.length > 1 && size <= MOST_ELEMENTS ? output : undefined;
  } catch (error) {
    if (error instanceof LanegradError) return undefined;
    throw error;
  }
}

const part = (kind: string, options: PartPlan['options'] = {}): PartPlan => ({ kind, options });

const LOSSES = Object.keys(losses).filter(
  (name) => /^[A-Z]/.test(name) && !/^(Loss|CTC|Circle)$/.test(name),
);

const METRICS = Object.keys(metrics).filter(
  (name) => /^[A-Z]/.test(name) && !/^(Mean|Sum|Metric|MeanMetricWrapper|.*IoU|.*At.*)$/.test(name),
);

const OPTIMIZERS = Object.keys(optimizers).filter(
  (name) => /^[A-Z]/.test(name) && !/^Optimizer|^LossScale|^Multi/.test(name),
);

const OWN_OPTIMIZERS = ['OwnSGD', 'OwnSGD', 'ScaledSGD', 'Several', 'ScaledAdam', 'SeveralOfLibrary']; // prettier-ignore

const OPTIMIZER_OPTIONS: readonly PartPlan['options'][] = [
  {}, {}, {}, { learningRate: 0.05 }, { clipnorm: 0.5 }, { clipvalue: 0.1 }, { globalClipnorm: 0.5 }, { weightDecay: 0.01 },
  { useEma: true, emaOverwriteFrequency: 3 }, { gradientAccumulationSteps: 2 },
]; // prettier-ignore

function randomCompile(random: Randomness): CompilePlan {
  const loss = (): PartPlan => {
    const kind = random.unit();
    if (kind < 0.35) return part('MeanSquaredError');
    if (kind < 0.45) return part(random.pick(['~loss', '~reading loss', 'OwnLoss']));
    if (kind < 0.6) return part('CategoricalCrossentropy');
    const reduction = random.pick(['sum', 'sum_over_batch_size', 'mean']);
    return part(random.pick(LOSSES), random.is(0.5) ? { reduction } : {});
  };
  const metric = (): PartPlan =>
    random.is(0.3)
      ? part(random.pick(['~metric', '~reading metric', '~keeping metric', 'OwnMetric']))
      : part(random.pick(METRICS));
  const list = (chance: number): PartPlan[] => (random.is(chance) ? [metric()] : []);
  const optimizer = random.is(0.12)
    ? part(random.pick(OWN_OPTIMIZERS), random.pick(OPTIMIZER_OPTIONS))
    : part(random.is(0.3) ? 'SGD' : random.pick(OPTIMIZERS), random.pick(OPTIMIZER_OPTIONS));
  return {
    optimizer,
    loss: loss(),
    metrics: [...list(0.5), ...list(0.2)],
    weightedMetrics: list(0.2),
  };
}

const FORMS: readonly Form[] = ['lists', 'slice', 'int32', 'bool', 'softmax', 'softmax', 'weight', 'weight', 'masked', 'disposed', 'wrong shape']; // prettier-ignore

function randomBatch(random: Randomness, usual: BatchPlan): BatchPlan {
  if (random.is(0.45)) return usual;
  return {
    ...usual,
    form: random.is(0.5) ? usual.form : random.pick(FORMS),
    samples: random.is(0.85) ? usual.samples : random.whole(1, 4),
    numbers: random.is(0.6) ? 0 : random.whole(1, 7),
    isNewEachTime: random.is(0.6),
    weights: random.is(0.85) ? 'none' : random.pick(['of samples', 'of classes']),
  };
}

interface Setting {
  readonly random: Randomness;
  readonly usual: BatchPlan;
  /** What the program does most. */
  readonly method: StepMethod;
}

/** Steps, enough of them to be recorded most of the time. */
function randomSteps({ random, usual, method }: Setting, times: number): Action {
  const methods: readonly StepMethod[] = ['predictOnBatch', 'trainOnBatch', 'testOnBatch', 'apply'];
  const steps = {
    do: 'steps' as const,
    method: random.is(0.75) ? method : random.pick(methods),
    times,
    batch: randomBatch(random, usual),
  };
  return random.is(0.93) ? steps : { ...steps, within: random.pick(['tidy', 'grad']) };
}

function randomLoop({ random, usual }: Setting): Action {
  return {
    do: 'loop',
    method: random.pick<LoopMethod>(['fit', 'fit', 'evaluate', 'predict']),
    batch: { ...randomBatch(random, usual), samples: random.whole(4, 16), form: 'tensor' },
    batchSize: random.pick([2, usual.samples]),
    epochs: random.whole(1, 2),
    shuffle: random.is(0.5),
    hasCallback: random.is(0.4),
  };
}

const MANNERS: readonly Manner[] = ['counts', 'counts', 'scales', 'scales', 'reads', 'keeps', 'keeps', 'disposes gradients', 'disposes gradients', 'gives a constant', 'throws']; // prettier-ignore

/** A change of something that steps may depend on. */
function randomChange(setting: Setting, isSequential: boolean): Action {
  const { random } = setting;
  const draw = random.unit();
  const numbers = random.is(0.6) ? 0 : random.whole(1, 7);
  const kind = random.unit();
  if (kind < 0.36) return { do: 'alter', draw };
  if (kind < 0.58)
    return { do: 'override', draw, ofClass: random.is(0.25), manner: random.pick(MANNERS) };
  const id = `z${random.whole(0, 1e6)}`;
  return random.pick<Action>([
    { do: 'assign', draw, numbers },
    { do: 'setWeights', numbers },
    { do: 'dispose weight', draw, hasView: random.is(0.5) },
    { do: 'quantize', hasView: random.is(0.5) },
    { do: 'quantize', hasView: random.is(0.5) },
    { do: 'seed', seed: random.whole(0, 99) },
    { do: 'seed', seed: random.whole(0, 99), draw },
    isSequential
      ? { do: 'add', layer: { id, kind: 'Dense', options: { units: 3 }, from: [] } }
      : { do: 'knob', value: 0.5 },
    isSequential ? { do: 'pop' } : { do: 'knob', value: 2 },
    { do: 'compile', compile: randomCompile(random) },
    { do: 'exhaust memory' },
    { do: 'with memory full', action: randomSteps(setting, 1) },
    { do: 'knob', value: random.pick([0.5, 2, -1]) },
    { do: 'restore' },
    { do: 'read losses' },
    { do: 'reset metrics' },
    { do: 'dispose kept' },
  ]);
}

function randomActions(setting: Setting, isSequential: boolean): Action[] {
  const { random } = setting;
  const actions: Action[] = [];
  const count = random.whole(4, 12);
  // Until steps are recorded, unless changes come first.
  while (random.is(0.3)) actions.push(randomChange(setting, isSequential));
  actions.push(randomSteps(setting, random.whole(6, 9)));
  while (actions.length < count) {
    const kind = random.unit();
    if (kind < 0.42) actions.push(randomSteps(setting, random.pick([1, 1, 2, 3, 8, 13])));
    else if (kind < 0.5) actions.push(randomLoop(setting));
    else if (kind < 0.62) {
      const action: Action = random.is(0.25)
        ? { do: 'throw' }
        : random.is(0.25)
          ? randomSteps(setting, 1)
          : randomChange(setting, isSequential);
      actions.push({ do: 'inside', after: random.whole(1, 12), action });
    } else actions.push(randomChange(setting, isSequential));
  }
  // What comes of the last changes, now and recorded.
  actions.push(randomSteps(setting, random.pick([2, 2, 13])));
  return actions;
}

/** The program of a seed. */
export function randomProgram(seed: number): Program {
  const random = new Randomness(seed);
  const model = randomModel(random);
  const usual: BatchPlan = {
    form: random.is(0.6)
      ? 'tensor'
      : random.pick(['the same tensor', 'softmax', 'weight', ...FORMS]),
    samples: random.whole(1, 4),
    numbers: 0,
    isNewEachTime: random.is(0.7),
    weights: 'none',
  };
  const method = random.pick<StepMethod>(['predictOnBatch', 'trainOnBatch', 'trainOnBatch', 'testOnBatch']); // prettier-ignore
  const setting = { random, usual, method };
  return {
    seed,
    model,
    compile: randomCompile(random),
    actions: randomActions(setting, model.kind === 'sequential'),
  };
}
