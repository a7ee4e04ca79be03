// Functional models that go to Keras and back.
import {
  Input,
  layers,
  losses,
  metrics,
  models,
  ops,
  optimizers,
  Sequential,
  tensor,
} from '../../../src/index.js';
import { numbers, SAMPLES } from './case.js';
import type { Tensor } from '../../../src/index.js';
import type { Case } from './case.js';

const { image } = ops;

/** A graph between an input and an output, compiled. */
function graphCase(
  name: string,
  sample: readonly number[],
  draw: (x: layers.SymbolicTensor) => layers.SymbolicTensor,
): Case {
  const input = Input(sample);
  const flat = new layers.Flatten().apply(draw(input));
  const model = new models.Model({ inputs: input, outputs: new layers.Dense(2).apply(flat) });
  model.compile({ optimizer: 'adam', loss: 'mse', metrics: ['mae'] });
  const x = numbers([SAMPLES, ...sample]);
  return { name: `graph: ${name}`, model, x, y: numbers([SAMPLES, 2], 5000), resumes: true };
}

/** A model of one input and two outputs. */
function twoHeads(): models.Model<layers.SymbolicTensor, readonly layers.SymbolicTensor[]> {
  const x = Input([4]);
  const hidden = new layers.Dense(3, { activation: 'relu' }).apply(x);
  return new models.Model({
    inputs: x,
    outputs: [new layers.Dense(3).apply(hidden), new layers.Dense(3).apply(x)],
  });
}

/** A model of two inputs and three outputs, in the structures that are given. */
function severalPorts(
  name: string,
  inputsOf: (a: layers.SymbolicTensor, b: layers.SymbolicTensor) => unknown,
  outputsOf: (...outputs: readonly layers.SymbolicTensor[]) => unknown,
  compile: models.CompileOptions,
  parts: Pick<Case, 'x' | 'y' | 'sampleWeight'>,
): Case {
  const [a, b] = [Input([4], { name: 'a' }), Input([3], { name: 'b' })];
  const hidden = new layers.Dense(6, { activation: 'tanh' }).apply(
    new layers.Concatenate().apply([a, b]),
  );
  const kind = new layers.Dense(3, { activation: 'softmax', name: 'kind' }).apply(hidden);
  const size = new layers.Dense(2, { name: 'size' }).apply(hidden);
  const flag = new layers.Dense(1, { activation: 'sigmoid', name: 'flag' }).apply(hidden);
  const model: models.AnyModel = new models.Model({
    inputs: inputsOf(a, b) as layers.SymbolicTensor,
    outputs: outputsOf(kind, size, flag) as layers.SymbolicTensor,
  });
  model.compile(compile);
  return { name: `graph: ${name}`, model, ...parts, resumes: true };
}

/** Graphs of several inputs and outputs: all that `compile` takes for them. */
function severalCases(): Case[] {
  const [a, b] = [numbers([SAMPLES, 4]), numbers([SAMPLES, 3], 300)];
  const kind = tensor(Int32Array.from({ length: SAMPLES }, (_, i) => (i * 2) % 3));
  const [size, flag] = [numbers([SAMPLES, 2], 5000), numbers([SAMPLES, 1], 900).abs()];
  const weights = [1, 2, 3].map((start) => numbers([SAMPLES], start).abs());
  const [ofKind, ofSize, ofFlag] = weights as [Tensor, Tensor, Tensor];
  const list = (...all: readonly layers.SymbolicTensor[]): unknown => all;
  const object = (...[kind, size, flag]: readonly layers.SymbolicTensor[]): unknown => ({
    // Neither the order of the names nor that of the layers.
    size,
    kind,
    flag,
  });
  const lists = { x: [a, b], y: [kind, size, flag] };
  const objects = { x: { a, b }, y: { kind, size, flag } };
  const inObject = (a: layers.SymbolicTensor, b: layers.SymbolicTensor): unknown => ({ b, a });
  return [
    severalPorts(
      'lists of losses, weights and metrics',
      list,
      list,
      {
        optimizer: 'adam',
        loss: ['sparse_categorical_crossentropy', 'mse', 'binary_crossentropy'],
        lossWeights: [1, 0.5, 2],
        metrics: [['accuracy'], ['mae', 'mse'], ['accuracy']],
        weightedMetrics: [[], ['mae'], ['accuracy']],
      },
      { ...lists, sampleWeight: [ofKind, ofSize, ofFlag] },
    ),
    severalPorts(
      'objects of losses, weights and metrics',
      inObject,
      object,
      {
        optimizer: new optimizers.RMSprop({ momentum: 0.5 }),
        loss: {
          size: new losses.Huber({ delta: 0.5 }),
          kind: new losses.SparseCategoricalCrossentropy(),
          flag: 'mse',
        },
        lossWeights: { flag: 0.25, kind: 2 },
        metrics: {
          kind: [new metrics.SparseTopKCategoricalAccuracy({ k: 2 })],
          flag: [new metrics.BinaryAccuracy({ threshold: 0.4 }), 'mae'],
        },
        weightedMetrics: { size: 'mse' },
      },
      { ...objects, sampleWeight: { kind: ofKind, size: ofSize, flag: ofFlag } },
    ),
    severalPorts(
      'lists compiled by the names of the layers',
      list,
      list,
      {
        optimizer: 'sgd',
        loss: { kind: 'sparse_categorical_crossentropy', size: 'mae', flag: 'mse' },
        metrics: { size: ['mse'] },
      },
      lists,
    ),
    severalPorts(
      'one loss for all outputs',
      list,
      (_, ...others) => others,
      { optimizer: 'sgd', loss: 'mse', metrics: [['mae'], ['mae']] },
      { x: [a, b], y: [size, flag] },
    ),
    severalPorts(
      'one loss and one factor for all outputs',
      list,
      (_, ...others) => others,
      { optimizer: 'sgd', loss: 'mse', lossWeights: 0.5, metrics: { size: ['mae'] } },
      { x: [a, b], y: [size, flag] },
    ),
    severalPorts(
      'one loss and factors for some outputs in an object',
      inObject,
      object,
      { optimizer: 'adam', loss: 'mae', lossWeights: { flag: 2 } },
      { x: { a, b }, y: { kind: numbers([SAMPLES, 3], 40).abs(), size, flag } },
    ),
    severalPorts(
      'a loss by name for one of a list',
      list,
      list,
      { optimizer: 'sgd', loss: { size: 'mse' }, lossWeights: { size: 3 } },
      { x: [a, b], y: [kind, size, flag] },
    ),
    severalPorts(
      'outputs without a loss',
      list,
      object,
      {
        optimizer: 'adam',
        loss: { kind: null, size: 'mse', flag: null },
        metrics: { size: ['mae'] },
      },
      { x: [a, b], y: { kind, size, flag } },
    ),
  ];
}

/** Graphs of one input and one output, and those of several. */
export function graphCases(): Case[] {
  const { Add, Average, Concatenate, Conv2D, Dense, Dot, Maximum, Minimum, Multiply, Subtract } =
    layers;
  return [
    graphCase('a residual', [6, 5, 3], (x) => {
      const conv = new Conv2D(3, 3, { padding: 'same', activation: 'relu' });
      const normalized = new layers.BatchNormalization().apply(conv.apply(x));
      return new Add().apply([x, normalized]);
    }),
    graphCase('merges', [4], (x) => {
      const [a, b] = [new Dense(3).apply(x), new Dense(3).apply(x)];
      const merged = [Average, Maximum, Minimum, Multiply, Subtract].map((Merge) =>
        new Merge().apply([a, b]),
      );
      const scaled = new layers.CustomScaleLayer(0.5).apply([a, b]);
      return new Concatenate().apply([...merged, scaled, new Dot(1).apply([a, b])]);
    }),
    graphCase('operations', [4], (x) => {
      const h = new Dense(4, { name: 'h' }).apply(x);
      const scaled = h.mul(0.5).add(x).sub(1).div(2);
      const part = scaled.slice(':', '1:3').square().mean(1, true);
      return new Concatenate().apply([scaled.relu(), part, scaled.reshape(-1, 2, 2).max(2)]);
    }),
    graphCase('an operation with an array', [3], (x) => x.mul(tensor([1, 2, 3])).add([1, 0, 1])),
    graphCase('operations of images', [6, 8, 3], (x) => {
      const small = image.resize(x, [4, 5], { interpolation: 'bicubic', antialias: true });
      const colors = image.hsvToRgb(image.rgbToHsv(small.abs()));
      const blurred = image.gaussianBlur(colors, { kernelSize: [3, 3], sigma: [0.8, 0.8] });
      return image.extractPatches(blurred, [2, 2]);
    }),
    graphCase('operations of windows', [4, 6, 4], (x) => {
      const kernel = numbers([3, 2, 2, 4], 40);
      const enlarged = ops.conv2dTranspose(x, kernel, undefined, { strides: 2, padding: 'same' });
      const channels = ops.depthwiseConv2d(enlarged, numbers([3, 3, 2, 2], 90), undefined, { padding: 'same' }); // prettier-ignore
      const shuffled = ops.depthToSpace(ops.spaceToDepth(channels, 2), 2);
      return ops.adaptiveAveragePool(shuffled, [3, 5]);
    }),
    graphCase('operations of spectra', [40], (x) => {
      const [re, im] = ops.stft(x, 8, 4, 12, { window: 'hamming' });
      const signal = ops.istft([re.mul(2), im], 8, 4, 12, { length: 30 });
      const frames = ops.extractSequences(signal, 6, 3);
      const back = ops.irfft(ops.rfft(frames, 8), 6);
      return ops.ifft2(ops.fft2([back, frames]))[0];
    }),
    graphCase('operations of numbers and places', [4, 3], (x) => {
      const h = new Dense(3).apply(x);
      const powers = ops.floatPower(ops.copysign(h, x).abs().add(1), [0.5, -1, 2]);
      const places = ops.argpartition(x, 1).astype('float32');
      return ops.lgamma(powers.add(0.5)).add(places);
    }),
    graphCase('operations that normalize', [6, 4], (x) => {
      const [gamma, h] = [new Dense(4).apply(x), new Dense(4).apply(x)];
      const [mean, variance] = [numbers([4], 20), numbers([4], 30).square()];
      const scale = numbers([4], 50);
      const batch = ops.batchNormalization(h, mean, variance, -1, { scale, epsilon: 0.1 });
      const layer = ops.layerNormalization(batch, { gamma, beta: scale, epsilon: 0.01 });
      return ops.rmsNormalization(layer, { axis: [1, 2] });
    }),
    graphCase('a shared layer', [4], (x) => {
      const shared = new Dense(4, { activation: 'tanh' });
      const [once, other] = [shared.apply(x), new Dense(4).apply(x)];
      return new Add().apply([shared.apply(once), shared.apply(other)]);
    }),
    graphCase('models inside, called twice', [4], (x) => {
      const inner = twoHeads();
      const stack = new Sequential([Input([3]), new Dense(4), new layers.LeakyReLU()]);
      const [a, b] = inner.apply(x) as readonly [layers.SymbolicTensor, layers.SymbolicTensor];
      const again = inner.apply(stack.apply(a));
      return new Concatenate().apply([...again, b]);
    }),
    graphCase('a model as the output', [4], (x) => {
      const y = Input([4]);
      const inner = new models.Model({ inputs: y, outputs: new Dense(2).apply(y) });
      return inner.apply(x);
    }),
    graphCase('a part of another model', [4], (x) => {
      const h = new Dense(5).apply(x);
      const whole = new models.Model({ inputs: x, outputs: new Dense(3).apply(h) });
      return whole.getLayer(1).output;
    }),
    withMask(),
    ...severalCases(),
  ];
}

/** A graph in which a mask travels. */
function withMask(): Case {
  const steps = Input([6]);
  const embedded = new layers.Embedding(10, 3, { maskZero: true }).apply(steps);
  const scaled = new layers.Dense(3, { activation: 'tanh' }).apply(embedded);
  const sum = new layers.Add().apply([embedded, scaled]);
  const pooled = new layers.GlobalAveragePooling1D().apply(sum);
  const model = new models.Model({ inputs: steps, outputs: new layers.Dense(2).apply(pooled) });
  model.compile({ optimizer: 'adam', loss: 'mse' });
  const values = Int32Array.from({ length: SAMPLES * 6 }, (_, i) => (i * 7) % 10);
  const [x, y] = [tensor(values, { shape: [SAMPLES, 6] }), numbers([SAMPLES, 2], 5000)];
  return { name: 'graph: a mask', model, x, y, resumes: true };
}
