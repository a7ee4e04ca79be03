// What operators give, in files of one or two nodes.
import { describe, expect, it } from 'vitest';
import { tensor } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import type { GraphMessage } from '../../../src/files/formats/onnx/schema.js';
import { loadOnnx } from '../../../src/io/onnx.js';
import { array, attribute, node, onnxFile, port } from './files.js';

/** What a graph gives for a batch. */
async function given(graph: Partial<GraphMessage>, ...inputs: Tensor[]): Promise<Tensor> {
  const model = await loadOnnx(onnxFile(graph));
  const x = inputs.length === 1 ? inputs[0] : inputs;
  const y = model.predictOnBatch(x as never) as unknown as Tensor;
  model.dispose();
  return y;
}

describe('an activation behind a product', () => {
  it('is not what an attribute of a file says', async () => {
    const graph = {
      input: [port('x', [-1, 2])],
      initializer: [array('w', [2, 1], [1, 1])],
      node: [node('MatMul', ['x', 'w'], ['y'], [attribute('fused activation', 'relu')])],
      output: [port('y', [-1, 1])],
    };
    const y = await given(graph, tensor([[-3, 1]]));
    expect(y.toArray()).toEqual([[-2]]);
  });
});
