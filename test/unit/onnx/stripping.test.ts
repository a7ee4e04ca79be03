// What of a file a model keeps as its graph.
import { expect, it } from 'vitest';
import { strippedOnnx } from '../../../src/files/formats/onnx/graph.js';
import { ModelProto } from '../../../src/files/formats/onnx/schema.js';
import type { SparseTensorMessage } from '../../../src/files/formats/onnx/schema.js';
import { tensor } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { loadOnnx } from '../../../src/io/onnx.js';
import { array, node, onnxFile, port } from './files.js';

/** A matrix [2, 2] with one number that is not 0, the last one. */
const sparse = (name: string, value: number): SparseTensorMessage => ({
  values: array(name, [1], [value]),
  indices: array('', [1], [3], true),
  dims: [2n, 2n],
});

const file = onnxFile({
  initializer: [array('b', [2], [1, 2]), array('other', [2], [3, 4])],
  sparseInitializer: [sparse('w', 5), sparse('unread', 6)],
  input: [port('x', [-1, 2]), port('w', [2, 2]), port('b', [2])],
  node: [node('MatMul', ['x', 'w'], ['p']), node('Add', ['p', 'b'], ['y'])],
});

it('the arrays that are weights are left out, sparse ones too, and what nothing reads', () => {
  const what = { needed: new Set(['p', 'y']), outputs: ['y'] };
  const left = (kept: readonly string[]): (string | undefined)[][] => {
    const bytes = strippedOnnx(ModelProto.decode(file, 'f'), { ...what, kept: new Set(kept) });
    const { graph } = ModelProto.decode(bytes, 'f');
    return [
      graph?.initializer.map(({ name }) => name) ?? [],
      graph?.sparseInitializer.map(({ values }) => values?.name) ?? [],
      graph?.input.map(({ name }) => name) ?? [],
    ];
  };
  expect(left([])).toEqual([['b'], ['w'], ['x', 'w', 'b']]);
  expect(left(['w'])).toEqual([['b'], [], ['x', 'b']]);
  expect(left(['w', 'b'])).toEqual([[], [], ['x']]);
});

it('a sparse array is a weight with its zeros', async () => {
  const model = await loadOnnx(file);
  expect(model.trainableWeights.map(({ name }) => name).toSorted()).toEqual(['b', 'w']);
  const y = model.predictOnBatch(tensor([[2, 3]])) as unknown as Tensor;
  expect(y.toArray()).toEqual([[1, 17]]);
  model.dispose();
});
