// What beginners do wrong, and what the message says: the remedy, and nothing that would spoil data.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  callbacks,
  Input,
  layers,
  losses,
  metrics,
  models,
  ops,
  optimizers,
  random,
  tensor,
  zeros,
} from '../../src/index.js';
import type { Config, Tensor } from '../../src/index.js';
import { anchorsOf, readPages } from './docs/pages.js';
import { Editor } from './editor/language-service.js';

type Text = string | RegExp;

/** A mistake, what makes it, what the message says and what it does not say. */
type Mistake = readonly [
  mistake: string,
  make: () => unknown,
  says: readonly Text[],
  not?: readonly Text[],
];

const silent = { verbose: 0 } as const;

/** The message of the error that a function throws, now or later. */
async function messageOf(make: () => unknown): Promise<string> {
  try {
    await make();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was thrown';
}

function expectText(message: string, says: readonly Text[], not: readonly Text[] = []): void {
  for (const text of says) expect(message).toMatch(text);
  for (const text of not) expect(message).not.toMatch(text);
}

function expectMistakes(mistakes: readonly Mistake[]): void {
  for (const [mistake, make, says, not] of mistakes) {
    it(mistake, async () => {
      expectText(await messageOf(make), says, not);
    });
  }
}

/** Something whose type a program does not know. */
const untyped = (value: unknown): never => value as never;

const sequential = (...stack: readonly layers.AnyLayer[]): models.Sequential =>
  new models.Sequential(stack);

const ofImages = (channels: number): models.Sequential =>
  sequential(new layers.Conv2D(2, 3, { inputShape: [28, 28, channels] }));

const ofSteps = (): models.Sequential => sequential(new layers.LSTM(2, { inputShape: [10, 3] }));

const ofFour = (): models.Sequential => {
  const model = sequential(new layers.Dense(1, { inputShape: [4] }));
  model.compile({ loss: 'mse' });
  return model;
};

describe('axes in another order are transposed, not reshaped', () => {
  const swapped = 'x.transpose([0, 2, 1])';
  const toLast = 'x.transpose([0, 2, 3, 1])';
  const not = ['reshape', 'Reshape'];
  const built = (layer: layers.AnyLayer, shape: readonly number[]): layers.AnyLayer => {
    layer.build([null, ...shape]);
    return layer;
  };
  expectMistakes([
    ['channels first', () => ofImages(3).predict(zeros([8, 3, 28, 28])), [toLast], not],
    ['channels first for apply', () => ofImages(3).apply(zeros([8, 3, 28, 28])), [toLast], not],
    [
      'channels first, of another size',
      () => ofImages(3).apply(zeros([8, 3, 30, 40])),
      [toLast],
      not,
    ],
    [
      'channels last',
      () => {
        const options = { dataFormat: 'channels_first', inputShape: [3, 28, 28] } as const;
        return sequential(new layers.MaxPooling2D(2, options)).predict(zeros([8, 28, 28, 3]));
      },
      ['x.transpose([0, 3, 1, 2])'],
      not,
    ],
    [
      'channels first in a functional model',
      () => {
        const image = Input([28, 28, 3]);
        const outputs = new layers.Conv2D(2, 3).apply(image);
        return new models.Model({ inputs: image, outputs }).apply(zeros([8, 3, 28, 28]));
      },
      [toLast],
      not,
    ],
    [
      'images of any size, as many as they have channels',
      () =>
        sequential(new layers.Conv2D(2, 3, { inputShape: [null, null, 3] })).predict(
          zeros([3, 3, 28, 28]),
        ),
      [toLast],
      not,
    ],
    ['features before steps', () => ofSteps().predict(zeros([5, 3, 10])), [swapped], not],
    [
      'features before steps, for a layer that is built',
      () => built(new layers.LSTM(2), [10, 3]).apply(zeros([5, 3, 10])),
      [swapped],
      not,
    ],
    [
      'features before steps, of any number',
      () => sequential(new layers.LSTM(2, { inputShape: [null, 3] })).predict(zeros([5, 3, 7])),
      [swapped],
      not,
    ],
    [
      'a column for each sample',
      () => ofFour().predict(zeros([4, 100])),
      ['If axis 1 counts the samples, use x.transpose([1, 0])'],
      not,
    ],
    [
      'steps before the batch',
      () => ofSteps().predict(zeros([10, 32, 3])),
      ['If axis 1 counts the samples, use x.transpose([1, 0, 2])'],
      not,
    ],
    [
      'as many numbers, which a reshape would mix',
      () => ofImages(3).predict(zeros([8, 3, 784])),
      ['Change the samples, or the inputShape'],
      not,
    ],
  ]);
});

describe('numbers in the right order are reshaped', () => {
  expectMistakes([
    [
      'rows of pixels',
      () => ofImages(1).predict(zeros([8, 784])),
      ['Use x.reshape([8, 28, 28, 1])'],
    ],
    [
      'pictures for a flat input',
      () => ofFour().predict(zeros([8, 2, 2])),
      ['Use x.reshape([8, 4])'],
    ],
    [
      'one picture as a row',
      () => ofImages(1).predict(zeros([784])),
      ['For a single sample use x.reshape([1, 28, 28, 1])'],
    ],
    [
      'pictures for Dense',
      () => {
        const dense = new layers.Dense(3);
        dense.build([null, 784]);
        return dense.apply(zeros([8, 28, 28]));
      },
      ['layers.Flatten()', 'x.reshape([-1, 784])'],
    ],
  ]);
});

describe('an axis that is missing is named', () => {
  const batch = 'x.expandDims(0)';
  expectMistakes([
    [
      'Conv2D with inputShape [28, 28]',
      () => sequential(new layers.Conv2D(2, 3, { inputShape: [28, 28] })),
      [/Conv2D layer 'conv2d.*got input of shape \(None, 28, 28\).*give the shape \[28, 28, 1\]/],
      [batch, 'single sample'],
    ],
    [
      'Conv2D of Input([28, 28])',
      () => new layers.Conv2D(2, 3).apply(Input([28, 28])),
      ['give the shape [28, 28, 1]'],
      [batch],
    ],
    [
      'Conv2D after an InputLayer',
      () => sequential(new layers.InputLayer([28, 28]), new layers.Conv2D(2, 3)),
      ['give the shape [28, 28, 1]'],
      [batch],
    ],
    [
      'LSTM with inputShape [4]',
      () => sequential(new layers.LSTM(2, { inputShape: [4] })),
      ['give the shape [steps, 4] or [4, 1]'],
      [batch, 'single sample'],
    ],
    [
      'Conv1D in the middle of a stack of Dense',
      () => sequential(new layers.Dense(8, { inputShape: [4] }), new layers.Conv1D(2, 3)),
      ['Put a Reshape or Flatten layer before'],
      [batch, 'returnSequences', 'give the shape'],
    ],
    [
      'pictures without the axis of one channel',
      () => ofImages(1).predict(zeros([8, 28, 28])),
      ['If the samples lack axis -1, use x.expandDims(-1)'],
      [batch, 'reshape'],
    ],
    [
      'pictures without the axis of three channels',
      () => ofImages(3).predict(zeros([8, 28, 28])),
      ['The samples lack axis -1, of length 3'],
      [batch, 'expandDims', 'reshape'],
    ],
    [
      'one picture',
      () => ofImages(3).predict(zeros([28, 28, 3])),
      ['For a single sample use x.expandDims(0)'],
      ['expandDims(-1)', 'transpose'],
    ],
    [
      'three axes for Conv2D, which may be either',
      () => new layers.Conv2D(2, 3).apply(zeros([8, 28, 28])),
      [
        'For a single sample use x.expandDims(0). If the samples lack axis -1, use x.expandDims(-1)',
      ],
    ],
    [
      'one step of features',
      () => sequential(new layers.LSTM(2, { inputShape: [1, 3] })).predict(zeros([5, 3])),
      ['If the samples lack axis 1, use x.expandDims(1)'],
      ['x.expandDims(-1)'],
    ],
    [
      'numbers for rows of one',
      () => sequential(new layers.Dense(1, { inputShape: [1] })).predict([1, 2, 3]),
      ['x.expandDims(-1)'],
    ],
  ]);
});

describe('the recurrent layer that gives its last step alone is named', () => {
  const lstm = (options: layers.LayerOptions = {}): layers.LSTM =>
    new layers.LSTM(2, { name: 'first', ...options });
  const first = lstm.bind(null, { inputShape: [10, 3] });
  const says = ["Layer 'first' gives its last step alone: set returnSequences: true there"];
  const not = ['expandDims', 'Reshape', 'give the shape'];
  const encoded = (): ReturnType<typeof Input> => lstm().apply(Input([10, 3])) as never;
  expectMistakes([
    ['two LSTMs', () => sequential(first(), new layers.LSTM(2)), says, not],
    [
      'two LSTMs that data build',
      () => sequential(lstm(), new layers.LSTM(2)).predict(zeros([5, 10, 3])),
      says,
      not,
    ],
    ['two LSTMs of a graph', () => new layers.GRU(2).apply(encoded()), says, not],
    [
      'Bidirectional first',
      () => {
        const both = new layers.Bidirectional(new layers.LSTM(2), {
          name: 'first',
          inputShape: [10, 3],
        });
        return sequential(both, new layers.LSTM(2));
      },
      says,
      not,
    ],
    [
      'Bidirectional second',
      () => sequential(first(), new layers.Bidirectional(new layers.LSTM(2))),
      says,
      not,
    ],
    [
      'Dropout between',
      () => sequential(first(), new layers.Dropout(0.5), new layers.LSTM(2)),
      says,
      not,
    ],
    ['Conv1D', () => sequential(first(), new layers.Conv1D(2, 3)), says, not],
    ['pooling', () => sequential(first(), new layers.GlobalAveragePooling1D()), says, not],
    [
      'TimeDistributed',
      () => sequential(first(), new layers.TimeDistributed(new layers.Dense(2))),
      says,
      not,
    ],
    ['attention', () => new layers.Attention().apply([encoded(), encoded()]), says, not],
    [
      'attention of heads',
      () => {
        const x = encoded();
        return new layers.MultiHeadAttention(2, 2).apply([x, x]);
      },
      says,
      not,
    ],
    [
      'a stack in tensors, which do not tell where they come from',
      () => new layers.LSTM(2).apply(lstm().apply(zeros([5, 10, 3])) as Tensor),
      ['A recurrent layer gives all steps with returnSequences: true'],
    ],
    [
      'nothing where the steps have been flattened since',
      () => {
        const steps = new layers.LSTM(2, { returnSequences: true, inputShape: [10, 3] });
        return sequential(steps, new layers.Flatten(), new layers.Conv1D(2, 3));
      },
      ['Put a Reshape or Flatten layer before'],
      ['returnSequences'],
    ],
  ]);
});

describe('a single sample is shown as a row', () => {
  const row = 'predict([[1, 2, 3, 4]])';
  expectMistakes([
    [
      'predict([1, 2, 3, 4])',
      () => ofFour().predict([1, 2, 3, 4]),
      [row],
      ['Reshape', 'inputShape of'],
    ],
    ['predict of a tensor', () => ofFour().predict(tensor([1, 2, 3, 4])), [row]],
    ['predictOnBatch', () => ofFour().predictOnBatch([1, 2, 3, 4]), ['[[1, 2, 3, 4]]']],
    ['fit', () => ofFour().fit([1, 2, 3, 4], [1], silent), ['[[1, 2, 3, 4]]'], ['equally long']],
    [
      'a long one',
      () => sequential(new layers.Dense(1, { inputShape: [784] })).predict(zeros([784])),
      ['predict([[0, 0, 0, 0, 0, 0, …]])'],
    ],
    [
      'too many numbers for a row',
      () => ofFour().predict([1, 2, 3, 4, 5]),
      ['lack axis -1, of length 4'],
      [row],
    ],
  ]);
});

describe('one output is no set of classes', () => {
  const compiled = (loss: string): models.Sequential => {
    const model = sequential(new layers.Dense(1, { activation: 'sigmoid', inputShape: [2] }));
    model.compile({ loss });
    return model;
  };
  const labels = [[0], [1]];
  expectMistakes([
    [
      'the sparse loss on one sigmoid',
      () => compiled('sparse_categorical_crossentropy').fit(zeros([2, 2]), [0, 1], silent),
      ["use the loss 'binary_crossentropy'"],
      ['yPred has 1 classes'],
    ],
    [
      'the loss of one-hot rows on one sigmoid',
      () => compiled('categorical_crossentropy').fit(zeros([2, 2]), labels, silent),
      ["use the loss 'binary_crossentropy'"],
      ['toCategorical'],
    ],
    [
      'too few units for the classes',
      () =>
        losses.sparseCategoricalCrossentropy(
          [0, 2],
          [
            [0.5, 0.5],
            [0.5, 0.5],
          ],
        ),
      ['give the last layer enough units'],
      ['binary'],
    ],
  ]);
});

describe('operators of JavaScript', () => {
  const x = tensor([
    [1, 2],
    [3, 4],
  ]);
  const sum = untyped((x as never as number) + 1);
  const says = ['the text of a tensor', 'write x.add(1)'];
  expectMistakes([
    ['tensor(X + 1)', () => tensor(sum), says],
    ['tensor(1 + X)', () => tensor(untyped(1 + (x as never as number))), says],
    ['predict(X + 1)', () => ofFour().predict(sum), says],
    ['layer.apply(X + 1)', () => new layers.Dense(1).apply(sum), says],
    ['x.mul(X + 1)', () => x.mul(sum), says],
    ['matmul(X + 1)', () => ops.matmul(sum, x), says],
    [
      'X + 1 of a large tensor',
      () => tensor(untyped((zeros([40, 40]) as never as number) + 1)),
      says,
    ],
    [
      'X + 1 of integers',
      () => tensor(untyped((tensor([1, 2], { dtype: 'int32' }) as never as number) + 1)),
      says,
    ],
    [
      'X + 1 in a graph',
      () => new layers.Dense(1).apply(untyped((Input([2]) as never as number) + 1)),
      says,
    ],
    ['any other text', () => tensor(untyped('[1, 2]')), ["'[1, 2]' is no number"], ['x.add(1)']],
    ['X * 2', () => (x as never as number) * 2, ['shape (2, 2)', 'x.mul(2)'], ['NaN']],
    ['X > 0', () => (x as never as number) > 0, ['x.less(y)']],
  ]);

  it('work with one element', () => {
    expect((tensor(3) as never as number) * 2).toBe(6);
    expect((tensor([0.5]) as never as number) < 1).toBe(true);
    expect(`${String(tensor([1, 2]))} ${tensor(3).toString()}`).toBe('[1. 2.] 3.0');
  });
});

describe('pictures of a page', () => {
  const shown = (name: string): never => {
    const type = { [name]: class {} }[name] ?? Object;
    return untyped(new type());
  };
  expectMistakes([
    [
      'tensor(imageData)',
      () => tensor(shown('ImageData')),
      ['tensor(image.data, { shape: [image.height, image.width, 4] })'],
    ],
    ['predict(imageData)', () => ofFour().predict(shown('ImageData')), ['tensor(image.data, {']],
    ...[
      'HTMLImageElement',
      'HTMLCanvasElement',
      'HTMLVideoElement',
      'OffscreenCanvas',
      'ImageBitmap',
      'VideoFrame',
    ].map((name): Mistake => [
      `tensor(${name})`,
      () => tensor(shown(name)),
      ['context.drawImage', 'context.getImageData'],
    ]),
    ...['Blob', 'File'].map((name): Mistake => [
      `tensor(${name})`,
      () => tensor(shown(name)),
      ['await createImageBitmap(', 'await blob.arrayBuffer()'],
    ]),
    [
      'an object of another class',
      () => tensor(shown('Picture')),
      ['object of class Picture'],
      ['getImageData'],
    ],
  ]);
});

describe('a loss that is no number', () => {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  afterEach(() => warned.mockClear());
  const warnings = (): string[] => warned.mock.calls.map(([text]) => String(text));
  const [x, y] = [
    [[1], [2], [3], [4]],
    [[2], [4], [6], [8]],
  ];

  /** A model whose weights leave float32 after some steps, as its learning rate is far too high. */
  const exploding = (): models.Sequential => {
    const model = sequential(new layers.Dense(1, { inputShape: [1], name: 'line' }));
    model.compile({ loss: 'mse', optimizer: new optimizers.SGD({ learningRate: 1e15 }) });
    return model;
  };

  it('is told once a fit, with the step and the page', async () => {
    const model = exploding();
    const steps: number[] = [];
    const onTrainBatchEnd = (_: number, logs: callbacks.Logs = {}): void => {
      steps.push(logs['loss'] ?? 0);
    };
    const options = { ...silent, epochs: 3, batchSize: 2, shuffle: false };
    await model.fit(x, y, { ...options, callbacks: { onTrainBatchEnd } });
    const first = steps.findIndex((loss) => !Number.isFinite(loss));
    expect(first).toBeGreaterThan(0);
    expect(warnings()).toHaveLength(1);
    const place = `step ${(first % 2) + 1} of epoch ${Math.floor(first / 2) + 1}`;
    expect(warnings()[0]).toMatch(
      `model '${model.name}' is ${String(steps[first])} since ${place}`,
    );
    await model.fit(x, y, options);
    expect(warnings()).toHaveLength(2);
    expect(warnings()[1]).toMatch('NaN since step 1 of epoch 1');
  });

  it('names a heading of the documentation', async () => {
    await exploding().fit(x, y, { ...silent, epochs: 5 });
    const [, page = '', anchor = ''] = /(docs\/\S+\.md)#(\S+)/.exec(warnings()[0] ?? '') ?? [];
    const found = readPages().find(({ name }) => name === page);
    expect(found && [...anchorsOf(found)]).toContain(anchor);
  });

  it('is told by a training step of one’s own too', async () => {
    class Own extends models.Sequential {
      override trainStep(): { loss: number } {
        return { loss: NaN };
      }
    }
    const model = new Own([new layers.Dense(1, { inputShape: [1] })]);
    model.compile({ loss: 'mse' });
    // The step changes nothing, which is refused when the epoch ends.
    expect(await messageOf(() => model.fit(x, y, silent))).toMatch('none of its');
    expect(warnings().filter((text) => text.includes('NaN since step 1 of epoch 1'))).toHaveLength(
      1,
    );
  });

  it('is told by nothing but TerminateOnNaN where that watches', async () => {
    const lines: string[] = [];
    const writer = { isTerminal: false, columns: 80, write: (text: string) => lines.push(text) };
    const watch = new callbacks.TerminateOnNaN({ writer: untyped(writer) });
    await exploding().fit(x, y, { ...silent, epochs: 5, callbacks: watch });
    expect(lines.join('')).toMatch('Invalid loss, terminating training');
    expect(warnings()).toEqual([]);
  });

  it('is nothing where all losses are finite', async () => {
    await ofFour().fit(zeros([4, 4]), zeros([4, 1]), silent);
    expect(warnings()).toEqual([]);
  });
});

describe('the name of a monitor', () => {
  const lines: string[] = [];
  const writer = untyped({ write: (text: string) => lines.push(text) });
  const trained = async (make: () => callbacks.Callback): Promise<string> => {
    lines.length = 0;
    const model = sequential(new layers.Dense(2, { activation: 'softmax', inputShape: [2] }));
    const loss = new losses.SparseCategoricalCrossentropy();
    const own = new metrics.MeanMetricWrapper((a: Tensor, b: Tensor) => a.mul(0).add(b.mean(1)), {
      name: 'own',
    });
    model.compile({ loss, metrics: ['accuracy', own] });
    const thrown = await messageOf(() =>
      model.fit(zeros([2, 2]), [0, 1], { ...silent, callbacks: make() }),
    );
    return thrown + lines.join('');
  };
  const watching: readonly [string, (options: object) => callbacks.Callback][] = [
    ['EarlyStopping', (options) => new callbacks.EarlyStopping({ ...options, writer })],
    ['ReduceLROnPlateau', (options) => new callbacks.ReduceLROnPlateau({ ...options, writer })],
    [
      'ModelCheckpoint',
      (options) =>
        new callbacks.ModelCheckpoint(path.join(os.tmpdir(), 'no/such/folder/m.keras'), {
          ...options,
          saveBestOnly: true,
          initialValueThreshold: 1,
          writer,
        }),
    ],
  ];
  const monitors: readonly [monitor: string, says: readonly Text[], not: readonly Text[]][] = [
    [
      'val_acc',
      [
        "'val_acc', which is not in the logs: loss, accuracy, own",
        "Did you mean 'val_accuracy'?",
        'validationData',
      ],
      ['mode'],
    ],
    [
      'acc',
      ["'acc', which is not in the logs", "Did you mean 'accuracy'?"],
      ['mode', 'validationData'],
    ],
    ['acuracy', ["Did you mean 'accuracy'?"], ['mode']],
    [
      'quality',
      ["'quality', which is not in the logs: loss, accuracy, own"],
      ['mode', 'Did you mean'],
    ],
    ['val_accuracy', ['which is not in the logs', 'validationData'], ['mode', 'Did you mean']],
  ];
  describe.each(watching)('%s', (owner, make) => {
    it.each(monitors)('%s', async (monitor, says, not) => {
      expectText(await trained(() => make({ monitor })), [owner, ...says], not);
      // Nor is it passed over where the mode is said.
      expectText(await trained(() => make({ monitor, mode: 'max' })), [owner, ...says], not);
    });
  });

  it('that exists is asked for its direction', async () => {
    const message = await trained(() => new callbacks.EarlyStopping({ monitor: 'own' }));
    expectText(message, ["'own' should rise or fall", "mode: 'max'"], ['not in the logs']);
  });
});

describe('layers that could not be loaded again', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'mistakes-'));
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  abstract class Same extends layers.Layer {
    override call(x: Tensor): Tensor {
      return x.mul(1);
    }
  }
  class Positional extends Same {
    static override readonly className: string = 'Positional';
    constructor(readonly units: number) {
      super();
    }
  }
  class Checked extends Same {
    static override readonly className: string = 'Checked';
    readonly units: number;
    constructor(units: number, options: layers.LayerOptions = {}) {
      super(options);
      if (!(units > 0)) throw new RangeError('units must be positive');
      this.units = units;
    }
  }
  class Destructured extends Same {
    static override readonly className: string = 'Destructured';
    readonly units: number;
    constructor({ units = 1, ...rest }: layers.LayerOptions & { readonly units?: number } = {}) {
      super(rest);
      this.units = units;
    }
  }
  class Named extends Destructured {
    static override readonly className: string = 'Named';
    static override readonly optionNames = ['units'];
  }
  class Written extends Destructured {
    static override readonly className: string = 'Written';
    override getConfig(): Config {
      return { ...super.getConfig(), units: this.units };
    }
  }
  class Plain extends Same {
    static override readonly className: string = 'Plain';
    calls = 0;
    readonly inside = new layers.Dropout(0.5);
    constructor(options: layers.LayerOptions = {}) {
      super(options);
      this.calls = 3;
    }
  }
  class Holder extends Same {
    static override readonly className: string = 'Holder';
    readonly inside = new Positional(3);
  }
  const save = (layer: layers.AnyLayer, file = 'm.keras', shape = [2]): Promise<void> =>
    sequential(new layers.InputLayer(shape), layer).save(path.join(folder, file));

  const makes = "loading calls new Positional(options), which makes 'units' an object";
  expectMistakes([
    [
      'an argument that is no option',
      () => save(new Positional(3)),
      [/save: Positional layer 'positional.*' could not be loaded/, makes, 'getConfig()'],
    ],
    ['the same in the format of TensorFlow.js', () => save(new Positional(3), 'folder'), [makes]],
    [
      'the same inside of a layer of the library',
      () => save(new layers.TimeDistributed(new Positional(3)), 'm.keras', [4, 2]),
      [makes],
    ],
    ['an argument that is checked', () => save(new Checked(3)), ['units must be positive']],
    [
      'an option that the config lacks',
      () => save(new Destructured({ units: 3 })),
      ["its config lacks what the constructor reads: 'units'", "optionNames = ['units']"],
    ],
  ]);

  const good: readonly [string, layers.AnyLayer][] = [
    ['an option that has its default', new Destructured()],
    ['optionNames', new Named({ units: 3 })],
    ['getConfig', new Written({ units: 3 })],
    ['options of all layers alone', new Plain()],
    ['layers that another layer makes', new Holder()],
  ];
  it.each(good)('are not those with %s', async (_, layer) => {
    await save(layer);
    const bytes = readFileSync(path.join(folder, 'm.keras'));
    const type = layer.constructor as unknown as layers.LayerClass;
    const model = await models.loadModel(new Uint8Array(bytes), {
      customObjects: { [layer.constructor.name]: type },
    });
    expect({ ...model.layers[0]?.getConfig(), name: '' }).toEqual({
      ...layer.getConfig(),
      name: '',
    });
  });

  it('are looked for without a trace', async () => {
    const before = random.globalGenerator().getState();
    await save(new Plain({ name: 'without-trace' }));
    await save(new Destructured({ units: 3 })).catch(() => undefined);
    const drawn = random.globalGenerator().getState();
    // What the layers themselves draw when they are made.
    random.globalGenerator().setState(before);
    new Plain({ name: 'without-trace' });
    expect(drawn).toEqual(random.globalGenerator().getState());
  });
});

it('a number in place of options has a readable type in TypeScript', () => {
  const editor = new Editor();
  const [adam = '', ...others] = editor.errors('new optimizers.Adam(0.01)');
  expect(others).toEqual([]);
  expectText(
    adam,
    [/no properties in common .*readonly learningRate: LearningRate; readonly beta1: number;/],
    ['Given<', 'Over<', 'Option<'],
  );
  expectText(
    editor.errors('new layers.Dense(3, 4)').join(),
    [/readonly activation: ActivationIdentifier/],
    ['Given<', 'Over<'],
  );
}, 120_000);

it('advice about axes brings numbers to their places', async () => {
  const drawn = random.uniform([4000], { seed: 33 }).data().values();
  const int = (below: number): number => Math.floor(Number(drawn.next().value ?? 0) * below);
  let advices = 0;
  for (let round = 0; round < 200; round++) {
    const wanted = Array.from({ length: 1 + int(3) }, () => 1 + int(4));
    const order = wanted.map((_, i) => i + 1);
    for (let i = order.length - 1; i > 0; i--) {
      const j = int(i + 1);
      [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
    }
    const shape = [5, ...order.map((axis) => wanted[axis - 1] ?? 0)];
    const x = ops.reshape(
      tensor(Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => i)),
      shape,
    );
    const model = sequential(new layers.Activation('linear', { inputShape: wanted }));
    const message = await messageOf(() => model.predict(x, silent));
    if (message === 'nothing was thrown') continue;
    advices++;
    const axes = /x\.transpose\(\[([\d, ]+)\]\)/.exec(message)?.[1]?.split(', ').map(Number) ?? [];
    const advised = x.transpose(axes);
    expect(advised.shape, message).toEqual([5, ...wanted]);
    expect(message).not.toMatch('eshape');
    expect((await model.predict(advised, silent)).shape).toEqual([5, ...wanted]);
  }
  expect(advices).toBeGreaterThan(50);
});
