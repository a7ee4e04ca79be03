// Typos, with what the compiler says of each, and what the library says when a program of JavaScript runs.
import { beforeAll, describe, expect, it } from 'vitest';
import * as lanegrad from '../../../src/index.js';
import { messageOf } from '../mistakes/mistake.js';
import { Editor } from './language-service.js';

/** A program with a typo, what the compiler says, and what the library says. */
type Typo = readonly [program: string, type: RegExp, run: RegExp];

const NAMES: readonly Typo[] = [
  ["model.compile({ optimizer: 'rmsprp' })", /"rmsprop"/, /'rmsprop'/],
  ["model.compile({ optimizer: 'adma' })", /'"adma"'/, /'adam'/],
  ["model.compile({ loss: 'msee' })", /"mse"/, /'mse'/],
  ["model.compile({ loss: 'meanSquaredEror' })", /"meanSquaredError"/, /'mean_squared_error'/],
  [
    "model.compile({ loss: 'binary_crosentropy' })",
    /"binary_crossentropy"/,
    /'binary_crossentropy'/,
  ],
  ["model.compile({ loss: { digit: 'msee' } })", /'"msee"'/, /'mse'/],
  ["model.compile({ loss: 'mse', metrics: ['acuracy'] })", /"accuracy"/, /'accuracy'/],
  [
    "model.compile({ loss: 'mse', metrics: ['mean_absolute_eror'] })",
    /"mean_absolute_error"/,
    /'mean_absolute_error'/,
  ],
  ["new layers.Dense(3, { activation: 'rleu' })", /'"rleu"'/, /'relu'/],
  ["new layers.Dense(3, { activation: 'sofmax' })", /"softmax"/, /'softmax'/],
  ["new layers.Activation('sigmiod')", /'"sigmiod"'/, /'sigmoid'/],
  [
    "new layers.LSTM(3, { recurrentActivation: 'hard_sigmod' })",
    /"hard_sigmoid"/,
    /'hard_sigmoid'/,
  ],
  [
    "new layers.Dense(3, { kernelInitializer: 'glorot_unifrom' })",
    /"glorot_uniform"/,
    /'glorot_uniform'/,
  ],
  ["new layers.Dense(3, { kernelInitializer: 'heNorml' })", /"heNormal"/, /'he_normal'/],
  ["new layers.Dense(3, { kernelRegularizer: 'l3' })", /'"l3"'/, /'l[12]'/],
  ["new layers.Dense(3, { kernelConstraint: 'nonneg_' })", /"nonNeg"/, /'non_neg'/],
];

const OPTIONS: readonly Typo[] = [
  ["new layers.Dense(3, { activaton: 'relu' })", /'activation'/, /'activation'/],
  ['new layers.Dense(3, { inputshape: [2] })', /'inputShape'/, /'inputShape'/],
  ['new layers.Dense(3, { input_shape: [2] })', /'inputShape'/, /'inputShape'/],
  ['new layers.Dense(3, { inputDim: 2 })', /'inputDim'/, /inputShape.*list of lengths/],
  [
    "new layers.Dense(3, { kernel_initializer: 'zeros' })",
    /'kernelInitializer'/,
    /'kernelInitializer'/,
  ],
  ['new layers.Dense({ units: 3 })', /number/, /new Dense\(units/],
  ['new layers.Dropout({ rate: 0.5 })', /number/, /new Dropout\(rate/],
  [
    'new layers.Conv2D({ filters: 3, kernelSize: 3 })',
    /2-3 arguments/,
    /new Conv2D\(filters, kernelSize/,
  ],
  [
    'new layers.Embedding({ inputDim: 3, outputDim: 2 })',
    /2-3 arguments/,
    /new Embedding\(inputDim, outputDim/,
  ],
  ['new layers.LSTM(3, { return_sequences: true })', /'returnSequences'/, /'returnSequences'/],
  ['new layers.LeakyReLU({ alpha: 0.1 })', /'alpha'/, /'negativeSlope'/],
  ['new layers.BatchNormalization({ momemtum: 0.9 })', /'momentum'/, /'momentum'/],
  ['new layers.MaxPooling2D({ poolSize: 2 })', /number/, /new MaxPooling2D\(poolSize/],
  ['new optimizers.Adam({ lr: 0.1 })', /'lr'/, /'learningRate'/],
  ['new optimizers.Adam({ learning_rate: 0.1 })', /'learningRate'/, /'learningRate'/],
  ['new optimizers.Adam({ beta_1: 0.9 })', /'beta1'/, /'beta1'/],
  ['new optimizers.SGD({ decay: 0.1 })', /'decay'/, /schedule/],
  ['new optimizers.Adam(0.1)', /no properties in common|not assignable/, /learningRate/],
  ['model.fit(x, y, { epoch: 3 })', /'epochs'/, /'epochs'/],
  ['model.fit(x, y, { nb_epoch: 3 })', /'nb_epoch'/, /'epochs'/],
  ['model.fit(x, y, { batch_size: 3 })', /'batchSize'/, /'batchSize'/],
  ['model.fit(x, y, { validation_split: 0.5 })', /'validationSplit'/, /'validationSplit'/],
  ['model.fit(x, y, { validation: [x, y] })', /'validation'/, /'validationData'/],
  ['model.evaluate(x, y, { batchsize: 3 })', /'batchSize'/, /'batchSize'/],
  ["model.compile({ optimiser: 'adam' })", /'optimizer'/, /'optimizer'/],
  ["model.compile({ metric: ['accuracy'] })", /'metrics'/, /'metrics'/],
  ['new callbacks.EarlyStopping({ patiance: 3 })', /'patience'/, /'patience'/],
  ['new callbacks.ReduceLROnPlateau({ epsilon: 0.1 })', /'epsilon'/, /'minDelta'/],
];

const VALUES: readonly Typo[] = [
  ["new layers.Conv2D(3, 3, { padding: 'causal' })", /"causal"/, /'valid' or 'same'/],
  ["new layers.Conv1D(3, 3, { padding: 'samee' })", /"same"/, /'same'/],
  ['new layers.Conv2D(3, [3])', /number\[\]|\[number\]/, /kernelSize/],
  ['new layers.Conv2D(3, [3, 3, 3])', /not assignable/, /kernelSize/],
  ['new layers.Conv2D(3, 3, { strides: [2] })', /\[number\]/, /strides/],
  ['new layers.MaxPooling2D([2])', /\[number\]/, /poolSize/],
  [
    "new layers.Conv2D(3, 3, { dataFormat: 'channel_first' })",
    /"channels_first"/,
    /'channels_first'/,
  ],
  ["new layers.Dense('3')", /string/, /units/],
  ["new layers.Dense(3, { useBias: 'yes' })", /string/, /useBias/],
  ["ops.cast(x, 'float23')", /'"float23"'|"float32"/, /float32/],
];

let editor: Editor;
const all = [...NAMES, ...OPTIONS, ...VALUES];

beforeAll(() => {
  editor = new Editor(all.map(([program]) => program));
}, 120_000);

/** Runs a program with what an editor's programs have. */
function run(program: string): unknown {
  const { layers, models, tensor } = lanegrad;
  const model = new models.Sequential([new layers.Dense(1, { inputShape: [2] })]);
  model.compile({ loss: 'mse' });
  const scope = { ...lanegrad, model, x: tensor([[1, 2]]), y: tensor([[1]]) };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the programs stand above
  const body = new Function(...Object.keys(scope), `return ${program};`);
  return (body as (...values: unknown[]) => unknown)(...Object.values(scope));
}

describe.each([
  ['names', NAMES],
  ['options', OPTIONS],
  ['values', VALUES],
] as const)('misspelt %s', (_, typos) => {
  it.each(typos)('%s', async (program, type, message) => {
    expect(editor.errors(program).join('\n')).toMatch(type);
    expect(await messageOf(() => run(program))).toMatch(message);
  });
});

it('there are at least 46 of them', () => {
  expect(all.length).toBeGreaterThanOrEqual(46);
});
