// What an editor offers and says while a user writes a training program.
import { beforeAll, describe, expect, it } from 'vitest';
import { HOOKS } from '../../../src/nn/callbacks/callback.js';
import {
  EVALUATE_OPTIONS,
  FIT_OPTIONS,
  PREDICT_OPTIONS,
} from '../../../src/nn/training/loops/arguments.js';
import { Editor } from './language-service.js';

let editor: Editor;
const programs = [''];

/** `it.each` of rows that begin with a program. The editor opens them all at once: then TypeScript looks at the library once. */
function eachProgram<Row extends [program: string, ...rest: unknown[]]>(rows: readonly Row[]) {
  programs.push(...rows.map(([program]) => program));
  return it.each(rows);
}

// Reads all sources once.
beforeAll(() => {
  editor = new Editor(programs);
  expect(editor.errors('')).toEqual([]);
}, 120_000);

const sorted = (names: readonly string[]): string[] => [...names].sort();

describe('completion within options', () => {
  eachProgram([
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
  eachProgram([
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

  eachProgram([
    ['new layers.Conv1D(1, 1).noSuchProperty;'],
    ['new layers.MaxPooling2D(2).noSuchProperty;'],
    ['new layers.GlobalMaxPooling1D().noSuchProperty;'],
    ['new layers.SpatialDropout1D(0.5).noSuchProperty;'],
  ])('a misspelt property is an error: %s', (program) => {
    expect(editor.errors(program).join()).toMatch('noSuchProperty');
  });
});

describe('the names that the library knows', () => {
  eachProgram([
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

  it('are those of a program’s own as well, which it declares', () => {
    const compile = "model.compile({ optimizer: 'mine', loss: 'msee' })";
    const errors = editor.errors(compile);
    expect(errors).toHaveLength(2);
    expect(errors[1]).toMatch(/"msee".*Did you mean.*mse/s);
    const declared = `declare module 'lanegrad/optimizers' { interface OptimizerNames { mine: true } } ${compile}`;
    expect(editor.errors(declared)).toHaveLength(1);
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
  const lstm = 'new layers.LSTM(3, { returnState: true })';
  const both =
    'new layers.Bidirectional(new layers.GRU(3, { returnState: true }), { mergeMode: null })';

  eachProgram([
    [`${lstm}.apply(Input([4, 2]))[2].shape;`, 0],
    [`${lstm}.apply(Input([4, 2]))[3];`, 1],
    [`${lstm}.apply(x)[2].data();`, 0],
    ['new layers.LSTM(3).apply(Input([4, 2])).add(1);', 0],
    [`${both}.apply(Input([4, 2]))[3].shape;`, 0],
    [`${both}.apply(Input([4, 2]))[4];`, 1],
  ])('gives its states where its options say so: %s has %i errors', (program, errors) => {
    expect(editor.errors(program)).toHaveLength(errors);
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
  eachProgram([
    ['new layers.ELU({ alpha/*here*/: 1 })', 'The output approaches −alpha for x → −∞. Default 1.'],
    ['new layers.ELU().alpha/*here*/', 'The output approaches −alpha for x → −∞. Default 1.'],
    ['new layers.Dense(1, { useBias/*here*/: true })', 'Whether to add a bias. Default true.'],
    [
      'new optimizers.SGD({ nesterov/*here*/: true })',
      'Whether the gradient counts as if taken one step',
    ],
    ['new losses.Huber({ delta/*here*/: 1 })', 'The error at which the parabola becomes a line'],
  ])('over %s shows the doc comment', (program, text) => {
    expect(editor.documentationAt(program)).toContain(text);
  });

  it('shows the name of an argument', () => {
    expect(editor.typeAt('new layers.Dense/*here*/(10)')).toMatch(
      /Dense\(units: number, options\?: (layers\.)?DenseOptions\)/,
    );
  });
});

describe('a function of a family of classes', () => {
  eachProgram([
    ["losses.get/*here*/('mse')", 'The loss that `identifier` stands for'],
    ["regularizers.get(/*here*/'l2')", 'The regularizer that an identifier stands for'],
    ['layers.serialize(/*here*/model)', 'A layer as Keras writes it into JSON'],
    ['optimizers.register(/*here*/optimizers.SGD)', 'Registers classes by their names'],
    ['initializers.constant(/*here*/1)', 'All elements are `value`'],
  ])('shows its doc comment: %s', (program, text) => {
    const documentation = program.includes('(/*here*/')
      ? editor.signatureAt(program).documentation
      : editor.documentationAt(program);
    expect(documentation).toContain(text);
  });

  eachProgram([
    [
      'constraints.get(/*here*/)',
      /^get\(identifier: .*ConstraintIdentifier.*\): .*Constraint \| null$/,
    ],
    ['losses.get(/*here*/)', /^get\(identifier: .*LossIdentifier \| AnyName\): .*Loss$/],
    ['initializers.constant(/*here*/)', /^constant\(value\?: TensorLike.*\): .*Constant$/],
    ['initializers.heNormal(/*here*/)', /^heNormal\(options\?: .*FanOptions.*\): .*HeNormal$/],
    ['initializers.zeros(/*here*/)', /^zeros\(\): .*Zeros$/],
  ])('shows its arguments and its result: %s', (program, signature) => {
    expect(editor.signatureAt(program).text).toMatch(signature);
  });
});

describe('an operation', () => {
  const doc = 'The mean over `axis` (a number, a list, or all axes), in float32';

  eachProgram([['ops.mean/*here*/(x)'], ['ops.mean/*here*/(h)'], ['mean/*here*/(h)']])(
    'has its doc comment in a hover: %s',
    (program) => {
      expect(editor.documentationAt(program)).toContain(doc);
    },
  );

  eachProgram([
    ['ops.mean/*here*/(x)', /keepdims\?: boolean\) => Tensor/],
    ['ops.mean/*here*/(h)', /x: .*SymbolicTensor.*\) => .*SymbolicTensor/],
    ['const made/*here*/ = ops.concat([h, x]);', /made: (layers\.)?SymbolicTensor$/],
    ['const made/*here*/ = ops.add(1, h);', /made: (layers\.)?SymbolicTensor$/],
    ['const made/*here*/ = x.add(h);', /made: (layers\.)?SymbolicTensor$/],
    ['const made/*here*/ = ops.where(h, x, 1);', /made: (layers\.)?SymbolicTensor$/],
    ['const [part/*here*/] = ops.split(h, 2);', /SymbolicTensor/],
    ['const made/*here*/ = ops.add(1, x);', /made: Tensor$/],
    ['const made/*here*/ = x.mean(1);', /made: Tensor$/],
  ])('gives a tensor for tensors, a symbolic tensor for symbolic tensors: %s', (program, type) => {
    expect(editor.typeAt(program)).toMatch(type);
  });

  it('shows its own arguments while they are written', () => {
    const { text, documentation } = editor.signatureAt('ops.mean(/*here*/)');
    expect(text).toMatch(/^mean\(x: TensorLike, axis\?: .*, keepdims\?: boolean.*\): Tensor$/);
    expect(documentation).toContain(doc);
    expect(editor.signatureAt('ops.mean(h, /*here*/)').text).toMatch(/, axis\?: .*keepdims\?: /);
    expect(editor.signatureAt('x.mean(/*here*/)').text).not.toContain('SymbolicTensor');
  });

  eachProgram([["ops.mean('x')"], ['ops.reshape(h, [h])'], ['h.data()']])(
    'takes nothing else: %s',
    (program) => {
      expect(editor.errors(program)).toHaveLength(1);
    },
  );
});

describe('the options of a class as a type', () => {
  const options = (type: string): string =>
    `const options: import('lanegrad').${type} = { /*here*/ };`;

  eachProgram([
    [options('layers.SoftmaxOptions'), ['axis', 'name', 'activityRegularizer']],
    [options('layers.ELUOptions'), ['alpha', 'name', 'activityRegularizer']],
    [options('regularizers.OrthogonalRegularizerOptions'), ['factor', 'mode']],
    [options('layers.DenseOptions'), ['activation', 'useBias', 'name']],
    [options('layers.LSTMOptions'), ['returnState', 'dropout', 'unitForgetBias', 'name']],
  ])('has them: %s', (program, names) => {
    expect(editor.completions(program)).toEqual(expect.arrayContaining(names));
    expect(editor.completions(program)).not.toContain('units');
  });
});

describe('callbacks', () => {
  eachProgram([
    ['model.fit(x, y, { callbacks: { /*here*/ } })'],
    ['model.fit(x, y, { callbacks: [{ /*here*/ }] })'],
    ['remote.fit(x, y, { callbacks: { /*here*/ } })'],
    ['model.evaluate(x, y, { callbacks: { /*here*/ } })'],
    ['model.predict(x, { callbacks: { /*here*/ } })'],
  ])('%s: the hooks and nothing else', (program) => {
    expect(editor.completions(program)).toEqual(sorted(HOOKS));
  });

  const within = (head: string): string =>
    `model.fit(x, y, { callbacks: { ${head} { logs./*here*/ } } })`;

  eachProgram([
    [within('onEpochEnd(epoch, logs)'), ['loss', 'val_loss']],
    [within('onTrainEnd(logs)'), ['loss', 'val_loss']],
    [within('onTrainBatchEnd(batch, logs)'), ['loss']],
    [within('onTestEnd(logs)'), ['loss']],
    [within('onEpochBegin(epoch, logs)'), []],
  ])('%s: the logs that are always there', (program, logs) => {
    expect(editor.completions(program)).toEqual(logs);
  });

  const reading = (name: string): string =>
    `model.fit(x, y, { callbacks: { onEpochEnd: (epoch, logs) => logs.${name}/*here*/.toFixed(2) } })`;

  eachProgram([
    [reading('loss')],
    [reading('val_loss')],
    [reading('accuracy')],
    [reading('val_accuracy')],
  ])('logs are numbers: %s', (program) => {
    expect(editor.errors(program)).toEqual([]);
    expect(editor.typeAt(program)).toMatch(/\bnumber$/);
  });

  eachProgram([
    ['model.fit(x, y, { callbacks: new callbacks.EarlyStopping({ patience: 2 }) })'],
    ['model.fit(x, y, { callbacks: [new callbacks.EarlyStopping(), { onEpochEnd: () => 0 }] })'],
    [
      'remote.fit(x, y, { callbacks: { onEpochEnd: async (epoch, logs) => console.log(epoch, logs.loss) } })',
    ],
    [
      `class Mine extends callbacks.Callback {
       override onEpochEnd(epoch: number, logs: callbacks.EpochLogs) { console.log(epoch, logs.val_loss); }
       override onTrainBatchEnd(_batch: number, logs: callbacks.Logs = {}) { console.log(logs.loss); }
     }
     model.fit(x, y, { callbacks: new Mine() });`,
    ],
  ])('%s is understood', (program) => {
    expect(editor.errors(program)).toEqual([]);
  });
});

describe('a wrong name', () => {
  eachProgram([
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
  const result = (call: string): string => `const result/*here*/ = await ${call};`;

  eachProgram([
    [result('model.fit(x, y)'), 'History'],
    [result('model.fit(batches, { epochs: 2 })'), 'History'],
    [result('model.fit([[1, 2]], [1], { epochs: 2 })'), 'History'],
    [result('model.fit(x, undefined, { epochs: 2 })'), 'History'],
    [result('model.evaluate(x, y)'), 'ResultList'],
    [result('model.evaluate(batches)'), 'ResultList'],
    [result('model.evaluate(x, y, { returnDict: false })'), 'ResultList'],
    [result('model.evaluate(x, y, { returnDict: true })'), 'Logs'],
    [result('model.evaluate(batches, { returnDict: true })'), 'Logs'],
    [result('remote.evaluate(x, y, { returnDict: true })'), 'Logs'],
    [result('model.trainOnBatch(x, y)'), 'ResultList'],
    [result('model.trainOnBatch(x, y, { returnDict: true })'), 'Logs'],
    [result('model.testOnBatch(x, y, { returnDict: true })'), 'Logs'],
    [result('model.evaluate(x, y, {} as models.EvaluateOptions)'), 'ResultList | Logs'],
  ])('%s: %s', (program, type) => {
    expect(editor.errors(program)).toEqual([]);
    const shown = editor
      .typeAt(program)
      .replace('const result: ', '')
      .replace(/models\.|callbacks\./g, '');
    expect(sorted(shown.split(' | '))).toEqual(sorted(type.split(' | ')));
  });
});
