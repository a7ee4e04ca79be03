// What an editor offers and says while somebody writes a training program.
import { beforeAll, describe, expect, it } from 'vitest';
import { HOOKS } from '../../../src/callbacks/callback.js';
import { EVALUATE_OPTIONS } from '../../../src/models/training/evaluate.js';
import { FIT_OPTIONS } from '../../../src/models/training/fit-options.js';
import { PREDICT_OPTIONS } from '../../../src/models/training/predict.js';
import { Editor } from './language-service.js';

let editor: Editor;

// Reads all sources once.
beforeAll(() => {
  editor = new Editor();
  expect(editor.errors('')).toEqual([]);
}, 120_000);

const sorted = (names: readonly string[]): string[] => [...names].sort();

describe('completion within options', () => {
  it.each([
    ['model.fit(x, y, { /*here*/ })', FIT_OPTIONS],
    ['model.fit(batches, { /*here*/ })', FIT_OPTIONS],
    ['remote.fit(x, y, { /*here*/ })', FIT_OPTIONS],
    ['remote.fit(batches, { /*here*/ })', FIT_OPTIONS],
    ['model.evaluate(x, y, { /*here*/ })', EVALUATE_OPTIONS],
    ['model.evaluate(batches, { /*here*/ })', EVALUATE_OPTIONS],
    ['remote.evaluate(x, y, { /*here*/ })', EVALUATE_OPTIONS],
    ['remote.evaluate(batches, { /*here*/ })', EVALUATE_OPTIONS],
    ['model.predict(x, { /*here*/ })', PREDICT_OPTIONS],
    ['remote.predict(batches, { /*here*/ })', PREDICT_OPTIONS],
    ['model.trainOnBatch(x, y, { /*here*/ })', ['sampleWeight', 'classWeight', 'returnDict']],
    ['model.testOnBatch(x, y, { /*here*/ })', ['sampleWeight', 'returnDict']],
  ])('%s: the options and nothing else', (program, options) => {
    expect(editor.completions(program)).toEqual(sorted(options));
  });

  it('offers what is not written yet', () => {
    const rest = FIT_OPTIONS.filter((name) => name !== 'epochs');
    expect(editor.completions('model.fit(x, y, { epochs: 3, /*here*/ })')).toEqual(sorted(rest));
  });

  it('offers the values of an option', () => {
    const offered = editor.completions("model.fit(x, y, { yieldEvery: '/*here*/' })");
    expect(offered).toEqual(['auto', 'batch', 'epoch', 'never']);
  });
});

describe('the options of a layer', () => {
  it.each([
    ['new layers.Softmax({ /*here*/ })', ['axis']],
    ['new layers.Dropout(0.5, { /*here*/ })', ['noiseShape', 'seed']],
    ['new layers.AlphaDropout(0.5, { /*here*/ })', ['noiseShape', 'seed']],
    ['new layers.SpatialDropout2D(0.5, { /*here*/ })', ['seed', 'dataFormat']],
    ['new layers.MaxPooling1D(2, { /*here*/ })', ['padding', 'strides', 'dataFormat']],
    ['new layers.GlobalMaxPooling1D({ /*here*/ })', ['dataFormat', 'keepdims']],
    ['new layers.UpSampling1D(2, { /*here*/ })', []],
    ['new layers.Reshape([4], { /*here*/ })', []],
  ])('%s: its own, those of all layers, and nothing else', (program, own) => {
    const common = editor.completions('new layers.Layer({ /*here*/ })');
    expect(common).toContain('activityRegularizer');
    expect(editor.completions(program)).toEqual(sorted([...own, ...common]));
  });

  it('offers the values in both spellings', () => {
    const offered = editor.completions("new layers.MaxPooling1D(2, { dataFormat: '/*here*/' })");
    expect(sorted(offered)).toEqual([
      'channelsFirst',
      'channelsLast',
      'channels_first',
      'channels_last',
    ]);
    const paddings = editor.completions("new layers.MaxPooling1D(2, { padding: '/*here*/' })");
    expect(sorted(paddings)).toEqual(['same', 'valid']);
  });

  it.each(['Conv1D(1, 1)', 'MaxPooling2D(2)', 'GlobalMaxPooling1D()', 'SpatialDropout1D(0.5)'])(
    'a misspelt property of %s is an error',
    (made) => {
      expect(editor.errors(`new layers.${made}.noSuchProperty;`).join()).toMatch('noSuchProperty');
    },
  );
});

describe('the names that the library knows', () => {
  it.each([
    ["new layers.Dense(10, { activation: '/*here*/' })", ['relu', 'softmax', 'hard_sigmoid']],
    ["new layers.Dense(10, { kernelInitializer: '/*here*/' })", ['he_normal', 'uniform', 'zeros']],
    ["new layers.Dense(10, { kernelRegularizer: '/*here*/' })", ['l1', 'l2', 'l1_l2']],
    ["new layers.Dense(10, { kernelConstraint: '/*here*/' })", ['max_norm', 'non_neg']],
    ["model.compile({ optimizer: '/*here*/' })", ['rmsprop', 'adamw', 'lamb']],
    ["model.compile({ optimizer: 'sgd', loss: '/*here*/' })", ['mse', 'kl_divergence', 'dice']],
    [
      "model.compile({ optimizer: 'sgd', loss: 'mse', metrics: ['/*here*/'] })",
      ['accuracy', 'auc'],
    ],
  ])('complete in %s', (program, names) => {
    expect(editor.completions(program)).toEqual(expect.arrayContaining(names));
  });

  it('do not keep a name of one’s own from being taken', () => {
    expect(editor.errors("model.compile({ optimizer: 'mine', loss: 'mine too' })")).toEqual([]);
    expect(editor.errors('model.compile({ optimizer: 3 })')).toHaveLength(1);
  });
});

describe('the options of Dense', () => {
  const own = ['activation', 'useBias', 'kernelInitializer', 'biasInitializer'];
  const weights = ['kernelRegularizer', 'biasRegularizer', 'kernelConstraint', 'biasConstraint'];

  it('complete, without the argument that stands before them', () => {
    const common = editor.completions('new layers.Layer({ /*here*/ })');
    const stored = ['loraAlpha', 'loraRank', 'quantizationConfig'];
    expect(editor.completions('new layers.Dense(10, { /*here*/ })')).toEqual(
      sorted([...own, ...weights, ...stored, ...common]),
    );
  });

  it('are suggested where one is misspelt', () => {
    const [message = ''] = editor.errors("new layers.Dense(10, { activaton: 'relu' })");
    expect(message).toMatch(/'activaton' does not exist in type .*Did you mean.* 'activation'/s);
  });
});

describe('a recurrent layer', () => {
  it('gives its states where its options say so', () => {
    const lstm = 'new layers.LSTM(3, { returnState: true })';
    expect(editor.errors(`${lstm}.apply(Input([4, 2]))[2].shape;`)).toEqual([]);
    expect(editor.errors(`${lstm}.apply(Input([4, 2]))[3];`)).toHaveLength(1);
    expect(editor.errors(`${lstm}.apply(x)[2].data();`)).toEqual([]);
    expect(editor.errors('new layers.LSTM(3).apply(Input([4, 2])).add(1);')).toEqual([]);
    const both =
      'new layers.Bidirectional(new layers.GRU(3, { returnState: true }), { mergeMode: null })';
    expect(editor.errors(`${both}.apply(Input([4, 2]))[3].shape;`)).toEqual([]);
    expect(editor.errors(`${both}.apply(Input([4, 2]))[4];`)).toHaveLength(1);
  });

  it('refuses an option that is misspelt', () => {
    const [message = ''] = editor.errors('new layers.LSTM(3, { returnSequence: true })');
    expect(message).toMatch(/Did you mean.* 'returnSequences'/s);
  });

  it('completes its options', () => {
    expect(editor.completions('new layers.GRU(3, { /*here*/ })')).toEqual(
      expect.arrayContaining(['returnState', 'resetAfter', 'recurrentActivation', 'name']),
    );
    expect(
      editor.completions("new layers.Bidirectional(new layers.GRU(3), { mergeMode: '/*here*/' })"),
    ).toEqual(expect.arrayContaining(['concat', 'sum', 'mul', 'ave']));
  });
});

describe('a hover', () => {
  it.each([
    ['new layers.ELU({ alpha/*here*/: 1 })', 'Size of the limit for x → −∞. Default 1.'],
    ['new layers.ELU().alpha/*here*/', 'Size of the limit for x → −∞. Default 1.'],
    ['new layers.Dense(1, { useBias/*here*/: true })', 'Whether a bias is added. Default true.'],
    [
      'new optimizers.SGD({ nesterov/*here*/: true })',
      'Whether the gradient counts as if taken one step',
    ],
    ['new losses.Huber({ delta/*here*/: 1 })', 'Where the parabola becomes a line'],
  ])('over %s shows the doc comment', (program, text) => {
    expect(editor.documentationAt(program)).toContain(text);
  });

  it('shows the name of an argument', () => {
    expect(editor.typeAt('new layers.Dense/*here*/(10)')).toMatch(
      /Dense\(units: number, options\?: (layers\.)?DenseOptions\)/,
    );
  });
});

describe('an operation', () => {
  const doc = 'The mean over `axis` (a number, a list, or all axes), in float32';

  it.each(['ops.mean/*here*/(x)', 'ops.mean/*here*/(h)', 'mean/*here*/(h)'])(
    'has its doc comment in a hover: %s',
    (program) => {
      expect(editor.documentationAt(program)).toContain(doc);
    },
  );

  it('gives a tensor for tensors, a symbolic tensor for symbolic tensors', () => {
    expect(editor.typeAt('ops.mean/*here*/(x)')).toMatch(/keepdims\?: boolean\) => Tensor/);
    expect(editor.typeAt('ops.mean/*here*/(h)')).toMatch(
      /x: .*SymbolicTensor.*\) => .*SymbolicTensor/,
    );
    for (const call of ['ops.concat([h, x])', 'ops.add(1, h)', 'x.add(h)', 'ops.where(h, x, 1)']) {
      expect(editor.typeAt(`const made/*here*/ = ${call};`)).toMatch(
        /made: (layers\.)?SymbolicTensor$/,
      );
    }
    expect(editor.typeAt('const [part/*here*/] = ops.split(h, 2);')).toMatch(/SymbolicTensor/);
    expect(editor.typeAt('const made/*here*/ = ops.add(1, x);')).toMatch(/made: Tensor$/);
    expect(editor.typeAt('const made/*here*/ = x.mean(1);')).toMatch(/made: Tensor$/);
  });

  it('shows its own arguments while they are written', () => {
    const { text, documentation } = editor.signatureAt('ops.mean(/*here*/)');
    expect(text).toMatch(/^mean\(x: TensorLike, axis\?: .*, keepdims\?: boolean.*\): Tensor$/);
    expect(documentation).toContain(doc);
    expect(editor.signatureAt('ops.mean(h, /*here*/)').text).toMatch(/, axis\?: .*keepdims\?: /);
    expect(editor.signatureAt('x.mean(/*here*/)').text).not.toContain('SymbolicTensor');
  });

  it('takes nothing else', () => {
    expect(editor.errors("ops.mean('x')")).toHaveLength(1);
    expect(editor.errors('ops.reshape(h, [h])')).toHaveLength(1);
    expect(editor.errors('h.data()')).toHaveLength(1);
  });
});

describe('the options of a class as a type', () => {
  it.each([
    ['layers.SoftmaxOptions', ['axis', 'name', 'activityRegularizer']],
    ['layers.ELUOptions', ['alpha', 'name', 'activityRegularizer']],
    ['regularizers.OrthogonalRegularizerOptions', ['factor', 'mode']],
    ['layers.DenseOptions', ['activation', 'useBias', 'name']],
    ['layers.LSTMOptions', ['returnState', 'dropout', 'unitForgetBias', 'name']],
  ])('%s has them', (type, names) => {
    const program = `const options: import('lanegrad').${type} = { /*here*/ };`;
    expect(editor.completions(program)).toEqual(expect.arrayContaining(names));
    expect(editor.completions(program)).not.toContain('units');
  });
});

describe('callbacks', () => {
  it.each([
    'model.fit(x, y, { callbacks: { /*here*/ } })',
    'model.fit(x, y, { callbacks: [{ /*here*/ }] })',
    'remote.fit(x, y, { callbacks: { /*here*/ } })',
    'model.evaluate(x, y, { callbacks: { /*here*/ } })',
    'model.predict(x, { callbacks: { /*here*/ } })',
  ])('%s: the hooks and nothing else', (program) => {
    expect(editor.completions(program)).toEqual(sorted(HOOKS));
  });

  it('offers the logs that are always there', () => {
    const within = (hook: string, args: string): string[] =>
      editor.completions(`model.fit(x, y, { callbacks: { ${hook}(${args}) { logs./*here*/ } } })`);
    expect(within('onEpochEnd', 'epoch, logs')).toEqual(['loss', 'val_loss']);
    expect(within('onTrainEnd', 'logs')).toEqual(['loss', 'val_loss']);
    expect(within('onTrainBatchEnd', 'batch, logs')).toEqual(['loss']);
    expect(within('onTestEnd', 'logs')).toEqual(['loss']);
    expect(within('onEpochBegin', 'epoch, logs')).toEqual([]);
  });

  it.each(['loss', 'val_loss', 'accuracy', 'val_accuracy'])('logs.%s is a number', (name) => {
    const program = `model.fit(x, y, { callbacks: { onEpochEnd: (epoch, logs) => logs.${name}/*here*/.toFixed(2) } })`;
    expect(editor.errors(program)).toEqual([]);
    expect(editor.typeAt(program)).toMatch(/\bnumber$/);
  });

  it.each([
    'model.fit(x, y, { callbacks: new callbacks.EarlyStopping({ patience: 2 }) })',
    'model.fit(x, y, { callbacks: [new callbacks.EarlyStopping(), { onEpochEnd: () => 0 }] })',
    'remote.fit(x, y, { callbacks: { onEpochEnd: async (epoch, logs) => console.log(epoch, logs.loss) } })',
    `class Mine extends callbacks.Callback {
       override onEpochEnd(epoch: number, logs: callbacks.EpochLogs) { console.log(epoch, logs.val_loss); }
       override onTrainBatchEnd(_batch: number, logs: callbacks.Logs = {}) { console.log(logs.loss); }
     }
     model.fit(x, y, { callbacks: new Mine() });`,
  ])('%s is understood', (program) => {
    expect(editor.errors(program)).toEqual([]);
  });
});

describe('a wrong name', () => {
  it.each([
    ['model.fit(x, y, { epoch: 3 })', 'epoch', 'FitOptions', 'epochs'],
    ['remote.fit(x, y, { epoch: 3 })', 'epoch', 'FitOptions', 'epochs'],
    ['model.evaluate(x, y, { batchSie: 3 })', 'batchSie', 'EvaluateOptions<false>', 'batchSize'],
    ['model.trainOnBatch(x, y, { returnDic: true })', 'returnDic', 'BatchOptions<false>', 'returnDict'], // prettier-ignore
    ['model.fit(x, y, { callbacks: [{ onEpochEnds() {} }] })', 'onEpochEnds', 'Hooks', 'onEpochEnd'], // prettier-ignore
  ])('%s: one message, which suggests the right one', (program, wrong, type, right) => {
    const [message = '', ...others] = editor.errors(program);
    expect(others).toEqual([]);
    expect(message).toContain(`'${wrong}' does not exist in type '${type}'`);
    expect(message).toContain(`Did you mean to write '${right}'?`);
    expect(message.split('\n')).toHaveLength(1);
  });

  it('of an option behind batches is suggested as well', () => {
    const [message] = editor.errors('model.fit(batches, { epoch: 3 })');
    expect(message).toContain("Did you mean to write 'epochs'?");
  });
});

describe('results', () => {
  it.each([
    ['model.fit(x, y)', 'History'],
    ['model.fit(batches, { epochs: 2 })', 'History'],
    ['model.fit([[1, 2]], [1], { epochs: 2 })', 'History'],
    ['model.fit(x, undefined, { epochs: 2 })', 'History'],
    ['model.evaluate(x, y)', 'number[]'],
    ['model.evaluate(batches)', 'number[]'],
    ['model.evaluate(x, y, { returnDict: false })', 'number[]'],
    ['model.evaluate(x, y, { returnDict: true })', 'Logs'],
    ['model.evaluate(batches, { returnDict: true })', 'Logs'],
    ['remote.evaluate(x, y, { returnDict: true })', 'Logs'],
    ['model.trainOnBatch(x, y)', 'number[]'],
    ['model.trainOnBatch(x, y, { returnDict: true })', 'Logs'],
    ['model.testOnBatch(x, y, { returnDict: true })', 'Logs'],
    ['model.evaluate(x, y, {} as models.EvaluateOptions)', 'number[] | Logs'],
  ])('%s: %s', (call, type) => {
    const program = `const result/*here*/ = await ${call};`;
    expect(editor.errors(program)).toEqual([]);
    const shown = editor
      .typeAt(program)
      .replace('const result: ', '')
      .replace(/models\.|callbacks\./g, '');
    expect(sorted(shown.split(' | '))).toEqual(sorted(type.split(' | ')));
  });
});
