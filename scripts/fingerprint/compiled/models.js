// The models whose compiled forms are compared in all hosts. Plain JavaScript without imports, so that every Node runs the same
// file; the package comes in as an argument.

const chain = ({ models }, ...list) => new models.Sequential(list);

const digits = (lanegrad) => {
  const { Dense } = lanegrad.layers;
  return chain(
    lanegrad,
    new Dense(64, { activation: 'relu', inputShape: [784] }),
    new Dense(10, { activation: 'softmax' }),
  );
};

const convolutions = (lanegrad) => {
  const { Conv2D, Dense, Flatten, MaxPooling2D } = lanegrad.layers;
  return chain(
    lanegrad,
    new Conv2D(16, 3, { activation: 'relu', inputShape: [20, 20, 1] }),
    new MaxPooling2D(2),
    new Conv2D(32, 3, { activation: 'relu' }),
    new Flatten(),
    new Dense(10, { activation: 'softmax' }),
  );
};

const mobile = (lanegrad) => {
  const { BatchNormalization, Conv2D, Dense, DepthwiseConv2D, GlobalAveragePooling2D, ReLU } = lanegrad.layers; // prettier-ignore
  const same = { padding: 'same', useBias: false };
  return chain(
    lanegrad,
    new Conv2D(16, 3, { ...same, strides: 2, inputShape: [16, 16, 3] }),
    new BatchNormalization(),
    new ReLU({ maxValue: 6 }),
    new DepthwiseConv2D(3, same),
    new BatchNormalization(),
    new Conv2D(24, 1, { ...same, activation: 'hard_swish' }),
    new GlobalAveragePooling2D(),
    new Dense(5, { activation: 'log_softmax' }),
  );
};

const recurrent = (lanegrad) => {
  const { Bidirectional, Dense, GRU, LSTM } = lanegrad.layers;
  return chain(
    lanegrad,
    new Bidirectional(new LSTM(12, { returnSequences: true }), { inputShape: [9, 6] }),
    new GRU(16),
    new Dense(3, { activation: 'tanh' }),
  );
};

/** Whole numbers below 30, as int32. */
const transformer = ({ Input, layers, models }) => {
  const x = Input([12], { dtype: 'int32' });
  const e = new layers.Embedding(30, 16).apply(x);
  const n = new layers.LayerNormalization().apply(e);
  const attended = new layers.MultiHeadAttention(2, 8).apply([n, n], { useCausalMask: true });
  const h = layers.add([e, attended]);
  const wide = new layers.Dense(32, { activation: 'gelu' }).apply(new layers.RMSNormalization().apply(h)); // prettier-ignore
  const outputs = new layers.Dense(30).apply(layers.add([h, new layers.Dense(16).apply(wide)]));
  return new models.Model({ inputs: x, outputs });
};

const several = ({ Input, layers, models }) => {
  const [a, b] = [Input([6]), Input([4])];
  const h = new layers.Dense(8, { activation: 'elu' }).apply(layers.concatenate([a, b]));
  const outputs = [new layers.Dense(2).apply(h), new layers.Dense(3, { activation: 'sigmoid' }).apply(h), h]; // prettier-ignore
  return new models.Model({ inputs: [a, b], outputs });
};

/** Of which most numbers are no index: predict gives an error. */
const words = (lanegrad) => {
  const { Embedding } = lanegrad.layers;
  return chain(lanegrad, new Embedding(3, 4, { inputShape: [5] }));
};

const MODELS = [
  ['dense', digits, { batchSize: 3 }],
  ['convolutions', convolutions, {}],
  ['MobileNet', mobile, { batchSize: 2 }],
  ['recurrent', recurrent, { batchSize: 2 }],
  ['transformer', transformer, {}],
  ['inputs and outputs', several, { batchSize: 4 }],
  ['errors', words, {}],
  ['int8', convolutions, { weights: 'int8' }],
  ['float16', digits, { weights: 'float16' }],
];

const KINDS = ['random', 'zeros', 'large', 'NaN', 'infinite'];

/** Numbers from 0 to 1, the same in each run. */
function randoms() {
  let state = 1;
  return () => {
    state = (Math.imul(state, 0x19660d) + 0x3c6ef35f) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}

function elements({ dtype, bytes }, kind, next) {
  const length = bytes / 4;
  if (dtype === 'int32') return Int32Array.from({ length }, () => Math.floor(30 * next()));
  if (kind === 'zeros') return new Float32Array(length);
  const scale = kind === 'large' ? 2 ** 60 : 1;
  const x = Float32Array.from({ length }, () => scale * (4 * next() - 2));
  if (kind === 'NaN') x[length >> 1] = NaN;
  if (kind === 'infinite') x[length >> 1] = -Infinity;
  return x;
}

/** What `predictOnBatch` gives, an array for each output; undefined for an error. */
function predicted({ ops, tidy }, model, ports, arrays) {
  return tidy(() => {
    const tensors = ports.map(({ shape }, i) => ops.reshape(arrays[i], shape));
    try {
      const y = model.predictOnBatch(tensors.length === 1 ? tensors[0] : tensors);
      return [y].flat().map((each) => each.data());
    } catch {
      return undefined;
    }
  });
}

/**
 * Compiles all models, and asks `predictOnBatch` what they are to give.
 *
 * @returns for each model its name, the module, the inputs of each prediction, the outputs' types and lengths, and the results
 */
export async function makeCases(lanegrad, { compileModel, runCompiled }) {
  const cases = [];
  for (const [name, make, options] of MODELS) {
    lanegrad.random.setSeed(5);
    const model = make(lanegrad);
    const bytes = await compileModel(model, options);
    const { inputs, outputs } = runCompiled(bytes).description;
    if (options.weights !== undefined) await model.quantize(options.weights);
    const next = randoms();
    const given = KINDS.map((kind) => inputs.map((port) => elements(port, kind, next)));
    const results = given.map((arrays) => predicted(lanegrad, model, inputs, arrays));
    const ports = outputs.map(({ dtype, bytes: length }) => ({ dtype, bytes: length }));
    cases.push({ name, bytes, given, outputs: ports, results });
    model.dispose();
  }
  return cases;
}
