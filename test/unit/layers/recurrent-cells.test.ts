// Cells: those of users, dropout and weights.
import { describe, expect, it } from 'vitest';
import '../../../src/known.js';
import * as layers from '../../../src/layers.js';
import { differentiate } from '../../../src/engine/ops/control/grad.js';
import { sum } from '../../../src/engine/ops/index.js';
import { setSeed } from '../../../src/random.js';
import { FormatError } from '../../../src/errors.js';
import { loadModel } from '../../../src/models.js';
import { ones, tensor, tidy } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';

const x = tensor(
  Float32Array.from({ length: 24 }, (_, i) => Math.sin(i + 1)),
  { shape: [2, 4, 3] },
);

const list = (t: Tensor): number[] => Array.from(t.data());

/** Adds up what comes. */
const sums: layers.RNNCell = {
  stateSize: 3,
  call: (input, { states: [before] }) => {
    const after = input.add(before as Tensor);
    return [after, [after]];
  },
};

describe('a custom cell', () => {
  it('runs over the steps', () => {
    const y = new layers.RNN(sums, { returnSequences: true }).apply(x);
    expect(y.shape).toEqual([2, 4, 3]);
    const steps = x.toArray() as number[][][];
    const expected = steps.map((sample) => {
      const total = [0, 0, 0];
      return sample.map((row) => row.map((value, i) => (total[i] = (total[i] ?? 0) + value)));
    });
    list(y).forEach((value, i) => {
      expect(value).toBeCloseTo(expected.flat(2)[i] ?? NaN, 5);
    });
  });

  it('begins with the states that it gives, and with those of the call before them', () => {
    const cell = { ...sums, getInitialState: (batch: number) => [ones([batch, 3])] };
    const total = x.sum(1);
    const close = (y: Tensor, more: number): void => {
      list(y).forEach((value, i) => {
        expect(value).toBeCloseTo((list(total)[i] ?? NaN) + more, 5);
      });
    };
    close(new layers.RNN(cell).apply(x), 1);
    close(new layers.RNN(cell).apply(x, { initialState: ones([2, 3]).mul(5) }), 5);
    close(new layers.RNN(sums).apply(x), 0);
  });

  it('may be a layer with weights, which is saved by its class', () => {
    class Scaled extends layers.Layer<Tensor, layers.CellOutput, layers.CellArguments> {
      static override readonly className = 'Scaled';
      readonly stateSize = 3;
      scale: layers.Layer['weights'][number] | undefined;
      override build(): void {
        this.scale = this.addWeight('scale', [3], { initializer: 'ones' });
      }
      override call(
        input: Tensor,
        { states: [h] }: layers.CallOptions & layers.CellArguments,
      ): layers.CellOutput {
        const after = input.add((h as Tensor).mul(this.scale?.value ?? 1));
        return [after, [after]];
      }
    }
    layers.registerLayer(Scaled);
    const layer = new layers.RNN(new Scaled({ name: 'scaled' }), { name: 'rnn' });
    const y = layer.apply(x);
    expect(layer.weights.map(({ path }) => path)).toEqual(['rnn/scaled/scale']);
    const again = layers.deserialize(layers.serialize(layer));
    expect(list(again.apply(x))).toEqual(list(y));
  });

  it.each([
    [{}, /RNN layer 'rnn\S*': cell must be a cell/],
    [{ call: (input: Tensor) => input }, /RNN layer 'rnn\S*': cell: .* has no stateSize/],
    [{ ...sums, stateSize: 'three' }, /has no stateSize/],
    [{ ...sums, stateSize: [3, 0] }, /stateSize must be/],
    [[], /cells is an empty list/],
  ])('is refused if it is none: %#', (cell, message) => {
    expect(() => new layers.RNN(cell as never)).toThrow(message);
  });

  it('is refused by name where it gives something else', () => {
    const wrong = { stateSize: 3, call: (input: Tensor) => input } as unknown as layers.RNNCell;
    expect(() => new layers.RNN(wrong).apply(x)).toThrow(
      /RNN layer 'rnn\S*': call\(\) of cell must return \[output, states\]/,
    );
    expect(() => new layers.RNN(sums).getConfig()).toThrow(/plain object, which cannot be saved/);
  });
});

describe('what does not fit is refused, naming the layer', () => {
  const two = (states: (h: Tensor) => unknown): layers.RNNCell =>
    ({
      stateSize: [3, 3],
      call: (input: Tensor, { states: [h] }: layers.CellArguments) => [input, states(h as Tensor)],
    }) as unknown as layers.RNNCell;

  it.each<[string, (h: Tensor) => unknown, RegExp]>([
    [
      'one state of two',
      (h) => [h],
      /must be 2 tensors of shapes \(2, 3\), \(2, 3\), got 1 tensor/,
    ],
    ['three of two', (h) => [h, h, h], /got 3 tensors/],
    ['another length', (h) => [h, ones([2, 5])], /got shape \(2, 5\) for state 1/],
    ['no tensor', (h) => [h, 5], /must be a tensor or a list of tensors, got 5/],
  ])('%s after a step', (_, states, message) => {
    for (const mask of [null, ones([2, 4], 'bool')]) {
      const run = (): unknown => new layers.RNN(two(states), { name: 'own' }).apply(x, { mask });
      expect(run).toThrow(/RNN layer 'own': what call\(\) of cell returns as states/);
      expect(run).toThrow(message);
    }
  });

  it.each(['LSTM', 'GRUCell', 'SimpleRNN', 'Bidirectional', 'StackedRNNCells'])(
    'hostile numbers in a config of %s',
    (name) => {
      for (const units of [1e9, -1, 0, NaN, 1.5, '3', null]) {
        const inner = { class_name: 'LSTM', config: { units } };
        const cells = [{ class_name: 'LSTMCell', config: { units } }];
        const config =
          name === 'Bidirectional' ? { layer: inner } : name === 'StackedRNNCells' ? { cells } : { units }; // prettier-ignore
        expect(() => layers.deserialize({ class_name: name, config })).toThrow(/units must be/);
      }
    },
  );

  it.each([
    [{ class_name: 'Nope', config: {} }, /cell: Unknown layer 'Nope'/],
    [{ class_name: 'Dense', config: { units: 2 } }, /has no stateSize/],
    [null, /cell must be a cell/],
  ])('a config of something else than a cell: %#', (cell, message) => {
    expect(() => layers.deserialize({ class_name: 'RNN', config: { cell } })).toThrow(message);
  });

  it('a file of cells in cells without end', async () => {
    let cell: object = { class_name: 'LSTMCell', config: { units: 2 } };
    for (let i = 0; i < 5000; i++)
      cell = { class_name: 'StackedRNNCells', config: { cells: [cell] } };
    const json = {
      modelTopology: {
        class_name: 'Sequential',
        config: {
          name: 'deep',
          layers: [{ class_name: 'RNN', config: { cell, batch_input_shape: [null, 4, 3] } }],
        },
      },
      weightsManifest: [{ paths: ['w.bin'], weights: [] }],
      format: 'layers-model',
    };
    const read = (name: string): Uint8Array =>
      name === 'model.json' ? new TextEncoder().encode(JSON.stringify(json)) : new Uint8Array();
    await expect(loadModel({ read })).rejects.toThrow(FormatError);
  });

  it('whole numbers beyond those of an Embedding, and those of fractions', () => {
    const layer = new layers.Embedding(5, 2, { name: 'words' });
    expect(() => layer.apply([[1, 2], [3, 7]])).toThrow(/layer 'words': .*index 7 at position 3 \(row 1\)/); // prettier-ignore
    expect(() => layer.apply([[1, -2]])).toThrow(
      /layer 'words': .*index -2 at position 1 \(row 0\)/,
    );
    expect(() => layer.apply([[1, 2.5]])).toThrow(/layer 'words': .*whole numbers/);
  });

  it('a batch of another size for a stateful layer, also with states of that size', () => {
    const layer = new layers.LSTM(2, { stateful: true, name: 'kept' });
    layer.apply(x);
    const initialState = [ones([3, 2]), ones([3, 2])];
    expect(() => layer.apply(ones([3, 4, 3]), { initialState })).toThrow(
      /layer 'kept': .*keeps the states of 2 samples, got input of shape \(3, 4, 3\)\. .*resetState/,
    );
    layer.dispose();
  });
});

describe('dropout', () => {
  const names = ['SimpleRNN', 'LSTM', 'GRU'] as const;

  it.each(names)('of the input of %s drops the same elements at all steps', (name) => {
    const layer = new layers[name](1, { dropout: 0.5, seed: 3, useBias: false });
    layer.build([null, 4, 3]);
    const dropped = new Set<string>();
    for (let i = 0; i < 20; i++) {
      tidy(() => {
        const { gradients } = differentiate('test', () => sum(layer.apply(x, { training: true })), [
          x,
        ]);
        const steps = (gradients[0] as Tensor).toArray() as number[][][];
        for (const sample of steps) {
          const zero = sample.map((row) => row.map((value) => value === 0).join());
          expect(new Set(zero).size).toBe(1);
          dropped.add(zero[0] ?? '');
        }
      });
    }
    expect(dropped.size).toBeGreaterThan(3);
  });

  it.each(names)(
    'of %s changes with each batch, begins with the seed, and rests in inference',
    (name) => {
      const outputs = (): number[][] => {
        setSeed(1);
        const layer = new layers[name](3, { dropout: 0.3, recurrentDropout: 0.4, seed: 5 });
        const ys = [true, true, false, false].map((training) => list(layer.apply(x, { training })));
        layer.dispose();
        return ys;
      };
      const [first, second, third, fourth] = outputs();
      expect(first).not.toEqual(second);
      expect(third).toEqual(fourth);
      expect(outputs()[0]).toEqual(first);
    },
  );

  it('of all elements leaves the bias', () => {
    const layer = new layers.SimpleRNN(2, {
      dropout: 1,
      recurrentDropout: 1,
      activation: null,
      biasInitializer: 'ones',
    });
    expect(list(layer.apply(x, { training: true }))).toEqual([1, 1, 1, 1]);
  });
});

describe('one operation for all steps', () => {
  const cells = {
    LSTM: (options: layers.LSTMCellOptions) => new layers.LSTMCell(5, options),
    GRU: (options: layers.GRUCellOptions) => new layers.GRUCell(5, options),
    SimpleRNN: (options: layers.SimpleRNNCellOptions) => new layers.SimpleRNNCell(5, options),
  } as const;
  const mask = tensor(
    [
      [true, true, false, true],
      [false, true, true, false],
    ],
    { dtype: 'bool' },
  );
  const ways = [{}, { goBackwards: true }, { zeroOutputForMask: true }];
  const rows = Object.keys(cells).flatMap((name) =>
    ways.flatMap((way) => [null, mask].map((own) => [name, way, own] as const)),
  );

  it.each(rows)('of %s gives what the cell gives step by step: %o, mask %s', (name, way, own) => {
    const kind = name as keyof typeof cells;
    const all = { ...way, returnSequences: true, returnState: true } as const;
    const fused = new layers[kind](5, all);
    const stepwise = new layers.RNN(cells[kind]({}), all);
    const compare = (): void => {
      const options = { mask: own };
      const [a, b] = [fused, stepwise].map((layer) => {
        const weights = layer.weights.map(({ value }) => value);
        const { value, gradients } = differentiate(
          'test',
          () =>
            (layer.apply(x, options) as readonly Tensor[])
              .map((y) => sum(y.mul(y)))
              .reduce((total, one) => total.add(one)),
          [x, ...weights],
        );
        return [value, ...gradients].map((one) => list(one as Tensor));
      }) as [number[][], number[][]];
      a.flat().forEach((value, i) => {
        expect(value).toBeCloseTo(b.flat()[i] ?? NaN, 4);
      });
    };
    fused.build([null, 4, 3]);
    fused.cell.call = () => expect.fail('the cell was called');
    stepwise.build([null, 4, 3]);
    tidy(() => {
      stepwise.setWeights(fused.getWeights());
      compare();
    });
    fused.dispose();
    stepwise.dispose();
  });
});

describe('weights', () => {
  it('of the forget gate begin with a bias of ones', () => {
    const layer = new layers.LSTM(2, { biasInitializer: 'zeros' });
    layer.build([null, 4, 3]);
    expect(list(layer.cell.bias?.value as Tensor)).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
    const plain = new layers.LSTM(2, { unitForgetBias: false, biasInitializer: 'ones' });
    plain.build([null, 4, 3]);
    expect(list(plain.cell.bias?.value as Tensor)).toEqual(new Array(8).fill(1));
  });

  it('have penalties, and are frozen with the layer', () => {
    const layer = new layers.GRU(2, {
      kernelRegularizer: 'l2',
      recurrentRegularizer: 'l2',
      biasRegularizer: 'l2',
      recurrentConstraint: 'max_norm',
    });
    layer.apply(x);
    expect(layer.losses()).toHaveLength(3);
    expect(layer.weights.filter(({ constraint }) => constraint !== undefined)).toHaveLength(1);
    layer.trainable = false;
    expect(layer.trainableWeights).toEqual([]);
    expect(new layers.GRU(2, { trainable: false }).cell.trainable).toBe(false);
  });

  it('of a stack are those of all cells, also with a list of cells', () => {
    const layer = new layers.RNN([new layers.LSTMCell(2), new layers.SimpleRNNCell(3)]);
    layer.build([null, 4, 3]);
    expect(layer.weights.map(({ shape }) => shape)).toEqual([
      [3, 8],
      [2, 8],
      [8],
      [2, 3],
      [3, 3],
      [3],
    ]);
  });
});
