// Complex numbers and Fourier transforms of graph models, against the sums that define them; and what inspectFile says of a graph.
import { describe, expect, it } from 'vitest';
import { memory, models, tensor } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { floats, graphModel, node, placeholder } from './files.js';
import type { Graph } from './files.js';

const values = [0.5, -1, 2, 0.25, 3, -0.75];
const count = values.length;

/** Σⱼ x[j] · e^(−2πi · jk / n): the real and the imaginary part. */
const spectrum = [0, 1, 2, 3, 4, 5].map((k) => {
  const angles = values.map((_, j) => (-2 * Math.PI * j * k) / count);
  const sum = (part: (angle: number) => number): number =>
    angles.reduce((total, angle, j) => total + (values[j] ?? 0) * part(angle), 0);
  return [sum(Math.cos), sum(Math.sin)] as const;
});

/** What a graph of x [1, 6] gives. */
async function given(graph: Graph): Promise<number[][]> {
  const before = memory().tensors;
  const model = await models.loadModel(graphModel(graph));
  const x = tensor([values]);
  const outputs = [model.predictOnBatch(x as never) as unknown as Tensor | Tensor[]].flat();
  const found = outputs.map((y) => [...y.data()]);
  for (const y of [...outputs, x]) y.dispose();
  model.dispose();
  expect(memory().tensors).toBe(before);
  return found;
}

const x = placeholder('x', [-1, count]);
const both = { re: 're', im: 'im' };
const parts = (of: string): ReturnType<typeof node>[] => [
  node('Real', 're', [of]),
  node('Imag', 'im', [of]),
];

describe('a graph model computes', () => {
  it('RFFT: the first half of the spectrum', async () => {
    const found = await given({
      nodes: [x, node('RFFT', 'f', ['x']), ...parts('f')],
      outputs: both,
    });
    spectrum.slice(0, 4).forEach(([re, im], k) => {
      expect(found[0]?.[k]).toBeCloseTo(re, 4);
      expect(found[1]?.[k]).toBeCloseTo(im, 4);
    });
  });

  it('FFT of complex numbers, and its magnitudes', async () => {
    const nodes = [x, node('Complex', 'z', ['x', 'x']), node('FFT', 'f', ['z'])];
    const [re, im] = await given({ nodes: [...nodes, ...parts('f')], outputs: both });
    const [abs] = await given({
      nodes: [...nodes, node('ComplexAbs', 'y', ['f'])],
      outputs: { y: 'y' },
    });
    // (1 + i) times the spectrum of x.
    spectrum.forEach(([a, b], k) => {
      expect(re?.[k]).toBeCloseTo(a - b, 4);
      expect(im?.[k]).toBeCloseTo(a + b, 4);
      expect(abs?.[k]).toBeCloseTo(Math.SQRT2 * Math.hypot(a, b), 4);
    });
  });

  it.each([
    ['IRFFT of RFFT', 'RFFT', 'IRFFT', []],
    ['IFFT of FFT', 'FFT', 'IFFT', [node('Real', 'y', ['back'])]],
  ])('%s: the numbers themselves', async (_, forth, back, more) => {
    const last = more.length === 0 ? 'y' : 'back';
    const nodes = [x, node(forth, 'f', ['x']), node(back, last, ['f']), ...more];
    const [found] = await given({ nodes, outputs: { y: 'y' } });
    values.forEach((value, j) => {
      expect(found?.[j]).toBeCloseTo(value, 5);
    });
  });
});

describe('inspectFile of a graph model', () => {
  const graph: Graph = {
    nodes: [
      placeholder('x', [-1, 2]),
      node('MatMul', 'hidden', ['x', 'dense/w']),
      node('Relu', 'y', ['hidden']),
    ],
    constants: [floats('dense/w', [2, 3], [1, 2, 3, -1, 0, 1])],
    inputs: { image: 'x' },
    outputs: { score: 'y' },
  };

  it('names operators, inputs, outputs and arrays', async () => {
    const file = await models.inspectFile(graphModel(graph));
    expect(file.format).toBe('tfjs-graph');
    expect(file.config).toBeUndefined();
    expect(file.metadata).toEqual({
      format: 'graph-model',
      operators: ['Placeholder × 1', 'MatMul × 1', 'Relu × 1', 'Const × 1'],
      inputs: ['image'],
      outputs: ['score'],
    });
    expect(file.arrays).toMatchObject([{ path: 'dense/w', shape: [2, 3], bytes: 24 }]);
    const lines: string[] = [];
    file.summary({ printFn: (text) => lines.push(text) });
    expect(lines.join('\n')).toMatch(/graph model of TensorFlow\.js.*outputs: score/);
  });

  it('compares its arrays with the weights of the model', async () => {
    const file = await models.inspectFile(graphModel(graph));
    const model = await models.loadModel(graphModel(graph));
    const quiet = { printFn: () => undefined };
    expect(file.compare(model as never, quiet)).toMatchObject({ status: 'success', matchCount: 1 });
    model.dispose();
  });
});
