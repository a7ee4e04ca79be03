// Pictures for architectures, and what predictions mean, as in Keras (test/oracles/fixtures/keras-application-files.py).
import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as applications from '../../../src/applications.js';
import type { ClassIndex } from '../../../src/applications.js';
import { camelCase } from '../../../src/config/index.js';
import { FormatError, Input, memory, models, ShapeError, tensor } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { readFixture } from './fixture.js';
import type { Numbers } from './fixture.js';

const { preprocessed, decoded } = readFixture();

const { decodePredictions, preprocessInput } = applications.imagenetUtils;

type Preprocess = typeof preprocessInput;
const functionOf = (module: string): Preprocess => {
  const found: unknown = applications[camelCase(module) as keyof typeof applications];
  return (found as { readonly preprocessInput: Preprocess }).preprocessInput;
};

const toTensor = ({ data, shape, dtype }: Numbers): Tensor =>
  tensor(dtype === 'uint8' ? Uint8Array.from(data) : Float32Array.from(data), { shape });

describe('preprocessInput', () => {
  it.each(preprocessed)('$module $mode $data_format: case %#', (golden) => {
    const options = {
      dataFormat: golden.data_format,
      ...(golden.mode === undefined ? {} : { mode: golden.mode }),
    };
    const x = toTensor(golden.x);
    const y = functionOf(golden.module)(x, options);
    expect(y).not.toBe(x);
    expect([y.dtype, y.shape]).toEqual([golden.y.dtype, golden.y.shape]);
    expect(y.data()).toEqual(toTensor(golden.y).data());
  });

  it('of a symbolic tensor is a part of the graph, with the same numbers', () => {
    for (const golden of preprocessed.filter(({ x }) => x.shape.length === 4)) {
      const x = toTensor(golden.x);
      const input = Input(x.shape.slice(1), { dtype: x.dtype });
      const options = { dataFormat: golden.data_format };
      const outputs = functionOf(golden.module)(input, {
        ...options,
        ...(golden.mode === undefined ? {} : { mode: golden.mode }),
      });
      if (outputs === input) continue;
      const model = new models.Model({ inputs: input, outputs });
      const again = models.modelFromJSON(JSON.stringify(model));
      expect(again.apply(x).data()).toEqual(toTensor(golden.y).data());
    }
  });

  it('leaves nothing in memory, and refuses what are no pictures', () => {
    const x = toTensor({ shape: [2, 2, 3], dtype: 'float32', data: new Array(12).fill(1) });
    const before = memory().bytes;
    for (const mode of ['caffe', 'tf', 'torch'] as const) preprocessInput(x, { mode }).dispose();
    expect(() => preprocessInput([[1, 2, 3]])).toThrow(/three channels.*\(1, 3\)/);
    expect(() => preprocessInput(x, { dataFormat: 'channels_first' })).toThrow(ShapeError);
    expect(() => preprocessInput(x, { mode: 'keras' as never })).toThrow(
      /'caffe', 'tf' or 'torch'/,
    );
    expect(() => applications.vgg16.preprocessInput(x, { mode: 'tf' } as never)).toThrow(
      /unknown option 'mode'/,
    );
    expect(memory().bytes).toBe(before);
  });
});

describe('decodePredictions', () => {
  const classIndex: ClassIndex = Object.fromEntries(
    Array.from({ length: 1000 }, (_, i) => [
      String(i),
      [`n${String(i).padStart(8, '0')}`, `class ${i}`],
    ]),
  );

  it.each(decoded)('the $top likeliest classes', async ({ top, set, y }) => {
    const scores = Float32Array.from({ length: 2000 }, (_, i) => (i % 1000) * Math.fround(1e-7));
    for (const [row, place, value] of set) scores[1000 * row + place] = value;
    const predictions = tensor(scores, { shape: [2, 1000] });
    const options = { top, classIndex };
    expect(await applications.vgg16.decodePredictions(predictions, options)).toEqual(y);
  });

  it('takes the names of classes from a file', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'classes-'));
    const file = path.join(folder, 'classes.json');
    await writeFile(file, JSON.stringify({ 0: ['n1', 'cat'], 1: ['n2', 'dog'] }));
    const options = { top: 1, classIndex: file };
    expect(await decodePredictions([[0.25, 0.75]], options)).toEqual([[['n2', 'dog', 0.75]]]);
    await rm(folder, { recursive: true });
    const bytes = new TextEncoder().encode('{"0": ["n1", "cat"], "1": ["n2", "dog"]}');
    expect(await decodePredictions([[1, 0]], { ...options, classIndex: bytes })).toEqual([
      [['n1', 'cat', 1]],
    ]);
  });

  it('refuses other shapes, other numbers of classes and what is not a class index', async () => {
    const two = { 0: ['n1', 'cat'], 1: ['n2', 'dog'] } as const;
    const decode = (predictions: unknown, options: object): Promise<unknown> =>
      decodePredictions(predictions as Tensor, options as never);
    await expect(decode([1, 0], { classIndex: two })).rejects.toThrow(
      /\[pictures, classes\].*\(2,\)/,
    );
    await expect(decode([[1, 0, 0]], { classIndex: two })).rejects.toThrow(/3 classes.*has 2/);
    await expect(decode([[1, 0]], {})).rejects.toThrow(/classIndex is missing/);
    await expect(decode([[1, 0]], { classIndex: { 0: ['n1', 'cat'], 2: ['n2', 'dog'] } })).rejects.toThrow(/for "1"/); // prettier-ignore
    await expect(decode([[1, 0]], { classIndex: { 0: ['n1', 'cat'], 1: 'dog' } })).rejects.toThrow(FormatError); // prettier-ignore
    await expect(decode([[1, 0]], { classIndex: new Uint8Array([91, 93]) })).rejects.toThrow(FormatError); // prettier-ignore
    await expect(decode([[1, 0]], { classIndex: two, top: 0 })).rejects.toThrow(/top/);
    await expect(decode([[1, 0]], { classIndex: two, tops: 1 })).rejects.toThrow(/unknown option/);
  });
});
