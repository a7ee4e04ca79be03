// Valid arguments for each public function, class and method, from its row in test/specs or from the tables below. The tests replace
// one of them with a wrong value.
import {
  callbacks,
  data,
  layers,
  optimizers,
  ops,
  stringArray,
  tensor,
  utils,
} from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { batches } from '../../specs/batches.js';
import type { Case } from '../../specs/batches.js';
import { datasetSpecs } from '../../specs/datasets.js';
import { argumentsWith, describedClasses, makeExamples } from '../../specs/families.js';
import type { DescribedClass } from '../../specs/families.js';
import { fillAll } from '../../specs/operation-spec.js';
import { usualCall } from '../../specs/operations.js';
import {
  boxes,
  img,
  matrix,
  model,
  named,
  none,
  options,
  sink,
  square,
  StopsAtOnce,
  unary,
  vector,
  weight,
} from './arguments.js';
import type { Arguments } from './arguments.js';
import { chartCalls } from './chart-calls.js';

/** A function of a variable, that variable, and the gradient of what follows. */
const ofVariable: Arguments = () => {
  const w = weight();
  return [() => square(w.value), [w], { dy: 1 }];
};

const functions: Record<string, Arguments> = {
  arange: () => [0, 4, 1, 'int32'],
  eye: () => [2, 3, 1, 'float32'],
  full: () => [[2], 1, 'float32'],
  linspace: () => [0, 1, 3, { endpoint: false, dtype: 'float32' }],
  'ops.take': () => [matrix(), [0, 1], 1],
  'ops.tri': () => [2, 3, 1, 'float32'],
  'ops.kaiser': () => [3, 2],
  ...named('ops.bartlett ops.blackman ops.hamming ops.hanning', () => [3]),
  ones: () => [[2], 'float32'],
  zeros: () => [[2], 'float32'],
  tensor: () => [[1, 2], { shape: [2], dtype: 'float32' }],
  stringArray: () => [['a', 'b']],
  tidy: () => [() => 1],
  keep: () => [vector()],
  memory: none,
  backendInfo: none,
  configure: () => [{}],
  'ops.associativeScan': () => [ops.add, vector(), { reverse: true, axis: 0 }],
  'ops.cond': () => [true, vector, vector],
  'ops.customGradient': () => [(x: Tensor) => [x, () => x]],
  'ops.foriLoop': () => [0, 2, (i: number, x: Tensor) => ops.add(x, i), vector()],
  ...named('ops.map ops.vectorizedMap', () => [square, matrix()]),
  'ops.scan': () => [
    (c: Tensor, x: Tensor) => [ops.add(c, x), c],
    0,
    vector(),
    { length: 3, reverse: true, unroll: 1 },
  ],
  'ops.switch': () => [1, [ops.square, ops.square], vector()],
  'ops.whileLoop': () => [() => false, square, vector(), { maximumIterations: 1 }],
  grad: ofVariable,
  valueAndGrad: ofVariable,
  Input: () => [[3], {}],
  'layers.Input': () => [[3], {}],

  logitsOf: () => [matrix().softmax(), 'softmax'],
  ...named('linear exponential hardSigmoidKeras2', unary),
  'activations.get': () => ['relu'],
  'activations.deserialize': () => ['relu'],
  'activations.serialize': () => [Math.tanh],
  'layers.registerLayer': () => [layers.ReLU],
  'optimizers.schedules.registerSchedule': () => [optimizers.schedules.CosineDecay],
  'optimizers.schedules.get': () => [new optimizers.schedules.CosineDecay(1, 2)],
  ...named(
    'layers.add layers.average layers.concatenate layers.maximum layers.minimum layers.multiply layers.subtract',
    () => [[matrix(), matrix()], {}],
  ),
  'layers.dot': () => [[matrix(), matrix()], 1, {}],
  ...named('initializers.ones initializers.zeros constraints.nonNeg', none),

  'random.beta': () => [[2], 0.5, tensor([0.5, 1]), { seed: 1 }],
  'random.gamma': () => [[2], 0.5, { seed: 1 }],
  'random.globalGenerator': none,
  'random.randint': () => [[2], 0, 3, { dtype: 'int32', seed: 1 }],
  'random.binomial': () => [[2], 9, tensor([0.5, 1]), { seed: 1 }],
  'random.normal': () => [[2], { mean: 0, stddev: 1, seed: 1 }],
  'random.truncatedNormal': () => [[2], { mean: 0, stddev: 1, seed: 1 }],
  'random.uniform': () => [[2], { minval: 0, maxval: 1, seed: 1 }],
  'random.categorical': () => [tensor([[1, 2]]), 3, { dtype: 'int32', seed: 1 }],
  'random.sampleLogits': () => [tensor([[1, 2]]), { temperature: 1, topK: 1, topP: 0.9, seed: 1 }],
  'random.permutation': () => [3, { seed: 1 }],
  'random.shuffle': () => [vector(), { axis: 0, seed: 1 }],
  'random.setSeed': () => [1],
  'utils.setRandomSeed': () => [1],
  'utils.registerKerasSerializable': () => ['walk', 'none'],
  'utils.customObjectScope': () => [{}, () => 1],
  'utils.getCustomObjects': none,
  'utils.getRegisteredName': () => [layers.Dense],
  'utils.getRegisteredObject': () => ['walk>none', {}],
  'utils.boundingBoxes.affineTransform': () => [boxes(), { height: 9, width: 9, angle: 30 }],
  'utils.boundingBoxes.clipToImageSize': () => [
    { boxes: boxes(), labels: [1] },
    { height: 9, width: 9 },
  ],
  'utils.boundingBoxes.computeCiou': () => [boxes(), boxes(), 'xyxy', { imageShape: [9, 9] }],
  'utils.boundingBoxes.computeIou': () => [boxes(), boxes(), 'xyxy', { useMasking: true }],
  'utils.boundingBoxes.decodeDeltasToBoxes': () => [boxes(), boxes(), 'xyxy', 'xywh', {}],
  'utils.boundingBoxes.encodeBoxToDeltas': () => [boxes(), boxes(), 'xyxy', 'xywh', {}],
  'utils.boundingBoxes.convertFormat': () => [boxes(), 'xyxy', 'xywh', { height: 9, width: 9 }],
  'utils.boundingBoxes.crop': () => [boxes(), { top: 1, left: 1, height: 4, width: 4 }],
  'utils.boundingBoxes.pad': () => [boxes(), { top: 1, left: 1 }],
  'utils.normalize': () => [matrix(), 1, 2],
  'utils.padSequences': () => [[[1, 2], [3]], { maxlen: 2 }],
  'utils.timeseriesDatasetFromArray': () => [vector(), vector(), { sequenceLength: 2 }],
  'utils.tokenizerFromJSON': () => [JSON.stringify(new utils.Tokenizer())],
  'utils.plotModel': () => [model(), {}],
  'utils.splitDataset': () => [matrix(), { leftSize: 1 }],
  'utils.toCategorical': () => [[0, 1], 2],
  'utils.arrayToImg': () => [[[[0], [1]]], {}],
  'utils.imgToArray': () => [img(), {}],
  'utils.fromPixels': () => [img(), {}],
  'utils.toPixels': () => [matrix(), null],
  'utils.loadImg': () => ['no such picture.png', {}],
  'utils.saveImg': () => [sink, [[[0], [1]]], { fileFormat: 'png' }],
  'utils.loadAudio': () => ['no such sound.wav', {}],
  'utils.resample': () => [vector(), 3, { axis: 0 }],
  'utils.saveAudio': () => [sink, vector(), { samplingRate: 8000 }],
  'utils.setPictureCodecs': () => [{}],
  'utils.getFile': () => ['http://127.0.0.1:9/none', { cacheSubdir: 'wrong calls' }],
  'utils.audioDatasetFromDirectory': () => ['no such folder', {}],
  'utils.imageDatasetFromDirectory': () => ['no such folder', {}],
  'utils.textDatasetFromDirectory': () => ['no such folder', {}],

  ...named('compile.compileModel compile.compileToModule', () => [model(), {}]),
  'compile.runCompiled': () => [new Uint8Array(8)],
  ...chartCalls,
  'applications.MobileNet': () => [{ alpha: 0.04, inputShape: [32, 32, 3], classes: 3 }],
  'applications.imagenetUtils.decodePredictions': () => [
    [[0.25, 0.75]],
    { top: 1, classIndex: { 0: ['n01440764', 'tench'], 1: ['n01443537', 'goldfish'] } },
  ],
  'applications.imagenetUtils.preprocessInput': () => [[[[1, 2, 3]]], { mode: 'caffe' }],

  'models.cloneModel': () => [model()],
  'models.modelFromJSON': () => [JSON.stringify(model())],
  'models.loadModel': () => ['no such file.keras', {}],
  'models.inspectFile': () => ['no such file.keras', {}],
  'models.listModels': none,
  'models.removeModel': () => ['indexeddb://x'],

  'datasets.imdb.getWordIndex': () => [datasetSpecs['imdb']?.options],
  'datasets.reuters.getWordIndex': () => [datasetSpecs['reuters']?.options],
  'datasets.reuters.getLabelNames': none,

  'data.parseIdx': () => [new Uint8Array([0, 0, 8, 1, 0, 0, 0, 1, 7]), 'a name'],
  'data.readCsv': () => [new TextEncoder().encode('a,b\n1,2\n'), { label: 'b' }],
  'data.readCsvColumns': () => [
    new TextEncoder().encode('a,b\n1,x\n'),
    { dtypes: { b: 'string' } },
  ],
  'data.readIdx': () => [new Uint8Array([0, 0, 8, 1, 0, 0, 0, 1, 7]), {}],
  'data.readNpy': () => ['no such file.npy', {}],
  'data.readNpz': () => ['no such file.npz', {}],
  'data.writeIdx': () => [sink, tensor([1], { dtype: 'uint8' }), {}],
  'data.writeNpy': () => [sink, vector()],
  ...named('data.writeNpz io.writeNpz io.writeSafetensors', () => [sink, { x: vector() }, {}]),
  ...named(
    'io.loadGraphModel io.loadOnnx io.readKeras io.readLayersModel io.readNpz io.readSafetensors',
    () => ['no such file', {}],
  ),
  'io.saveOnnx': () => [model(), sink, { opset: 17 }],
  'io.writeKeras': () => [sink, { model: model().toJSON(), names: {} }, { 'layers/d/vars/0': 1 }],
  'io.writeKerasWeights': () => [sink, { 'layers/d/vars/0': 1 }, { 'layers/d': 'd' }],
  'io.writeLayersModel': () => [
    sink,
    { name: 'd', layers: [{ class_name: 'Dense', config: { units: 1 } }] },
    { 'd/kernel': matrix() },
  ],
  // A good model starts a worker.
  'remote.inWorker': () => [{}, {}],
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
    [
      'Add',
      'Average',
      'Concatenate',
      'CustomScaleLayer',
      'Dot',
      'Maximum',
      'Minimum',
      'Multiply',
      'Subtract',
    ]
      .flatMap((name) => [`layers.${name}.call`, `layers.${name}.apply`])
      .join(' '),
    () => [[matrix(), matrix()], { training: false }],
  ),
  'utils.FeatureSpace.apply': () => [{ age: [1], job: ['a'] }, { training: false }],
  'utils.FeatureSpace.call': () => [{ age: vector(), job: stringArray(['a', 'b', 'c']) }],
  'utils.FeatureSpace.adapt': () => [{ age: [1], job: ['a'] }],
  'utils.FeatureSpace.save': () => [sink, {}],
  'utils.FeatureSpace.fromConfig': () => [{ features: { age: 'float' } }],
  'utils.FeatureSpace.feature': () => [
    { dtype: 'float32', preprocessor: new layers.Rescaling(2), outputMode: 'float' },
  ],
  'utils.FeatureSpace.cross': () => [['a', 'b'], 3, { outputMode: 'int' }],
  ...named(
    ['floatDiscretized', 'integerHashed', 'stringHashed']
      .map((name) => `utils.FeatureSpace.${name}`)
      .join(' '),
    () => [3, { name: 'a', outputMode: 'int' }],
  ),
  ...named(
    ['float', 'floatRescaled', 'floatNormalized', 'integerCategorical', 'stringCategorical']
      .map((name) => `utils.FeatureSpace.${name}`)
      .join(' '),
    () => [{ name: 'a' }],
  ),
  select: () => [[0]],
  'random.RandomState.shuffle': () => [[1, 2]],
  'random.RandomState.permutation': () => [3],
  fitOnTexts: () => [['a b']],
  fitOnSequences: () => [[[1, 2]]],
  sequencesToMatrix: () => [[[1, 2]], 'count'],
  sequencesToTexts: () => [[[1, 2]]],
  textsToMatrix: () => [['a b'], 'count'],
  textsToSequences: () => [['a b']],
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
  getStateTree: () => [{ valueFormat: 'numpy_array' }],
  setStateTree: () => [{ trainableVariables: {} }],
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

/** The class of a row whose function or factory is called so: `losses.huber`, `initializers.heNormal`. */
const classOf = (path: string): DescribedClass | undefined =>
  describedClasses.find(
    ({ family, name }) => `${family}.${name}`.toLowerCase() === path.toLowerCase(),
  );

/** Targets and predictions of a loss or a metric, and options if its class has any of its own. */
function ofBatch({ type, spec }: DescribedClass): readonly unknown[] {
  const [[kind]] = (spec as unknown as { readonly cases: readonly [Case] }).cases;
  const { yTrue, yPred } = batches[kind];
  const labels = kind === 'labels' ? yTrue : tensor(yTrue);
  const hasOptions = Object.keys(type.declared).some(
    (option) => !/^(reduction|name|dtype)$/.test(option),
  );
  return [labels, tensor(yPred), ...(hasOptions ? [{}] : [])];
}

/** Functions of a namespace that turn names and configs into objects and back. */
function ofRegistry(path: string): readonly unknown[] | undefined {
  const [, family = '', name = ''] =
    /(\w+)\.(get|serialize|deserialize|register)$/.exec(path) ?? [];
  const described = describedClasses.find((each) => each.family === family);
  if (described === undefined) return undefined;
  const [instance] = makeExamples(described);
  if (name === 'get') return [described.name];
  if (name === 'register') return [described.type];
  return name === 'serialize'
    ? [instance]
    : [{ class_name: described.name, config: instance?.getConfig() }];
}

/** Arguments of a function, by its path in the package or its name alone, or by its row; undefined: nothing says them. */
export function functionArguments(path: string, f: unknown): readonly unknown[] | undefined {
  const name = path.slice(path.lastIndexOf('.') + 1);
  const own = functions[path] ?? functions[name];
  if (own !== undefined) return own();
  // A function may be exported under several names.
  const names = Object.entries({ ...ops, tensor }).flatMap(([other, each]) => (each === f ? [other] : [])); // prettier-ignore
  const otherwise = names.map((other) => functions[other]).find((row) => row !== undefined);
  if (otherwise !== undefined) return otherwise();
  const call = [name, ...names].map(usualCall).find((args) => args !== undefined);
  if (call !== undefined) return fillAll(call);
  const [, dataset] = /^datasets\.(\w+)\.loadData$/.exec(path) ?? [];
  if (dataset !== undefined) return [datasetSpecs[dataset]?.options];
  const described = classOf(path) ?? classOf(path.replace(/^metrics/, 'losses'));
  if (described === undefined) return ofRegistry(path);
  return /^(losses|metrics)$/.test(described.family)
    ? ofBatch(described)
    : argumentsWith(described);
}

/** Arguments of a method: as the table says, as the function of the same name without its first, or none. */
export function methodArguments(className: string, name: string): readonly unknown[] {
  const own = methods[`${className}.${name}`];
  if (own !== undefined) return own();
  if (className === 'Tensor') return functionArguments(name, undefined)?.slice(1) ?? [];
  return (methods[name] ?? none)();
}

/** Instances of what a program gets by other means than `new`. */
export const INSTANCES: Readonly<Record<string, () => object>> = {
  'utils.Tokenizer': () => new utils.Tokenizer({ numWords: 3 }),
  Tensor: matrix,
  'data.Dataset': () => data.Dataset.fromTensors(matrix(), matrix()),
  'models.Model': model,
  SymbolicTensor: () => layers.Input([3]),
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
