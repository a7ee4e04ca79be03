// For each public function, class and method arguments that it takes: a wrong value stands in the place of one of them.
import {
  callbacks,
  constraints,
  data,
  initializers,
  layers,
  losses,
  metrics,
  optimizers,
  regularizers,
  tensor,
} from '../../../src/index.js';
import {
  along,
  binary,
  image,
  matrix,
  model,
  named,
  none,
  options,
  reducing,
  scaled,
  sequence,
  sink,
  square,
  StopsAtOnce,
  unary,
  vector,
  weight,
} from './arguments.js';
import type { Arguments } from './arguments.js';

/** A function of a variable, that variable, and the gradient of what follows. */
const ofVariable: Arguments = () => {
  const w = weight();
  return [() => square(w.value), [w], { dy: 1 }];
};

/** Functions of a namespace that turn names and configs into objects and back. */
function registry(
  kind: string,
  instance: () => object,
  className: string,
): Record<string, Arguments> {
  return {
    [`${kind}.get`]: () => [className],
    [`${kind}.deserialize`]: () => [{ class_name: className, config: {} }],
    [`${kind}.serialize`]: () => [instance()],
    [`${kind}.register`]: () => [instance().constructor],
  };
}

const convolving = { strides: 1, padding: 'valid', dilationRate: 1 };

const functions: Record<string, Arguments> = {
  arange: () => [0, 4, 1, 'int32'],
  eye: () => [2, 3],
  full: () => [[2], 1, 'float32'],
  linspace: () => [0, 1, 3],
  ones: () => [[2], 'float32'],
  zeros: () => [[2], 'float32'],
  tensor: () => [[1, 2], { shape: [2], dtype: 'float32' }],
  tidy: () => [() => 1],
  keep: () => [vector()],
  memory: none,
  backendInfo: none,
  configure: () => [{}],
  grad: ofVariable,
  valueAndGrad: ofVariable,
  Input: () => [[3], {}],
  'layers.Input': () => [[3], {}],

  ...named(
    'abs ceil clone cos erf exp expm1 floor flatten isFinite isInf isNaN log log1p logicalNot neg reciprocal round rsqrt sign sin ' +
      'sqrt square stopGradient tanh hardSigmoid hardSilu hardSwish hardTanh logSigmoid mish relu6 selu sigmoid silu ' +
      'softplus softsign sparsePlus sparseSigmoid swish tanhShrink linear exponential hardSigmoidKeras2',
    unary,
  ),
  ...named(
    'add div dot equal greater greaterEqual less lessEqual logicalAnd logicalOr logicalXor maximum minimum mod mul ' +
      'notEqual outer pow sub sigmoidCrossEntropy',
    binary,
  ),
  ...named('all any argmax argmin max mean min prod std sum variance logsumexp', reducing),
  ...named('cumsum softmax logSoftmax sparsemax expandDims', along),
  ...named('celu elu hardShrink leakyRelu softShrink squareplus', scaled),
  dot: () => [matrix(), vector()],
  gelu: () => [matrix(), true],
  glu: () => [matrix(), 0],
  relu: () => [matrix(), { negativeSlope: 0, maxValue: 1, threshold: 0 }],
  threshold: () => [matrix(), 0, 1],
  argsort: () => [matrix(), 1, { descending: true }],
  sort: () => [matrix(), 1, { descending: true }],
  averagePool1d: () => [sequence(), { poolSize: 2, strides: 1, padding: 'valid' }],
  maxPool1d: () => [sequence(), { poolSize: 2, strides: 1, padding: 'valid' }],
  averagePool2d: () => [image(), { poolSize: 2, strides: 1, padding: 'valid' }],
  ...named('averagePool3d maxPool3d', () => [tensor([[[[[1], [2]]]]]), { poolSize: 1 }]),
  maxPool2d: () => [image(), { poolSize: 2, strides: 1, padding: 'valid' }],
  broadcastTo: () => [vector(), [2, 3]],
  cast: () => [matrix(), 'int32'],
  clip: () => [matrix(), 0, 1],
  concat: () => [[matrix(), matrix()], 0],
  stack: () => [[matrix(), matrix()], 0],
  conv1d: () => [sequence(), tensor([[[1], [1], [1]]]), null, convolving],
  conv2d: () => [image(), tensor([[[[1]]]]), null, convolving],
  conv3d: () => [tensor([[[[[1], [2]]]]]), tensor([[[[[1]]]]]), null, convolving],
  dense: () => [matrix(), tensor([[1], [1], [1]]), tensor([1]), 'linear'],
  dropout: () => [matrix(), 0.5, 1],
  dotProductAttention: () => [...[1, 2, 3].map((n) => tensor([[[[n]]]])), null, null, {}],
  einsum: () => ['ij,ij->i', matrix(), matrix()],
  embedding: () => [matrix(), [0, 1]],
  gather: () => [matrix(), [0, 1], 0],
  logitsOf: () => [matrix().softmax(), 'softmax'],
  matmul: () => [matrix(), matrix().transpose()],
  moveAxis: () => [matrix(), 0, 1],
  oneHot: () => [[0, 1], 3],
  ...named('onesLike zerosLike', () => [matrix(), 'int32']),
  pad: () => [vector(), [[1, 1]], 0],
  reshape: () => [matrix(), [3, 2]],
  slice: () => [matrix(), 0, ':'],
  softmaxCrossEntropy: () => [matrix(), matrix()],
  sparseSoftmaxCrossEntropy: () => [matrix(), [0, 1], { ignoreClass: 1 }],
  split: () => [matrix(), 2, 0],
  squeeze: () => [tensor([[1, 2]]), 0],
  tensordot: () => [matrix(), vector(), 1],
  tile: () => [vector(), [2, 1]],
  topK: () => [matrix(), 1],
  transpose: () => [matrix(), [1, 0]],
  upSample: () => [image(), 1, 2, 'nearest'],
  where: () => [matrix(), matrix(), matrix()],

  ...registry('activations', () => ({}), 'relu'),
  'activations.serialize': () => [Math.tanh],
  'activations.deserialize': () => ['relu'],
  ...registry('constraints', () => new constraints.NonNeg(), 'NonNeg'),
  'constraints.maxNorm': () => [2, {}],
  ...named('constraints.minMaxNorm constraints.unitNorm', options),
  'constraints.nonNeg': none,
  ...registry('initializers', () => new initializers.Zeros(), 'Zeros'),
  ...named('initializers.constant initializers.identity', () => [1]),
  ...named(
    'glorotNormal glorotUniform heNormal heUniform lecunNormal lecunUniform orthogonal randomNormal randomUniform ' +
      'truncatedNormal varianceScaling',
    options,
  ),
  ...named('initializers.ones initializers.zeros', none),
  ...registry('regularizers', () => new regularizers.L2(), 'L2'),
  ...named('regularizers.l1 regularizers.l2', () => [0.1]),
  ...named('regularizers.l1L2 regularizers.orthogonalRegularizer', options),
  ...registry('layers', () => new layers.ReLU(), 'ReLU'),
  'layers.registerLayer': () => [layers.ReLU],
  ...named(
    'layers.add layers.average layers.concatenate layers.maximum layers.minimum layers.multiply layers.subtract',
    () => [[matrix(), matrix()], {}],
  ),
  'layers.dot': () => [[matrix(), matrix()], 1, {}],
  ...registry('losses', () => new losses.Hinge(), 'Hinge'),
  ...registry('metrics', () => new metrics.Hinge(), 'Hinge'),
  ...registry('optimizers', () => new optimizers.SGD(), 'SGD'),
  ...registry(
    'optimizers.schedules',
    () => new optimizers.schedules.CosineDecay(1, 2),
    'CosineDecay',
  ),
  'optimizers.schedules.registerSchedule': () => [optimizers.schedules.CosineDecay],
  'optimizers.schedules.deserialize': () => [
    { class_name: 'CosineDecay', config: { initial_learning_rate: 1, decay_steps: 2 } },
  ],
  'optimizers.schedules.get': () => [new optimizers.schedules.CosineDecay(1, 2)],

  ...named(
    'binaryCrossentropy binaryFocalCrossentropy categoricalCrossentropy categoricalFocalCrossentropy cosineSimilarity ' +
      'huber binaryAccuracy topKCategoricalAccuracy dice tversky pearsonCorrelation',
    () => [matrix(), matrix(), {}],
  ),
  ...named(
    'categoricalHinge hinge klDivergence logCosh meanAbsoluteError meanAbsolutePercentageError meanSquaredError ' +
      'meanSquaredLogarithmicError poisson squaredHinge accuracy categoricalAccuracy',
    binary,
  ),
  ...named('sparseCategoricalCrossentropy sparseTopKCategoricalAccuracy', () => [
    [0, 1],
    matrix(),
    {},
  ]),
  sparseCategoricalAccuracy: () => [[0, 1], matrix()],

  'random.globalGenerator': none,
  'random.integers': () => [[2], { minval: 0, maxval: 3, seed: 1 }],
  'random.normal': () => [[2], { mean: 0, stddev: 1, seed: 1 }],
  'random.truncatedNormal': () => [[2], { mean: 0, stddev: 1, seed: 1 }],
  'random.uniform': () => [[2], { minval: 0, maxval: 1, seed: 1 }],
  'random.categorical': () => [tensor([[1, 2]]), 3, { dtype: 'int32', seed: 1 }],
  'random.sampleLogits': () => [tensor([[1, 2]]), { temperature: 1, topK: 1, topP: 0.9, seed: 1 }],
  'random.permutation': () => [3, { seed: 1 }],
  'random.shuffle': () => [vector(), { seed: 1 }],
  'random.setSeed': () => [1],
  'utils.setRandomSeed': () => [1],
  'utils.normalize': () => [matrix(), 1, 2],
  'utils.plotModel': () => [model(), {}],
  'utils.splitDataset': () => [matrix(), { leftSize: 1 }],
  'utils.toCategorical': () => [[0, 1], 2],

  'models.cloneModel': () => [model()],
  'models.modelFromJSON': () => [JSON.stringify(model())],
  'models.loadModel': () => ['no such file.keras', {}],
  'models.listModels': none,
  'models.removeModel': () => ['indexeddb://x'],

  'data.parseIdx': () => [new Uint8Array([0, 0, 8, 1, 0, 0, 0, 1, 7]), 'a name'],
  'data.readCsv': () => [new TextEncoder().encode('a,b\n1,2\n'), { label: 'b' }],
  'data.readIdx': () => [new Uint8Array([0, 0, 8, 1, 0, 0, 0, 1, 7]), {}],
  'data.readNpy': () => ['no such file.npy', {}],
  'data.readNpz': () => ['no such file.npz', {}],
  'data.writeIdx': () => [sink, tensor([1], { dtype: 'uint8' }), {}],
  'data.writeNpy': () => [sink, vector()],
  ...named('data.writeNpz io.writeNpz io.writeSafetensors', () => [sink, { x: vector() }, {}]),
  ...named('io.readKeras io.readLayersModel io.readNpz io.readSafetensors', () => [
    'no such file',
    {},
  ]),
  'io.writeKeras': () => [sink, { model: model().toJSON(), names: {} }, { 'layers/d/vars/0': 1 }],
  'io.writeKerasWeights': () => [sink, { 'layers/d/vars/0': 1 }, { 'layers/d': 'd' }],
  'io.writeLayersModel': () => [
    sink,
    { name: 'd', layers: [{ class_name: 'Dense', config: { units: 1 } }] },
    { 'd/kernel': matrix() },
  ],
  // A good model starts a worker.
  'remote.inWorker': () => [{}, {}],

  ...named(
    'datasets.digits.loadData datasets.iris.loadData datasets.breastCancer.loadData',
    options,
  ),
  ...named('datasets.mnist.loadData datasets.fashionMnist.loadData', () => [
    { directory: 'no such folder', offline: true },
  ]),
};

/** Methods, by class and name or by name alone; what is not here is called with nothing else. */
const methods: Record<string, Arguments> = {
  // The tables have no text of their own in mind.
  toString: none,
  'Tensor.toString': none,
  // It is built already.
  'optimizers.Optimizer.build': none,
  build: () => [[null, 3]],
  call: () => [matrix(), { training: false }],
  apply: () => [matrix(), { training: false }],
  computeOutputShape: () => [[null, 3]],
  updateState: () => [matrix(), matrix(), null],
  ...named(
    ['Add', 'Average', 'Concatenate', 'Dot', 'Maximum', 'Minimum', 'Multiply', 'Subtract']
      .flatMap((name) => [`layers.${name}.call`, `layers.${name}.apply`])
      .join(' '),
    () => [[matrix(), matrix()], { training: false }],
  ),
  select: () => [[0]],
  setState: () => [[]],
  getLayer: () => [0],
  minimize: () => ofVariable().slice(0, 2),
  fit: () => [matrix(), matrix(), { epochs: 1, verbose: 0, callbacks: [new StopsAtOnce()] }],
  evaluate: () => [matrix(), matrix(), { verbose: 0 }],
  predict: () => [matrix(), { verbose: 0 }],
  trainOnBatch: () => [matrix(), matrix(), {}],
  testOnBatch: () => [matrix(), matrix(), {}],
  predictOnBatch: () => [matrix()],
  compile: options,
  quantize: () => ['int8', {}],
  save: () => [sink, { format: 'tfjs' }],
  saveWeights: () => [sink, { format: 'safetensors' }],
  loadWeights: () => ['no such file.npz', {}],
  summary: () => [{ printFn: () => undefined }],
  addWeight: () => ['w', [2], {}],
  assign: () => [[1, 2, 3]],
  add: () => [new layers.Dense(3)],
  setWeights: () => [[]],
  adapt: () => [matrix()],
  fromConfig: options,
  setModel: () => [model()],
  setParams: options,
  has: () => ['onEpochEnd'],
};

/** Arguments of a function, by its path in the package or by its name alone; undefined: none are listed. */
export function functionArguments(path: string): readonly unknown[] | undefined {
  const name = path.slice(path.lastIndexOf('.') + 1);
  return (functions[path] ?? functions[name])?.();
}

/** Arguments of a method: as the table says, as the function of the same name without its first, or none. */
export function methodArguments(className: string, name: string): readonly unknown[] {
  const own = methods[`${className}.${name}`];
  if (own !== undefined) return own();
  if (className === 'Tensor') return functions[name]?.().slice(1) ?? [];
  return (methods[name] ?? none)();
}

/** Instances of what a program gets by other means than `new`. */
export const INSTANCES: Readonly<Record<string, () => object>> = {
  Tensor: matrix,
  'data.Dataset': () => data.Dataset.fromTensors(matrix(), matrix()),
  'models.Model': model,
  'layers.SymbolicTensor': () => layers.Input([3]),
  Sequential: model,
  'models.Sequential': model,
  'callbacks.CallbackList': () => new callbacks.CallbackList([]),
  Variable: weight,
  'optimizers.Optimizer': () => {
    const optimizer = new optimizers.SGD();
    optimizer.build([weight()]);
    return optimizer;
  },
};
