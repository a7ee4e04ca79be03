// Recurrent layers: what Keras's numbers (test/golden/recurrent.test.ts) do not show.
import { afterEach, describe, expect, it, vi } from 'vitest';
import '../../../src/known.js';
import * as layers from '../../../src/layers.js';
import { Input } from '../../../src/layers.js';
import { loadModel, Model, Sequential } from '../../../src/models.js';
import { differentiate } from '../../../src/engine/ops/control/grad.js';
import { concat, mul, sum } from '../../../src/engine/ops/index.js';
import { memory, ones, Tensor, tensor, tidy, zeros } from '../../../src/engine/tensor/index.js';
import { setSeed } from '../../../src/random.js';

const x = tensor(
  Float32Array.from({ length: 24 }, (_, i) => Math.sin(i + 1)),
  { shape: [2, 4, 3] },
);

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;
const list = (t: Tensor): number[] => Array.from(t.data());

afterEach(() => {
  vi.restoreAllMocks();
});

describe('states', () => {
  it('come as the type says', () => {
    const [y, h, c] = new layers.LSTM(2, { returnState: true }).apply(x);
    expect([y, h, c].map(({ shape }) => shape)).toEqual([
      [2, 2],
      [2, 2],
      [2, 2],
    ]);
    expect(list(y)).toEqual(list(h));
    y.dispose();
    expect(h.isDisposed).toBe(false);
    const both = new layers.Bidirectional(new layers.GRU(2, { returnState: true }), {
      mergeMode: null,
    });
    const [forwards, , , last] = both.apply(x);
    expect(forwards.shape).toEqual(last.shape);
    const stacked = new layers.RNN([new layers.LSTMCell(2), new layers.GRUCell(3)], {
      returnState: true,
    });
    const [output, ...states] = stacked.apply(x);
    expect(output.shape).toEqual([2, 3]);
    expect(states.map((own) => (isTensor(own) ? 1 : own.length))).toEqual([2, 1]);
  });

  it('go on from call to call in a stateful layer, until they are reset', () => {
    const whole = new layers.GRU(2, { returnSequences: true });
    whole.build([null, 4, 3]);
    const parts = new layers.GRU(2, { stateful: true });
    parts.build([null, 2, 3]);
    parts.setWeights(whole.getWeights());
    expect(parts.states).toBeNull();
    parts.apply(x.slice(':', [0, 2]));
    const y = parts.apply(x.slice(':', [2, 4]));
    const expected = whole.apply(x).slice(':', 3);
    list(y).forEach((value, i) => {
      expect(value).toBeCloseTo(list(expected)[i] ?? NaN, 6);
    });
    expect(parts.states?.map(({ shape }) => shape)).toEqual([[2, 2]]);
    expect(parts.weights).toHaveLength(3);
    expect(() => parts.apply(zeros([1, 2, 3]))).toThrow(
      /GRU layer 'gru\S*: the layer is stateful and keeps the states of 2 samples, got input of shape \(1, 2, 3\)/,
    );
    parts.resetState();
    expect(parts.states).toBeNull();
    expect(parts.apply(zeros([1, 2, 3])).shape).toEqual([1, 2]);
    parts.dispose();
  });

  it('of a stateful layer may change while a gradient is recorded', () => {
    const layer = new layers.LSTM(2, { stateful: true });
    layer.apply(x);
    const kernel = layer.cell.kernel.value;
    for (let i = 0; i < 2; i++) {
      const { gradients } = tidy(() => differentiate('test', () => sum(layer.apply(x)), [kernel]));
      expect(gradients[0]?.shape).toEqual([3, 8]);
    }
    layer.dispose();
  });

  it.each([
    [
      [ones([2, 2])],
      /LSTM layer 'lstm\S*': initialState must be 2 tensors of shapes .*got 1 tensor/,
    ],
    [[ones([2, 2]), ones([3, 2])], /got shape \(3, 2\) for state 1/],
    [[ones([2, 2]), 5], /must be a tensor or a list of tensors, got 5/],
  ])('are refused that do not fit: %#', (initialState, message) => {
    expect(() => new layers.LSTM(2).apply(x, { initialState } as never)).toThrow(message);
  });

  it('may be symbolic', () => {
    const [input, state] = [Input([4, 3]), Input([2])];
    const gru = new layers.GRU(2);
    const model = new Model({
      inputs: [input, state],
      outputs: gru.apply(input, { initialState: state }),
    });
    const h = ones([2, 2]);
    expect(list(model.apply([x, h]))).toEqual(list(gru.apply(x, { initialState: h })));
    expect(() => gru.apply(input, { initialState: Input([3]) })).toThrow(
      /initialState must be one tensor of shape \(None, 2\), got shape \(None, 3\)/,
    );
    expect(() => gru.apply(x, { initialState: state })).toThrow(/must be a tensor/);
  });
});

describe('a step that a mask leaves out', () => {
  // x · 2 as output, and the count of steps as state.
  const counter = (stateSize: number): layers.RNNCell => ({
    stateSize,
    outputSize: 3,
    call: (input, { states: [h] }) => [input.mul(2), [(h as Tensor).add(1)]],
  });
  const mask = tensor([[false, true, false, false], [false, false, true, false]]); // prettier-ignore
  const run = (cell: layers.RNNCell, options: object = {}): number[][][] =>
    new layers.RNN(cell, { returnSequences: true, ...options })
      .apply(x, { mask })
      .toArray() as number[][][];

  it('has the first state as its output, as Keras on JAX has it', () => {
    const [first, second] = run(counter(3));
    const twice = (x.toArray() as number[][][]).map((sample) => sample.map((row) => row.map((v) => Math.fround(2 * v)))); // prettier-ignore
    expect(first).toEqual([[0, 0, 0], twice[0]?.[1], [1, 1, 1], [1, 1, 1]]);
    expect(second).toEqual([[0, 0, 0], [0, 0, 0], twice[1]?.[2], [1, 1, 1]]);
    expect(run(counter(3), { zeroOutputForMask: true })[0]?.[2]).toEqual([0, 0, 0]);
  });

  it('repeats the output where the state has another shape', () => {
    const [first, second] = run(counter(2));
    expect(first?.[0]).toEqual([0, 0, 0]);
    expect(first?.[3]).toEqual(first?.[1]);
    expect(second?.[3]).toEqual(second?.[2]);
  });

  it('has the state of the last cell, in stacks of stacks too', () => {
    const [inner, outer] = [
      new layers.StackedRNNCells([new layers.LSTMCell(3), new layers.GRUCell(3)]),
      new layers.LSTMCell(3),
    ];
    const layer = new layers.RNN([outer, inner], { returnSequences: true });
    const states = [1, 2, 3, 4, 5].map((value) => ones([2, 3]).mul(value));
    const y = layer.apply(x, { mask, initialState: states }).toArray() as number[][][];
    expect(y[0]?.[0]).toEqual([5, 5, 5]);
    expect(y[1]?.[1]).toEqual([5, 5, 5]);
  });
});

describe('input that does not fit', () => {
  it('is refused, naming layer and shapes', () => {
    const layer = new layers.LSTM(2, { name: 'words' });
    expect(() => layer.apply(ones([2, 3]))).toThrow(/LSTM layer 'words' takes input of 3 axes/);
    layer.apply(x);
    expect(() => layer.apply(zeros([2, 0, 3]))).toThrow(
      /'words': the input has shape \(2, 0, 3\), that is no steps/,
    );
    expect(() => layer.apply(x, { mask: ones([2, 3]) })).toThrow(
      /'words': the mask must have one element for each step, that is shape \(2, 4\).*got shape \(2, 3\)/,
    );
    expect(() => layer.apply(ones([2, 4, 5]))).toThrow(/axis -1 must have length 3/);
    expect(layer.apply(zeros([0, 4, 3])).shape).toEqual([0, 2]);
  });

  it('of TimeDistributed is refused likewise', () => {
    const layer = new layers.TimeDistributed(new layers.Flatten(), { name: 'each' });
    expect(() => layer.apply(zeros([2, 0, 3]))).toThrow(/'each': the input has shape .* no steps/);
    expect(() => layer.apply(x, { mask: ones([2, 3]) })).toThrow(/'each': the mask must begin/);
    expect(() => new layers.TimeDistributed({} as never)).toThrow(/layer must be a layer/);
    const several = new layers.TimeDistributed(new layers.LSTM(2, { returnState: true }));
    expect(() => several.apply(zeros([2, 2, 4, 3]))).toThrow(/must give one/);
  });

  it('Bidirectional takes two layers that go together', () => {
    const make = (layer: unknown, backwardLayer: unknown = null): unknown =>
      new layers.Bidirectional(layer as layers.GRU, { backwardLayer } as never);
    expect(() => make(new layers.Dense(2))).toThrow(/layer must be a recurrent layer/);
    expect(() => make(new layers.GRU(2, { goBackwards: true }))).toThrow(/goes backwards already/);
    expect(() => make(new layers.GRU(2), new layers.GRU(2))).toThrow(/goes forwards/);
    expect(() =>
      make(new layers.GRU(2), new layers.GRU(2, { goBackwards: true, returnSequences: true })),
    ).toThrow(/must agree in returnSequences/);
  });
});

describe('Bidirectional', () => {
  it('of a config whose layers were built leaves no weights without an owner', () => {
    const layer = new layers.Bidirectional(new layers.LSTM(2));
    layer.build([null, 4, 3]);
    const config = JSON.parse(JSON.stringify(layers.serialize(layer))) as {
      config: { layer: object };
    };
    config.config.layer = { ...config.config.layer, build_config: { input_shape: [null, 4, 3] } };
    layer.dispose();
    const before = memory().tensors;
    layers.deserialize(config as never).dispose();
    expect(memory().tensors).toBe(before);
  });

  it('runs its second layer backwards', () => {
    const layer = new layers.Bidirectional(new layers.GRU(2, { returnSequences: true }), {
      mergeMode: null,
    });
    const [forwards, backwards] = layer.apply(x);
    const { forwardLayer, backwardLayer } = layer;
    expect([forwardLayer.name, backwardLayer.name]).toEqual([
      expect.stringMatching(/^forward_gru/),
      expect.stringMatching(/^backward_gru/),
    ]);
    expect(list(forwards)).toEqual(list(forwardLayer.apply(x) as Tensor));
    expect(list(backwards.slice(':', '::-1'))).toEqual(list(backwardLayer.apply(x) as Tensor));
    const concatenated = new layers.Bidirectional(new layers.GRU(2, { returnSequences: true }));
    concatenated.build([null, 4, 3]);
    concatenated.setWeights(layer.getWeights());
    expect(list(concatenated.apply(x))).toEqual(list(concat([forwards, backwards], -1)));
  });
});

it('Bidirectional makes two layers of one with all its options', () => {
  const inner = new layers.LSTM(2, {
    kernelInitializer: () => ones([3, 8]),
    activation: (z) => z.mul(0.5),
    kernelRegularizer: 'l2',
    activityRegularizer: 'l1',
    trainable: false,
    dropout: 0.25,
  });
  const { forwardLayer, backwardLayer } = new layers.Bidirectional(inner);
  for (const layer of [forwardLayer, backwardLayer] as layers.LSTM[]) {
    expect(layer).not.toBe(inner);
    expect(layer.activation).toBe(inner.activation);
    expect(layer).toMatchObject({ units: 2, dropout: 0.25, trainable: false });
    expect(layer.activityRegularizer).toBe(inner.activityRegularizer);
  }
  const cells = [new layers.GRUCell(2), new layers.LSTMCell(3)];
  const both = new layers.Bidirectional(new layers.RNN(cells));
  both.build([null, 4, 3]);
  expect(new Set(both.weights).size).toBe(12);
  const sums: layers.RNNCell = { stateSize: 3, call: (input) => [input, [input]] };
  expect(new layers.Bidirectional(new layers.RNN(sums)).apply(x).shape).toEqual([2, 6]);
});

describe('a mask', () => {
  it('that travels with the input reaches the cell, and ends', () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue(undefined);
    const words = tensor([
      [1, 2, 0],
      [3, 0, 0],
    ]);
    const embedding = new layers.Embedding(4, 3, { maskZero: true });
    const lstm = new layers.LSTM(2);
    const y = lstm.apply(embedding.apply(words));
    expect(y.mask).toBeUndefined();
    const short = lstm.apply(embedding.apply(words.slice([0, 1], [0, 2])));
    expect(list(y).slice(0, 2)).toEqual(list(short));
    // No layer behind the last state needs the mask.
    expect(warn).not.toHaveBeenCalled();
    new layers.Bidirectional(new layers.LSTM(2)).apply(embedding.apply(words));
    expect(warn).not.toHaveBeenCalled();
    const both = new layers.Bidirectional(new layers.LSTM(2, { returnSequences: true }));
    // A mask that is given does not travel.
    both.apply(zeros([2, 3, 3]), { mask: words.notEqual(0) });
    expect(warn).not.toHaveBeenCalled();
    both.apply(embedding.apply(words));
    expect(warn.mock.calls.flat().join()).toMatch(
      /^lanegrad: Bidirectional .*does not pass masks on/,
    );
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('is passed on, as before Keras 3.16, where supportsMasking is set', () => {
    const words = tensor([
      [1, 2, 0],
      [3, 0, 0],
    ]);
    const options = { returnSequences: true, returnState: true } as const;
    for (const first of [
      new layers.LSTM(2, options),
      new layers.Bidirectional(new layers.GRU(2, options)),
    ]) {
      const second = new layers.LSTM(3);
      const given = new layers.Embedding(4, 3, { maskZero: true }).apply(words);
      first.supportsMasking = true;
      const [sequence, ...states] = first.apply(given);
      expect(sequence?.mask?.toArray()).toEqual([
        [true, true, false],
        [true, false, false],
      ]);
      expect(states.map(({ mask }) => mask)).toEqual(states.map(() => undefined));
      const unmasked = tensor(sequence ?? [], {});
      const wanted = second.apply(unmasked, { mask: words.notEqual(0) });
      expect(list(second.apply(sequence))).toEqual(list(wanted));
      expect(list(wanted)).not.toEqual(list(second.apply(unmasked)));
    }
  });
});

describe('memory', () => {
  it('of a long sequence is not held until the end', () => {
    // Step by step, as there is no operation of this activation for all steps.
    const layer = new layers.LSTM(8, { activation: 'softsign' });
    const long = zeros([4, 200, 2]);
    layer.build([null, 200, 2]);
    let most = 0;
    const cell = layer.cell;
    const call = cell.call.bind(cell);
    cell.call = (input, options) => {
      most = Math.max(most, memory().bytes);
      return call(input, options);
    };
    const before = memory().bytes;
    const y = layer.apply(long);
    // The input by steps, and a few tensors of one step.
    expect(most - before).toBeLessThan(2 * long.byteLength + 64 * 4 * 8 * 4);
    for (const t of [y, long]) t.dispose();
    layer.dispose();
  });

  it('is given back, also after an error in a cell', () => {
    const failing: layers.RNNCell = {
      stateSize: 3,
      call: (input) => {
        throw new Error(String(input.add(1).shape));
      },
    };
    const before = memory();
    expect(() => new layers.RNN(failing).apply(x)).toThrow(/3/);
    expect(memory()).toEqual(before);
  });
});

describe('models of recurrent layers', () => {
  it('learn, are saved and loaded', async () => {
    setSeed(7);
    const model = new Sequential([
      new layers.Embedding(5, 4, { inputShape: [6] }),
      new layers.Bidirectional(new layers.LSTM(4, { returnSequences: true, dropout: 0.1 })),
      new layers.TimeDistributed(new layers.Dense(3, { activation: 'relu' })),
      new layers.GRU(4),
      new layers.Dense(1, { activation: 'sigmoid' }),
    ]);
    model.compile({ optimizer: 'adam', loss: 'binary_crossentropy' });
    const words = tensor(
      Float32Array.from({ length: 16 * 6 }, (_, i) => (i * 7) % 5),
      { shape: [16, 6] },
    );
    // Whether the first word is below 2.
    const first = words.slice(':', [0, 1]).less(2).astype('float32');
    const { history } = await model.fit(words, first, { epochs: 8, batchSize: 4, verbose: 0 });
    const { loss = [] } = history as { loss?: number[] };
    expect(loss.at(-1)).toBeLessThan(loss[0] ?? 0);
    let bytes = new Uint8Array();
    await model.save({ write: (_, all) => (bytes = all) }, { format: 'keras' });
    const again = await loadModel(bytes);
    const [a, b] = [await model.predict(words), await again.predict(words)] as Tensor[];
    expect(list(a as Tensor)).toEqual(list(b as Tensor));
    for (const each of [model, again]) each.dispose();
  });
});

it('gradients are those of differences', () => {
  const layer = new layers.GRU(2, { returnSequences: true, resetAfter: false });
  layer.build([null, 4, 3]);
  const weigh = tensor(
    Float32Array.from({ length: 16 }, (_, i) => Math.cos(i)),
    { shape: [2, 4, 2] },
  );
  const f = (): Tensor => sum(mul(layer.apply(x), weigh));
  const { value } = layer.cell.recurrentKernel;
  tidy(() => {
    const { gradients } = differentiate('test', f, [value]);
    const gradient = list(gradients[0] as Tensor);
    const kernel = layer.cell.recurrentKernel;
    const start = list(value);
    gradient.forEach((expected, i) => {
      const at = (step: number): number => {
        kernel.assign(
          tensor(
            Float32Array.from(start, (v, j) => v + (i === j ? step : 0)),
            { shape: [2, 6] },
          ),
        );
        return f().item();
      };
      expect((at(1e-2) - at(-1e-2)) / 2e-2).toBeCloseTo(expected, 2);
    });
  });
});
