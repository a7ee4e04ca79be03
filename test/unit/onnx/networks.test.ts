// Networks that PyTorch's two exporters wrote, against what PyTorch computes: predictions, and those after three steps of SGD.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { memory, optimizers, tensor, tidy } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { loadOnnx } from '../../../src/io/onnx.js';
import type { OnnxModel } from '../../../src/io/onnx.js';

interface Numbers {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: readonly number[];
}

interface Network {
  readonly inputs: readonly Numbers[];
  readonly output: Numbers;
  readonly files: Readonly<Record<string, { readonly file: string } | null>>;
  readonly target?: Numbers;
  readonly losses?: readonly number[];
  readonly output_after?: Numbers;
}

const folder =
  process.env['LANEGRAD_ONNX_DIR'] ??
  fileURLToPath(new URL('../../fixtures/onnx/', import.meta.url));
const expected = path.join(folder, 'expected.json');
const networks = existsSync(expected)
  ? (
      JSON.parse(readFileSync(expected, 'utf8')) as {
        readonly models: Readonly<Record<string, Network>>;
      }
    ).models
  : {};
const files = Object.entries(networks).flatMap(([name, network]) =>
  Object.values(network.files).flatMap((one) =>
    one === null ? [] : [{ name, file: one.file, network }],
  ),
);

const made = ({ shape, dtype, data }: Numbers): Tensor =>
  tensor([...data], { shape: [...shape], dtype: dtype === 'float32' ? 'float32' : 'int32' });

const inputOf = ({ inputs }: Network): Tensor | Tensor[] => {
  const tensors = inputs.map(made);
  return tensors.length === 1 ? (tensors[0] ?? tensors) : tensors;
};

/** The largest difference, beside 1 or the size of what is expected. */
function difference(found: Tensor, { shape, data }: Numbers): number {
  expect(found.shape).toEqual(shape);
  const numbers = found.data();
  return Math.max(
    ...data.map((value, i) => Math.abs(value - (numbers[i] ?? NaN)) / Math.max(1, Math.abs(value))),
  );
}

const outputOf = (model: OnnxModel, network: Network): Tensor =>
  model.predictOnBatch(inputOf(network)) as unknown as Tensor;

describe.skipIf(files.length === 0)(
  'networks of PyTorch (need ONNX files in LANEGRAD_ONNX_DIR)',
  () => {
    it.each(files)('predicts what PyTorch does: $file', async ({ file, network }) => {
      const before = memory().tensors;
      const model = await loadOnnx(path.join(folder, file));
      const worst = tidy(() => difference(outputOf(model, network), network.output));
      model.dispose();
      expect(worst).toBeLessThan(1e-4);
      expect(memory().tensors).toBe(before);
    });

    // Its exporter has folded normalizations with statistics into the kernels before them: by what it has multiplied these, which says how
    // fast they learn, does not stand in the file.
    const folded = ['residual.script.onnx'];

    it.each(
      files.filter(
        ({ file, network }) => network.output_after !== undefined && !folded.includes(file),
      ),
    )('trains as PyTorch does: $file', async ({ file, network }) => {
      const { target, output_after: after, losses = [] } = network;
      if (target === undefined || after === undefined) throw new Error('no target');
      const model = await loadOnnx(path.join(folder, file));
      model.compile({ optimizer: new optimizers.SGD({ learningRate: 0.05 }), loss: 'mse' });
      tidy(() => {
        const [x, y] = [inputOf(network), made(target)];
        const found = losses.map(() =>
          Number(Object.values(model.trainOnBatch(x as never, y as never))[0]),
        );
        found.forEach((loss, i) => {
          // As in Keras, the mean of all steps so far.
          const before = losses.slice(0, i + 1);
          expect(loss).toBeCloseTo(before.reduce((a, b) => a + b, 0) / before.length, 3);
        });
        expect(difference(outputOf(model, network), after)).toBeLessThan(2e-4);
      });
      model.dispose();
    });
  },
);
