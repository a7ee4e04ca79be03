// Networks, one or more for each layer that TensorFlow.js knows: [name, shape of a sample, layers or a function that applies
// them to the input of a graph, largest index].
// The weights satisfy the constraints, since TensorFlow.js enforces them when it loads.

/** Layers of lanegrad that TensorFlow.js 4.22 does not have. */
export const notThere = [
  'ActivityRegularization',
  'AdaptiveAveragePooling1D',
  'AdaptiveAveragePooling2D',
  'AdaptiveAveragePooling3D',
  'AdaptiveMaxPooling1D',
  'AdaptiveMaxPooling2D',
  'AdaptiveMaxPooling3D',
  'AdditiveAttention',
  'Attention',
  'AugMix',
  'AutoContrast',
  'BaseImagePreprocessingLayer',
  'ContrastLimitedAdaptiveHistogramEqualization',
  'Conv1DTranspose',
  'ConvLSTM1D',
  'ConvLSTM3D',
  'Cropping1D',
  'Cropping3D',
  'CustomScaleLayer',
  'CutMix',
  'DepthwiseConv1D',
  'Discretization',
  'EinsumDense',
  'Equalization',
  'GlobalAveragePooling3D',
  'GlobalMaxPooling3D',
  'GroupNormalization',
  'GroupQueryAttention',
  'HashedCrossing',
  'Hashing',
  'Identity',
  'IntegerLookup',
  'Lambda',
  'LayerScale',
  'MaxNumBoundingBoxes',
  'MelSpectrogram',
  'MixUp',
  'Mosaic',
  'MultiHeadAttention',
  'Normalization',
  'Pipeline',
  'RMSNormalization',
  'RandAugment',
  'RandomBrightness',
  'RandomColorDegeneration',
  'RandomColorJitter',
  'RandomContrast',
  'RandomCrop',
  'RandomElasticTransform',
  'RandomErasing',
  'RandomFlip',
  'RandomGaussianBlur',
  'RandomGrayscale',
  'RandomHue',
  'RandomInvert',
  'RandomPerspective',
  'RandomPosterization',
  'RandomRotation',
  'RandomSaturation',
  'RandomSharpness',
  'RandomShear',
  'RandomTranslation',
  'RandomZoom',
  'ReversibleEmbedding',
  'STFTSpectrogram',
  'SeparableConv1D',
  'Solarization',
  'SpatialDropout2D',
  'SpatialDropout3D',
  'SpectralNormalization',
  'StringLookup',
  'TernaryDense',
  'TextVectorization',
  'UnitNormalization',
  'UpSampling1D',
  'UpSampling3D',
  'ZeroPadding1D',
  'ZeroPadding3D',
  'Wrapper',
];

/**
 * Layers that cannot be compared by files: Resizing aligns pixels at corners there, and a `Sequential` that begins with
 * CategoryEncoding asks there for samples as long as its output.
 */
export const refused = ['CategoryEncoding', 'Resizing'];

const activations = [
  ...['elu', 'gelu', 'linear', 'log_softmax', 'mish', 'relu', 'relu6', 'selu', 'sigmoid', 'silu'],
  ...['softmax', 'softplus', 'softsign', 'tanh'],
];

/** Networks of recurrent layers: those that TensorFlow.js reads. */
function recurrentNetworks(layers, series) {
  const { Bidirectional, Dense, GRU, GRUCell, LSTM, LSTMCell, RNN, SimpleRNN, SimpleRNNCell } =
    layers;
  const sequences = { returnSequences: true };
  const before = { resetAfter: false };
  // TensorFlow.js's default of gates.
  const hard = { recurrentActivation: 'hard_sigmoid_keras2' };
  return [
    ['SimpleRNN', series, [new SimpleRNN(3), new Dense(2)]],
    ['LSTM', series, [new LSTM(3, { kernelRegularizer: 'l2' }), new Dense(2)]],
    ['LSTM over LSTM', series, [new LSTM(3, sequences), new LSTM(2, { useBias: false })]],
    ['LSTM backwards', series, [new LSTM(3, { ...sequences, goBackwards: true })]],
    ['LSTM, hard sigmoid', series, [new LSTM(3, hard), new Dense(2)]],
    ['GRU, hard sigmoid', series, [new Bidirectional(new GRU(3, { ...before, ...hard }))]],
    ['GRU', series, [new GRU(3, before), new Dense(2)]],
    ['RNN of a cell', series, [new RNN(new SimpleRNNCell(3), sequences), new Dense(2)]],
    ['RNN of cells', series, [new RNN([new LSTMCell(3), new GRUCell(2, before)]), new Dense(2)]],
    ...['concat', 'sum', 'mul', 'ave'].map((mergeMode) => [
      `Bidirectional, ${mergeMode}`,
      series,
      [new Bidirectional(new LSTM(3, sequences), { mergeMode }), new Dense(2)],
    ]),
    ['Bidirectional of GRU', series, [new Bidirectional(new GRU(3, before)), new Dense(2)]],
    ['ConvLSTM2D', [3, 5, 4, 2], [new layers.ConvLSTM2D(2, 2), new layers.Flatten()]],
    ['TimeDistributed', series, [new layers.TimeDistributed(new Dense(2))]],
    ['TimeDistributed LSTM', [4, 5, 3], [new layers.TimeDistributed(new LSTM(2))]],
  ];
}

/** Models in models: each is called here and there as often, and their weights find their layers. */
function nestedNetworks({ layers, models }, series) {
  const { Dense } = layers;
  const stack = (name, ...units) =>
    new models.Sequential(
      units.map((n, i) => new Dense(n, { name: `${name}_${i}`, activation: 'tanh' })),
      { name },
    );
  const branches = (name) => {
    const inputs = layers.Input([5], { name: `${name}_x` });
    const first = new Dense(5, { name: `${name}_first` }).apply(inputs);
    const outputs = [first, new Dense(2, { name: `${name}_second` }).apply(first)];
    return new models.Model({ inputs, outputs, name });
  };
  return [
    ['a Sequential in a Sequential', [5], [stack('one', 4, 3), new Dense(2)]],
    ['a Sequential in a Sequential in a Sequential', [5], [new Dense(3), new models.Sequential([stack('two', 4), new Dense(3)])]], // prettier-ignore
    ['a model of normalized images in a Sequential', [6, 5, 3], [new models.Sequential([new layers.Conv2D(4, 3), new layers.BatchNormalization()], { name: 'three' }), new layers.Flatten()]], // prettier-ignore
    [
      'a graph in a graph, called twice',
      [5],
      (x) => {
        const inner = branches('four');
        const [again, second] = inner.apply(inner.apply(x)[0]);
        return new layers.Concatenate().apply([again, second]);
      },
    ],
    ['a Sequential in a graph, called twice, as its output', [5], (x) => { const five = stack('five', 5); return five.apply(new Dense(5).apply(five.apply(x))); }], // prettier-ignore
    [
      'a graph that is not trained, and a Sequential in it',
      [5],
      (x) => {
        const inputs = layers.Input([5], { name: 'six_x' });
        const six = new models.Model({
          inputs,
          outputs: stack('seven', 4).apply(inputs),
          name: 'six',
        });
        six.trainable = false;
        return new Dense(2).apply(six.apply(x));
      },
    ],
    ['TimeDistributed of a Sequential', series, [new layers.TimeDistributed(stack('eight', 3, 2)), new Dense(2)]], // prettier-ignore
  ];
}

export function networks(lanegrad) {
  const { constraints, layers } = lanegrad;
  const { Dense, Conv1D, Conv2D, Conv3D } = layers;
  const image = [7, 6, 3];
  const volume = [4, 5, 3, 2];
  const series = [9, 4];
  return [
    ['Dense', [5], [new Dense(4, { activation: 'relu' }), new Dense(3, { useBias: false })]],
    ...activations.map((activation) => [
      `Dense, ${activation}`,
      [5],
      [new Dense(4, { activation })],
    ]),
    [
      'Dense, with what is added to it',
      [5],
      [
        new Dense(4, {
          kernelInitializer: 'he_normal',
          biasInitializer: 'ones',
          kernelRegularizer: 'l2',
          biasRegularizer: 'l1',
          kernelConstraint: new constraints.MaxNorm(10),
          biasConstraint: new constraints.MinMaxNorm({ maxValue: 10 }),
        }),
      ],
    ],
    ...['glorot_normal', 'lecun_uniform', 'orthogonal', 'random_normal', 'truncated_normal'].map(
      (kernelInitializer) => [
        `Dense, ${kernelInitializer}`,
        [5],
        [new Dense(4, { kernelInitializer })],
      ],
    ),
    ['InputLayer', [5], [new layers.InputLayer({ shape: [5] }), new Dense(2)]],
    ['Activation', [5], [new Dense(4), new layers.Activation('softmax')]],
    ['Dropout', [5], [new layers.Dropout(0.5), new Dense(2)]],
    ['AlphaDropout', [5], [new layers.AlphaDropout(0.3), new Dense(2)]],
    ['SpatialDropout1D', series, [new layers.SpatialDropout1D(0.3), new Dense(2)]],
    ['GaussianNoise', [5], [new layers.GaussianNoise(0.3), new Dense(2)]],
    ['GaussianDropout', [5], [new layers.GaussianDropout(0.3), new Dense(2)]],
    ['Cropping2D', image, [new layers.Cropping2D([1, 0]), new layers.Flatten(), new Dense(2)]],
    ['Embedding', [6], [new layers.Embedding(10, 4), new layers.Flatten(), new Dense(2)], 9],
    ['Masking', series, [new layers.Masking(), new Dense(2)]],
    ['Flatten', image, [new layers.Flatten(), new Dense(2)]],
    ['Reshape', [6], [new layers.Reshape([2, 3]), new Dense(2)]],
    ['Permute', series, [new layers.Permute([2, 1]), new Dense(2)]],
    ['RepeatVector', [4], [new layers.RepeatVector(3), new Dense(2)]],
    ['Rescaling', [4], [new layers.Rescaling(0.25, { offset: -1 }), new Dense(2)]],
    ['ReLU', [4], [new Dense(6), new layers.ReLU({ maxValue: 0.5 })]],
    ['LeakyReLU', [4], [new Dense(6), new layers.LeakyReLU({ negativeSlope: 0.2 })]],
    ['ELU', [4], [new Dense(6), new layers.ELU()]],
    ['PReLU', [4], [new Dense(6), new layers.PReLU({ alphaInitializer: 'ones' })]],
    ['Softmax', [4], [new Dense(6), new layers.Softmax()]],
    ...recurrentNetworks(layers, series),
    ...nestedNetworks(lanegrad, series),
    ['BatchNormalization', [4], [new layers.BatchNormalization({ epsilon: 0.01 }), new Dense(2)]],
    [
      'BatchNormalization of images, without scale',
      image,
      [new layers.BatchNormalization({ scale: false }), new layers.Flatten(), new Dense(2)],
    ],
    ['LayerNormalization', [4], [new layers.LayerNormalization(), new Dense(2)]],
    ['Conv1D', series, [new Conv1D(3, 3, { activation: 'relu' }), new Dense(2)]],
    ['Conv1D, dilated', series, [new Conv1D(3, 3, { dilationRate: 2 })]],
    ['Conv1D, strides', series, [new Conv1D(3, 2, { strides: 2, padding: 'same' })]],
    ['Conv2D', image, [new Conv2D(4, [3, 2], { activation: 'relu' }), new layers.Flatten()]],
    ['Conv2D, same', image, [new Conv2D(4, 3, { padding: 'same', strides: [2, 1] })]],
    ['Conv2D, dilated', image, [new Conv2D(4, 2, { dilationRate: 2, useBias: false })]],
    ['Conv2DTranspose', image, [new layers.Conv2DTranspose(4, 4, { padding: 'same', strides: 2, activation: 'relu' })]], // prettier-ignore
    ['Conv2DTranspose, valid', image, [new layers.Conv2DTranspose(2, [2, 3], { strides: [3, 1], useBias: false })]], // prettier-ignore
    ['DepthwiseConv2D', image, [new layers.DepthwiseConv2D(3, { strides: 2, activation: 'relu' })]],
    ['DepthwiseConv2D, same', image, [new layers.DepthwiseConv2D([2, 3], { padding: 'same', depthMultiplier: 2, useBias: false })]], // prettier-ignore
    ['SeparableConv2D', image, [new layers.SeparableConv2D(4, 3, { activation: 'relu' })]],
    // With one kernel for each channel: TensorFlow.js leaves depthMultiplier out when it writes this layer.
    ['SeparableConv2D, same', image, [new layers.SeparableConv2D(3, 2, { padding: 'same', strides: 2 })]], // prettier-ignore
    ['Conv3DTranspose', volume, [new layers.Conv3DTranspose(2, 2, { strides: 2 })]],
    ['Conv3D', volume, [new Conv3D(3, [2, 3, 2], { activation: 'relu' }), new layers.Flatten()]],
    ['Conv3D, same', volume, [new Conv3D(2, 2, { padding: 'same', strides: 2 })]],
    ['Conv3D, dilated', volume, [new Conv3D(2, 2, { dilationRate: [1, 2, 1], useBias: false })]],
    ['MaxPooling1D', series, [new layers.MaxPooling1D(2)]],
    ['MaxPooling2D', image, [new layers.MaxPooling2D(3, { strides: 2, padding: 'same' })]],
    ['MaxPooling3D', volume, [new layers.MaxPooling3D(2, { strides: 1, padding: 'same' })]],
    ['AveragePooling3D', volume, [new layers.AveragePooling3D([2, 3, 1])]],
    ['AveragePooling1D', series, [new layers.AveragePooling1D(2, { padding: 'same' })]],
    ['AveragePooling2D', image, [new layers.AveragePooling2D([2, 3])]],
    ['GlobalMaxPooling1D', series, [new layers.GlobalMaxPooling1D()]],
    ['GlobalMaxPooling2D', image, [new layers.GlobalMaxPooling2D()]],
    ['GlobalAveragePooling1D', series, [new layers.GlobalAveragePooling1D()]],
    ['GlobalAveragePooling2D', image, [new layers.GlobalAveragePooling2D()]],
    ['ZeroPadding2D', image, [new layers.ZeroPadding2D([[1, 0], [2, 3]]), new Conv2D(2, 2)]], // prettier-ignore
    // Not the first layer: TensorFlow.js overwrites the shape of its input.
    ['CenterCrop', image, [new Conv2D(2, 2), new layers.CenterCrop(4, 3), new layers.Flatten()]],
    ['UpSampling2D', image, [new layers.UpSampling2D([2, 3])]],
    [
      'a graph with branches',
      [5],
      (x) => {
        const [a, b] = [new Dense(4).apply(x), new Dense(4, { activation: 'tanh' }).apply(x)];
        const merges = ['Add', 'Multiply', 'Average', 'Maximum', 'Minimum'];
        const merged = merges.map((name) => new layers[name]().apply([a, b]));
        return new layers.Concatenate().apply([...merged, new layers.Dot(1).apply([a, b])]);
      },
    ],
    [
      'a graph with a shared layer',
      [5],
      (x) => {
        const shared = new Dense(5, { activation: 'relu' });
        return new Dense(2).apply(new layers.Add().apply([shared.apply(shared.apply(x)), x]));
      },
    ],
  ];
}

/** What models are compiled with: [name, arguments of compile, kind of the targets]. */
export function compilations({ optimizers }) {
  const regression = (name, optimizer) => [
    name,
    { optimizer, loss: 'mean_squared_error', metrics: ['mae', 'mse', 'mape'] },
    'numbers',
  ];
  const { Adagrad, Adam, Adamax, RMSprop, SGD } = optimizers;
  const losses = {
    mean_absolute_error: 'numbers',
    mean_absolute_percentage_error: 'numbers',
    mean_squared_logarithmic_error: 'positive',
    squared_hinge: 'signs',
    hinge: 'signs',
    categorical_hinge: 'classes',
    log_cosh: 'numbers',
    categorical_crossentropy: 'classes',
    sparse_categorical_crossentropy: 'sparse',
    binary_crossentropy: 'bits',
    kl_divergence: 'classes',
    poisson: 'positive',
    cosine_similarity: 'numbers',
  };
  return [
    regression('SGD', new SGD({ learningRate: 0.05 })),
    regression('SGD, momentum', new SGD({ learningRate: 0.05, momentum: 0.9 })),
    regression('SGD, Nesterov', new SGD({ learningRate: 0.05, momentum: 0.8, nesterov: true })),
    regression('RMSprop', new RMSprop({ learningRate: 0.01, rho: 0.8 })),
    regression('RMSprop, momentum', new RMSprop({ momentum: 0.5, epsilon: 1e-5 })),
    regression('Adam', new Adam({ beta1: 0.8, beta2: 0.99 })),
    regression('Adamax', new Adamax({ learningRate: 0.01 })),
    regression('Adagrad', new Adagrad({ learningRate: 0.1, initialAccumulatorValue: 0.2 })),
    ...Object.entries(losses).map(([loss, kind]) => [
      `loss ${loss}`,
      {
        optimizer: 'sgd',
        loss,
        // What accuracy is of several outputs and binary targets, each decides by a rule of its own.
        metrics: ['classes', 'sparse'].includes(kind) ? ['accuracy'] : [],
      },
      kind,
    ]),
    [
      'metric accuracy of categories',
      {
        optimizer: 'sgd',
        loss: 'mse',
        metrics: ['categorical_accuracy', 'categorical_crossentropy'],
      },
      'classes',
    ],
    [
      'metric accuracy of bits',
      { optimizer: 'sgd', loss: 'mse', metrics: ['binary_accuracy'] },
      'bits',
    ],
  ];
}

/** What models of the outputs `one` and `two` are compiled with: [name, arguments of compile]. */
export const severalOutputs = [
  ['one loss for two outputs', { optimizer: 'sgd', loss: 'mse' }],
  ['a list of losses', { optimizer: 'sgd', loss: ['mse', 'mae'] }],
  ['losses by names', { optimizer: 'sgd', loss: { two: 'mse', one: 'mae' } }],
  [
    'the same metric of both outputs',
    { optimizer: 'sgd', loss: 'mse', metrics: [['mae'], ['mae']] },
  ],
  [
    'a metric of each output',
    { optimizer: 'sgd', loss: ['mse', 'mae'], metrics: { one: 'mae', two: 'mse' } },
  ],
  ['a metric of one output', { optimizer: 'sgd', loss: 'mse', metrics: [[], ['mae']] }],
];
