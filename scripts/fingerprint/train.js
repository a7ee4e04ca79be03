// The fixed training runs whose weights are fingerprinted. Plain JavaScript without imports, so that Node and a
// browser run the same file; the package comes in as an argument.

/**
 * Trains six networks for two epochs each on the embedded digits, from a fixed seed: a small dense one (dropout included,
 * and large enough to be shared by threads), a recurrent one and a transformer that read the columns of an image as
 * steps, a U-Net of transposed, depthwise and separable convolutions, a convolutional one behind layers that augment
 * images, and a dense one of which each layer has another optimizer.
 *
 * @param {typeof import('lanegrad')} lanegrad the built package
 * @param {number} [samples] of how many digits; default: all. A processor that is emulated needs few
 * @returns {Promise<string>} SHA-256 of all weights in order, little-endian float32, as hex: of each network, with a space
 * between them
 */
export async function fingerprint(lanegrad, samples) {
  const { datasets, ops, utils } = lanegrad;
  const [[images, labels]] = await datasets.digits.loadData();
  const count = samples ?? labels.size;
  const x = images.slice([0, count]).reshape([-1, 64]).astype('float32').div(16);
  const y = utils.toCategorical(labels.slice([0, count]), 10);
  const columns = x.reshape([-1, 8, 8]).transpose([0, 2, 1]);
  const hashes = [];
  for (const [make, given, batchSize] of [
    [denseNetwork, x, 32],
    [recurrentNetwork, columns, 64],
    [transformer, columns, 64],
    [uNet, x.reshape([-1, 8, 8, 1]), 64],
    [augmenting, ops.tile(x.reshape([-1, 8, 8, 1]), [1, 1, 1, 3]), 32],
    [ofOptimizers, x, 64],
  ]) {
    utils.setRandomSeed(7);
    const network = make(lanegrad);
    if (make !== ofOptimizers) network.compile(COMPILED);
    hashes.push(await hashOf(await trained(network, given, y, batchSize)));
  }
  return hashes.join(' ');
}

function denseNetwork({ layers, models }) {
  return new models.Sequential([
    new layers.Dense(256, { activation: 'relu', inputShape: [64] }),
    new layers.Dropout(0.2),
    new layers.Dense(10, { activation: 'softmax' }),
  ]);
}

/** Columns of zeros, as at the sides of most digits, do not count for the first layer. */
function recurrentNetwork({ layers, models }) {
  const sequences = { returnSequences: true };
  return new models.Sequential([
    new layers.Masking({ inputShape: [8, 8] }),
    new layers.Bidirectional(new layers.LSTM(40, { dropout: 0.1 })),
    new layers.RepeatVector(8),
    new layers.GRU(40, sequences),
    new layers.GRU(40, { ...sequences, resetAfter: false, goBackwards: true }),
    new layers.SimpleRNN(64),
    new layers.Dense(10, { activation: 'softmax' }),
  ]);
}

/** Attention with a causal mask, and without one over fewer heads of keys than of queries. */
function transformer({ Input, layers, models }) {
  const input = Input([8, 8]);
  let x = new layers.Dense(48).apply(input);
  const seen = new layers.LayerNormalization().apply(x);
  const causal = new layers.MultiHeadAttention(4, 12).apply([seen, seen], { useCausalMask: true });
  x = layers.add([x, causal]);
  const wide = new layers.Dense(192, { activation: 'gelu' }).apply(
    new layers.RMSNormalization().apply(x),
  );
  x = layers.add([x, new layers.Dense(48).apply(wide)]);
  x = layers.add([x, new layers.GroupQueryAttention(12, 4, 2, { slidingWindow: 5 }).apply([x, x])]);
  const digit = new layers.Dense(10, { activation: 'softmax' });
  const output = digit.apply(new layers.GlobalAveragePooling1D().apply(x));
  return new models.Model({ inputs: input, outputs: output });
}

/** Images halved and doubled again, beside what they were. */
function uNet({ Input, layers, models }) {
  const same = { padding: 'same' };
  const half = { ...same, strides: 2 };
  const input = Input([8, 8, 1]);
  const fine = new layers.Conv2D(16, 3, { ...same, activation: 'relu' }).apply(input);
  let x = new layers.DepthwiseConv2D(3, { ...half, depthMultiplier: 2 }).apply(fine);
  x = new layers.SeparableConv2D(48, 3, { ...same, useBias: false }).apply(x);
  x = new layers.ReLU().apply(new layers.BatchNormalization().apply(x));
  x = new layers.Conv2DTranspose(16, 4, { ...half, activation: 'tanh' }).apply(x);
  x = new layers.Concatenate().apply([x, fine]);
  x = new layers.DepthwiseConv2D(3, { ...same, dilationRate: 2, activation: 'relu' }).apply(x);
  const digit = new layers.Dense(10, { activation: 'softmax' });
  const output = digit.apply(new layers.GlobalAveragePooling2D().apply(x));
  return new models.Model({ inputs: input, outputs: output });
}

/** A small convolutional network behind layers that turn, cut, recolour and blur its images. */
function augmenting({ layers, models }) {
  const range = { valueRange: [0, 1] };
  return new models.Sequential([
    layers.Input({ shape: [8, 8, 3] }),
    new layers.RandomFlip('horizontal'),
    new layers.RandomRotation(0.1),
    new layers.RandomZoom(0.2, { widthFactor: 0.1, fillMode: 'wrap' }),
    new layers.RandomTranslation(0.1, 0.2, { fillMode: 'constant', interpolation: 'nearest' }),
    new layers.RandomShear({ xFactor: 0.2, yFactor: 0.1, fillMode: 'nearest' }),
    new layers.RandomPerspective({ factor: 0.5, scale: 0.2 }),
    new layers.RandomElasticTransform({ factor: 0.5, ...range }),
    new layers.RandomGaussianBlur({ factor: 0.5, ...range }),
    new layers.RandomSharpness(0.3, range),
    new layers.RandomColorJitter({ brightnessFactor: 0.1, contrastFactor: 0.2, saturationFactor: 0.3, hueFactor: 0.1, ...range }), // prettier-ignore
    new layers.RandomErasing({ factor: 0.5, ...range }),
    new layers.Equalization({ bins: 32, ...range }),
    new layers.Conv2D(16, 3, { activation: 'relu' }),
    new layers.Flatten(),
    new layers.Dense(10, { activation: 'softmax' }),
  ]);
}

/** A dense network; each optimizer trains a layer, with what beside the rule of an optimizer changes weights. */
function ofOptimizers({ layers, models, optimizers }) {
  const { LossScaleOptimizer, MultiOptimizer } = optimizers;
  const inner = [
    new optimizers.Adadelta({ clipnorm: 0.1 }),
    new optimizers.Adafactor({ learningRate: 0.01 }),
    new optimizers.Adagrad({ learningRate: 0.01, weightDecay: 0.01 }),
    new optimizers.Adam({ amsgrad: true, useEma: true, emaOverwriteFrequency: 5 }),
    new optimizers.Adamax({ gradientAccumulationSteps: 3 }),
    new optimizers.Ftrl({ l1RegularizationStrength: 1e-4 }),
    new optimizers.Lamb({ learningRate: 0.01 }),
    new optimizers.Lion({ weightDecay: 0.01 }),
    new optimizers.Muon({ learningRate: 0.01 }),
    new optimizers.Nadam({ globalClipnorm: 0.1 }),
    new optimizers.RMSprop({ momentum: 0.5, centered: true }),
    new optimizers.ScheduleFreeAdamW({ warmupSteps: 4 }),
    new optimizers.SGD({ momentum: 0.9, nesterov: true, clipvalue: 0.01 }),
  ];
  const network = new models.Sequential([
    ...inner.map((_, i) => new layers.Dense(128, { activation: 'tanh', name: `inner_${i}` })),
    new layers.Dense(10, { activation: 'softmax', name: `inner_${inner.length}` }),
  ]);
  const optimizerOf = ({ path }) => inner[Number(/inner_(\d+)/.exec(path)[1]) % inner.length];
  const optimizer = new LossScaleOptimizer(new MultiOptimizer(optimizerOf), {
    dynamicGrowthSteps: 9,
  });
  network.compile({ ...COMPILED, optimizer });
  return network;
}

const COMPILED = {
  optimizer: 'rmsprop',
  loss: 'categorical_crossentropy',
  metrics: ['accuracy'],
};

/** The numbers of all weights after training. */
async function trained(network, x, y, batchSize) {
  await network.fit(x, y, { epochs: 2, batchSize, verbose: 0 });
  return network.getWeights().map((weight) => weight.data());
}

async function hashOf(weights) {
  const bytes = new DataView(
    new ArrayBuffer(4 * weights.reduce((sum, { length }) => sum + length, 0)),
  );
  let at = 0;
  for (const weight of weights) {
    for (const value of weight) {
      // A NaN would compare equal to every other NaN below.
      if (!Number.isFinite(value)) throw new Error('fingerprint: a weight is not finite');
      bytes.setFloat32(at, value, true);
      at += 4;
    }
  }
  const digest = await crypto.subtle.digest('SHA-256', bytes.buffer);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
