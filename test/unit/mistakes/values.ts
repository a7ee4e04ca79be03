// Values that are not numbers, or not labels.
import { describe, expect, it } from 'vitest';
import type { models } from '../../../src/index.js';
import { Input, layers, losses, ops, tensor, zeros } from '../../../src/index.js';
import { expectMistakes, ofFour, sequential, silent, untyped } from './mistake.js';
import type { Mistake } from './mistake.js';

export function mistakesOfValues(): void {
  describe('one output is no set of classes', () => {
    const compiled = (loss: string): models.Sequential => {
      const model = sequential(new layers.Dense(1, { activation: 'sigmoid', inputShape: [2] }));
      model.compile({ loss: loss as never });
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
      [
        'any other text',
        () => tensor(untyped('[1, 2]')),
        ["'[1, 2]' is not a number"],
        ['x.add(1)'],
      ],
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
      const type =
        {
          [name]: class {
            readonly width = 1;
          },
        }[name] ?? Object;
      return untyped(new type());
    };
    expectMistakes([
      ['tensor(imageData)', () => tensor(shown('ImageData')), ['utils.fromPixels(image)']],
      [
        'predict(imageData)',
        () => ofFour().predict(shown('ImageData')),
        ['utils.fromPixels(image)'],
      ],
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
        ['utils.fromPixels(element)'],
      ]),
      ...['Blob', 'File'].map((name): Mistake => [
        `tensor(${name})`,
        () => tensor(shown(name)),
        ['await utils.loadImg(file)', 'await file.arrayBuffer()'],
      ]),
      [
        'an object of another class',
        () => tensor(shown('Picture')),
        ['object of class Picture'],
        ['fromPixels'],
      ],
    ]);
  });
}
