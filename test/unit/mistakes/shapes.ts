// Samples and layers whose shapes do not fit.
import { describe, expect, it } from 'vitest';
import { Input, layers, models, ops, random, tensor, zeros } from '../../../src/index.js';
import {
  expectMistakes,
  messageOf,
  ofFour,
  ofImages,
  ofSteps,
  sequential,
  silent,
} from './mistake.js';

export function mistakesOfShapes(): void {
  describe('axes in another order are transposed, not reshaped', () => {
    const swapped = 'x.transpose([0, 2, 1])';
    const toLast = 'x.transpose([0, 2, 3, 1])';
    const built = (layer: layers.LSTM, shape: readonly number[]): layers.LSTM => {
      layer.build([null, ...shape]);
      return layer;
    };
    expectMistakes(
      [
        ['channels first', () => ofImages(3).predict(zeros([8, 3, 28, 28])), [toLast]],
        ['channels first for apply', () => ofImages(3).apply(zeros([8, 3, 28, 28])), [toLast]],
        [
          'channels first, of another size',
          () => ofImages(3).apply(zeros([8, 3, 30, 40])),
          [toLast],
        ],
        [
          'channels last',
          () => {
            const options = { dataFormat: 'channels_first', inputShape: [3, 28, 28] } as const;
            return sequential(new layers.MaxPooling2D(2, options)).predict(zeros([8, 28, 28, 3]));
          },
          ['x.transpose([0, 3, 1, 2])'],
        ],
        [
          'channels first in a functional model',
          () => {
            const image = Input([28, 28, 3]);
            const outputs = new layers.Conv2D(2, 3).apply(image);
            return new models.Model({ inputs: image, outputs }).apply(zeros([8, 3, 28, 28]));
          },
          [toLast],
        ],
        [
          'images of any size, as many as they have channels',
          () =>
            sequential(new layers.Conv2D(2, 3, { inputShape: [null, null, 3] })).predict(
              zeros([3, 3, 28, 28]),
            ),
          [toLast],
        ],
        ['features before steps', () => ofSteps().predict(zeros([5, 3, 10])), [swapped]],
        [
          'features before steps, for a layer that is built',
          () => built(new layers.LSTM(2), [10, 3]).apply(zeros([5, 3, 10])),
          [swapped],
        ],
        [
          'features before steps, of any number',
          () => sequential(new layers.LSTM(2, { inputShape: [null, 3] })).predict(zeros([5, 3, 7])),
          [swapped],
        ],
        [
          'a column for each sample',
          () => ofFour().predict(zeros([4, 100])),
          ['If axis 1 counts the samples, use x.transpose([1, 0])'],
        ],
        [
          'steps before the batch',
          () => ofSteps().predict(zeros([10, 32, 3])),
          ['If axis 1 counts the samples, use x.transpose([1, 0, 2])'],
        ],
        [
          'as many numbers, which a reshape would mix',
          () => ofImages(3).predict(zeros([8, 3, 784])),
          ['Change the samples, or the inputShape'],
        ],
      ],
      { not: ['reshape', 'Reshape'] },
    );
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
    ]);
  });

  describe('the recurrent layer that returns only its last step is named', () => {
    const lstm = (options: layers.LayerOptions = {}): layers.LSTM =>
      new layers.LSTM(2, { name: 'first', ...options });
    const first = lstm.bind(null, { inputShape: [10, 3] });
    const says = ["Layer 'first' returns only its last step: set returnSequences: true there"];
    const encoded = (): ReturnType<typeof Input> => lstm().apply(Input([10, 3]));
    expectMistakes(
      [
        ['two LSTMs', () => sequential(first(), new layers.LSTM(2))],
        [
          'two LSTMs that data build',
          () => sequential(lstm(), new layers.LSTM(2)).predict(zeros([5, 10, 3])),
        ],
        ['two LSTMs of a graph', () => new layers.GRU(2).apply(encoded())],
        [
          'Bidirectional first',
          () => {
            const both = new layers.Bidirectional(new layers.LSTM(2), {
              name: 'first',
              inputShape: [10, 3],
            });
            return sequential(both, new layers.LSTM(2));
          },
        ],
        [
          'Bidirectional second',
          () => sequential(first(), new layers.Bidirectional(new layers.LSTM(2))),
        ],
        ['Dropout between', () => sequential(first(), new layers.Dropout(0.5), new layers.LSTM(2))],
        ['Conv1D', () => sequential(first(), new layers.Conv1D(2, 3))],
        ['pooling', () => sequential(first(), new layers.GlobalAveragePooling1D())],
        [
          'TimeDistributed',
          () => sequential(first(), new layers.TimeDistributed(new layers.Dense(2))),
        ],
        ['attention', () => new layers.Attention().apply([encoded(), encoded()])],
        [
          'attention of heads',
          () => {
            const x = encoded();
            return new layers.MultiHeadAttention(2, 2).apply([x, x]);
          },
        ],
        [
          'a stack in tensors, which do not tell where they come from',
          () => new layers.LSTM(2).apply(lstm().apply(zeros([5, 10, 3]))),
          ['A recurrent layer gives all steps with returnSequences: true'],
          [],
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
      ],
      { says, not: ['expandDims', 'Reshape', 'give the shape'] },
    );
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

  it('advice about axes brings numbers to their places', async () => {
    const drawn = random.uniform([4000], { seed: 33 }).data().values();
    const int = (below: number): number => Math.floor((drawn.next().value ?? 0) * below);
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
      const axes =
        /x\.transpose\(\[([\d, ]+)\]\)/.exec(message)?.[1]?.split(', ').map(Number) ?? [];
      const advised = x.transpose(axes);
      expect(advised.shape, message).toEqual([5, ...wanted]);
      expect(message).not.toMatch('eshape');
      expect((await model.predict(advised, silent)).shape).toEqual([5, ...wanted]);
    }
    expect(advices).toBeGreaterThan(50);
  });
}
