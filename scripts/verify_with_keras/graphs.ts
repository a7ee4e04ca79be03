// Functional models that go to Keras and back.
import { Input, layers, models, Sequential, tensor } from '../../src/index.js';
import { numbers, SAMPLES } from './case.js';
import type { Case } from './case.js';

/** A graph between an input and an output, compiled. */
function graphCase(
  name: string,
  sample: readonly number[],
  draw: (x: layers.SymbolicTensor) => layers.SymbolicTensor,
): Case {
  const input = Input(sample);
  const flat = new layers.Flatten().apply(draw(input));
  const model = new models.Model({ inputs: input, outputs: new layers.Dense(2).apply(flat) });
  model.compile({ optimizer: 'adam', loss: 'mse', metrics: ['mae'] });
  const x = numbers([SAMPLES, ...sample]);
  return { name: `graph: ${name}`, model, x, y: numbers([SAMPLES, 2], 5000), resumes: true };
}

/** A model of one input and two outputs. */
function twoHeads(): models.Model<layers.SymbolicTensor, readonly layers.SymbolicTensor[]> {
  const x = Input([4]);
  const hidden = new layers.Dense(3, { activation: 'relu' }).apply(x);
  return new models.Model({
    inputs: x,
    outputs: [new layers.Dense(3).apply(hidden), new layers.Dense(3).apply(x)],
  });
}

/** Graphs of one input and one output. */
export function graphCases(): Case[] {
  const { Add, Average, Concatenate, Conv2D, Dense, Dot, Maximum, Minimum, Multiply, Subtract } =
    layers;
  return [
    graphCase('a residual', [6, 5, 3], (x) => {
      const conv = new Conv2D(3, 3, { padding: 'same', activation: 'relu' });
      const normalized = new layers.BatchNormalization().apply(conv.apply(x));
      return new Add().apply([x, normalized]);
    }),
    graphCase('merges', [4], (x) => {
      const [a, b] = [new Dense(3).apply(x), new Dense(3).apply(x)];
      const merged = [Average, Maximum, Minimum, Multiply, Subtract].map((Merge) =>
        new Merge().apply([a, b]),
      );
      return new Concatenate().apply([...merged, new Dot(1).apply([a, b])]);
    }),
    graphCase('operations', [4], (x) => {
      const h = new Dense(4, { name: 'h' }).apply(x);
      const scaled = h.mul(0.5).add(x).sub(1).div(2);
      const part = scaled.slice(':', '1:3').square().mean(1, true);
      return new Concatenate().apply([scaled.relu(), part, scaled.reshape(-1, 2, 2).max(2)]);
    }),
    graphCase('an operation with an array', [3], (x) => x.mul(tensor([1, 2, 3])).add([1, 0, 1])),
    graphCase('a shared layer', [4], (x) => {
      const shared = new Dense(4, { activation: 'tanh' });
      const [once, other] = [shared.apply(x), new Dense(4).apply(x)];
      return new Add().apply([shared.apply(once), shared.apply(other)]);
    }),
    graphCase('models inside, called twice', [4], (x) => {
      const inner = twoHeads();
      const stack = new Sequential([Input([3]), new Dense(4), new layers.LeakyReLU()]);
      const [a, b] = inner.apply(x) as readonly [layers.SymbolicTensor, layers.SymbolicTensor];
      const again = inner.apply(stack.apply(a));
      return new Concatenate().apply([...again, b]);
    }),
    graphCase('a model as the output', [4], (x) => {
      const y = Input([4]);
      const inner = new models.Model({ inputs: y, outputs: new Dense(2).apply(y) });
      return inner.apply(x);
    }),
    graphCase('a part of another model', [4], (x) => {
      const h = new Dense(5).apply(x);
      const whole = new models.Model({ inputs: x, outputs: new Dense(3).apply(h) });
      return whole.getLayer(1).output;
    }),
    withMask(),
  ];
}

/** A graph in which a mask travels. */
function withMask(): Case {
  const steps = Input([6]);
  const embedded = new layers.Embedding(10, 3, { maskZero: true }).apply(steps);
  const scaled = new layers.Dense(3, { activation: 'tanh' }).apply(embedded);
  const sum = new layers.Add().apply([embedded, scaled]);
  const pooled = new layers.GlobalAveragePooling1D().apply(sum);
  const model = new models.Model({ inputs: steps, outputs: new layers.Dense(2).apply(pooled) });
  model.compile({ optimizer: 'adam', loss: 'mse' });
  const values = Int32Array.from({ length: SAMPLES * 6 }, (_, i) => (i * 7) % 10);
  const [x, y] = [tensor(values, { shape: [SAMPLES, 6] }), numbers([SAMPLES, 2], 5000)];
  return { name: 'graph: a mask', model, x, y, resumes: true };
}
