import { expect, it } from 'vitest';
import { tensor } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { loadOnnx, saveOnnx } from 'lanegrad/io/onnx';
import { onnxHead } from '../../../examples/onnx-head.js';

it('a classifier that PyTorch wrote reads digits with a new head, better once all of it has learned, and is written again', async () => {
  const lines: string[] = [];
  const { model, head, fineTuned } = await onnxHead({
    epochs: 2,
    report: (line) => void lines.push(line),
  });
  expect(lines).toEqual([expect.stringMatching(/^Weights of the file: .*0\.weight, 0\.bias/)]);
  expect(head).toBeGreaterThan(0.6);
  expect(fineTuned).toBeGreaterThan(head);
  expect(fineTuned).toBeGreaterThan(0.9);

  let file = new Uint8Array();
  await saveOnnx(model, { write: (_, bytes) => void (file = bytes) });
  const again = await loadOnnx(file);
  const image = tensor(
    Float32Array.from({ length: 64 }, (_, i) => (i % 7) / 7),
    { shape: [1, 8, 8, 1] },
  );
  const numbersOf = (reader: { predictOnBatch(x: never): unknown }): number[] =>
    Array.from((reader.predictOnBatch(image as never) as Tensor).data());
  const [expected, found] = [numbersOf(model), numbersOf(again)];
  expected.forEach((value, i) => {
    expect(found[i]).toBeCloseTo(value, 5);
  });
}, 60_000);
