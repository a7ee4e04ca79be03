// What golden numbers do not say of attention layers: shapes and masks that do not fit, graphs, files, dropout, types.
import { describe, expect, expectTypeOf, it } from 'vitest';
import { Input, layers, models, random, ShapeError, tensor, ValueError, zeros } from '../../../src/index.js'; // prettier-ignore
import type { Tensor } from '../../../src/index.js';
import { memory, tidy } from '../../../src/engine/tensor/index.js';

const x = random.normal([2, 5, 6], { seed: 1 });
const y = random.normal([2, 4, 6], { seed: 2 });

const LAYERS = {
  MultiHeadAttention: () => new layers.MultiHeadAttention(2, 3),
  GroupQueryAttention: () => new layers.GroupQueryAttention(3, 4, 2),
  Attention: () => new layers.Attention(),
  AdditiveAttention: () => new layers.AdditiveAttention(),
};

describe.each(Object.entries(LAYERS))('%s', (name, make) => {
  it.each<[string, unknown, RegExp]>([
    [
      'one tensor',
      x,
      /takes a list of tensors, \[query, value\] or \[query, value, key\], got one tensor, of shape \((2|None), 5, 6\)/,
    ],
    ['a list of one', [x], /got a list of one tensor/],
    ['four tensors', [x, y, y, y], /got a list of 4 tensors/],
    [
      'batches of other lengths',
      [x, zeros([3, 4, 6])],
      /shapes \[\(None, 5, 6\), \(None, 4, 6\)\]|\(2, 5, 6\), \(3, 4, 6\)/,
    ],
    ['a vector', [x, zeros([2, 6])], /each must be \(batch, steps, features\)/],
    ['a key for each value', [x, y, zeros([2, 3, 6])], /a value for each key/],
  ])('refuses %s', (_, inputs, message) => {
    // prettier-ignore
    const call = (): unknown => make().apply(inputs as never);
    expect(call).toThrow(ShapeError);
    expect(call).toThrow(message);
    expect(call).toThrow(new RegExp(`^${name} layer '`));
  });

  it('refuses masks that do not fit, and says of which input', () => {
    const call = (mask: unknown) => (): unknown => make().apply([x, y], { mask } as never);
    expect(call([zeros([2, 4], 'bool'), null])).toThrow(
      /the mask of the query must have .* \(2, 5\) .* got shape \(2, 4\)/,
    );
    expect(call([null, zeros([2, 5], 'bool')])).toThrow(
      /the mask of the value must have .* \(2, 4\) .* got shape \(2, 5\)/,
    );
    expect(call(zeros([2, 5], 'bool'))).toThrow(ValueError);
    expect(call([null])).toThrow(
      /mask must be a list with a mask, or null, for each of the 2 inputs/,
    );
  });

  it('refuses what is no flag', () => {
    const call = (options: object) => (): unknown => make().apply([x, y], options as never);
    expect(call({ useCausalMask: 1 })).toThrow(/useCausalMask must be true or false, got 1/);
    expect(call({ returnAttentionScores: 'yes' })).toThrow(
      /returnAttentionScores must be true or false/,
    );
    expect(call({ causal: true })).toThrow(/unknown option 'causal'/);
  });

  it('gives output and scores in graphs, whatever the lengths, and the model survives JSON', () => {
    const [query, value] = [Input([null, 6]), Input([null, 6])];
    const [output, scores] = make().apply([query, value], { returnAttentionScores: true });
    expect(output.shape).toEqual([null, null, 6]);
    expect(scores.shape.slice(-2)).toEqual([null, null]);
    const model = new models.Model({ inputs: [query, value], outputs: [output, scores] });
    const again = models.modelFromJSON(JSON.stringify(model));
    again.setWeights(model.getWeights());
    const expected = model.apply([x, y] as never) as unknown as readonly Tensor[];
    expect(expected.map(({ shape }) => shape.slice(-2))).toEqual([
      [5, 6],
      [5, 4],
    ]);
    const results = again.apply([x, y] as never) as unknown as readonly Tensor[];
    expected.forEach((tensor, i) => {
      expect(results[i]?.data()).toEqual(tensor.data());
    });
    expect(
      model
        .computeOutputShape([
          [null, 7, 6],
          [null, 3, 6],
        ])
        .map((shape) => shape.slice(-2)),
    ).toEqual([
      [7, 6],
      [7, 3],
    ]);
  });

  it('in a .keras file gives the same again', async () => {
    const input = Input([5, 6]);
    const attended = make().apply([input, input], { useCausalMask: true });
    const model = new models.Model({ inputs: input, outputs: new layers.Dense(2).apply(attended) });
    let bytes = new Uint8Array();
    await model.save(
      { write: (_: string, all: Uint8Array<ArrayBuffer>) => (bytes = all) },
      { format: 'keras' },
    );
    const again = await models.loadModel(bytes);
    expect(again.apply(x).data()).toEqual(model.apply(x).data());
  });

  it('drops weights while training alone, the same ones for a seed', () => {
    const make = { MultiHeadAttention: (o: object) => new layers.MultiHeadAttention(2, 3, o), GroupQueryAttention: (o: object) => new layers.GroupQueryAttention(3, 4, 2, o), Attention: (o: object) => new layers.Attention(o), AdditiveAttention: (o: object) => new layers.AdditiveAttention(o) }[name]; // prettier-ignore
    const made = [1, 1, 2].map(
      (seed) => make?.({ dropout: 0.5, seed }) as layers.MultiHeadAttention,
    );
    const all = made.map((layer, i) => {
      layer.build([x.shape, y.shape]);
      if (i > 0) layer.setWeights((made[0] as layers.MultiHeadAttention).getWeights());
      return layer.apply([x, y], { training: true }).data();
    });
    expect(all[1]).toEqual(all[0]);
    expect(all[2]).not.toEqual(all[0]);
    const [layer] = made as [layers.MultiHeadAttention];
    expect(layer.apply([x, y]).data()).toEqual(layer.apply([x, y]).data());
  });

  it('leaves nothing behind', () => {
    const layer = make();
    layer.apply([x, y]).dispose();
    const before = memory();
    const [output, scores] = layer.apply([x, y], {
      useCausalMask: true,
      returnAttentionScores: true,
    });
    output.dispose();
    scores.dispose();
    expect(memory()).toEqual(before);
    layer.dispose();
  });
});

describe('layers with heads', () => {
  const attention = (): layers.MultiHeadAttention => new layers.MultiHeadAttention(2, 3);

  it('refuse an attentionMask that does not broadcast, in graphs too', () => {
    const mask = zeros([2, 4, 5], 'bool');
    const message =
      /attentionMask, of shape \(2, 4, 5\), does not fit the scores, of shape \(2, 2, 5, 4\)/;
    expect(() => attention().apply([x, y], { attentionMask: mask })).toThrow(message);
    const [query, value] = [Input([5, 6]), Input([4, 6])];
    const symbolic = Input([4, 5], { dtype: 'bool' });
    expect(() => attention().apply([query, value], { attentionMask: symbolic })).toThrow(
      /attentionMask, of shape \(None, 4, 5\)/,
    );
    expect(() => attention().apply([x, y], { attentionMask: symbolic })).toThrow(/symbolic/);
  });

  it('refuse options that do not go together', () => {
    expect(() => new layers.GroupQueryAttention(3, 4, 3)).toThrow(
      /GroupQueryAttention layer '.*': numQueryHeads must be a multiple of numKeyValueHeads, got 4 and 3/,
    );
    expect(
      () => new layers.MultiHeadAttention(2, 3, { dropout: 0.1, flashAttention: true }),
    ).toThrow(/flashAttention cannot be combined with dropout/);
    const boxes = zeros([1, 2, 3, 4]);
    expect(() =>
      new layers.MultiHeadAttention(2, 3, { flashAttention: true }).apply([boxes, boxes]),
    ).toThrow(/flashAttention needs inputs \(batch, steps, features\), got .*\(1, 2, 3, 4\)/);
    expect(() =>
      new layers.MultiHeadAttention(2, 3, { flashAttention: true }).apply([x, y], {
        returnAttentionScores: true,
      }),
    ).toThrow(/does not go with flashAttention/);
    expect(() => new layers.MultiHeadAttention(2, 3, { attentionAxes: 2 }).apply([x, y])).toThrow(
      /attentionAxes 2 must lie between/,
    );
    expect(() => new layers.MultiHeadAttention(2, 3, { outputShape: [2, 0] })).toThrow(
      /outputShape/,
    );
    expect(() => attention().apply([boxes, boxes], { useCausalMask: true })).toThrow(
      /useCausalMask needs steps in an order/,
    );
    expect(() => new layers.GroupQueryAttention(3, 4, 2).apply([boxes, boxes])).toThrow(
      /each must be \(batch, steps, features\)/,
    );
  });

  it('take a symbolic attention mask, which files name', () => {
    const [input, mask] = [Input([5, 6]), Input([5, 5], { dtype: 'bool' })];
    const layer = attention();
    const model = new models.Model({
      inputs: [input, mask],
      outputs: layer.apply([input, input], { attentionMask: mask }),
    });
    const node = (
      model.getConfig()['layers'] as { inbound_nodes: { args: unknown[]; kwargs: object }[] }[]
    ).at(-1)?.inbound_nodes[0];
    expect(node?.args).toHaveLength(2);
    expect(Object.keys(node?.kwargs ?? {})).toEqual(['attention_mask']);
    const lower = tensor([0, 1, 2, 3, 4].map((i) => [0, 1, 2, 3, 4].map((j) => j <= i)));
    const masks = tidy(() => tensor([lower.toArray(), lower.toArray()]));
    const expected = layer.apply([x, x], { useCausalMask: true }).data();
    const actual = model.apply([x, masks]).data();
    actual.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] ?? NaN, 5);
    });
  });

  it('read calls in which query, value and key have names, and nulls', () => {
    const input = Input([5, 6], { name: 'x' });
    const layer = new layers.MultiHeadAttention(2, 3, { name: 'attention' });
    const model = new models.Model({ inputs: input, outputs: layer.apply([input, input, input]) });
    const config = JSON.parse(JSON.stringify(model.getConfig())) as {
      layers: { inbound_nodes: { args: unknown[]; kwargs: object }[] }[];
    };
    const node = config.layers[1]?.inbound_nodes[0];
    if (node === undefined) throw new Error('no node');
    const [query, value, key] = node.args;
    const calls = [
      { args: [query], kwargs: { value, key, attention_mask: null } },
      { args: [], kwargs: { key, query, value } },
      { args: [query, value, key, null, null], kwargs: { training: null } },
    ];
    for (const { args, kwargs } of calls) {
      node.args = args;
      node.kwargs = kwargs;
      const again = models.Model.fromConfig(config);
      again.setWeights(model.getWeights());
      expect((again.apply(x) as Tensor).data()).toEqual(model.apply(x).data());
    }
    node.args = [query, value, key, null, null, null, null, null, null, null, value];
    expect(() => models.Model.fromConfig(config as never)).toThrow(
      /calls the layer with 11 arguments/,
    );
  });

  it('begin with other kernels for query and key, unless a seed says otherwise', () => {
    const kernels = (layer: layers.MultiHeadAttention): Tensor[] => {
      layer.build([x.shape, y.shape]);
      return [layer.queryDense, layer.keyDense].map((dense) => dense?.kernel.value as Tensor);
    };
    const [a, b] = kernels(attention());
    expect(a?.data()).not.toEqual(b?.data());
    const [c, d] = kernels(new layers.MultiHeadAttention(2, 3, { kernelInitializer: { class_name: 'GlorotUniform', config: { seed: 1 } } })); // prettier-ignore
    expect(c?.data()).toEqual(d?.data());
    // The fans are 6 features and 2 · 3 elements of heads.
    const limit = Math.sqrt(6 / 12);
    expect(Math.max(...(a?.data() ?? [NaN])) / limit).toBeGreaterThan(0.7);
    expect(Math.max(...(a?.data() ?? [NaN])) / limit).toBeLessThanOrEqual(1);
  });

  it('add penalties of what projections give, not of the output', () => {
    const layer = new layers.MultiHeadAttention(2, 3, { activityRegularizer: 'l2' });
    layer.apply([x, y]);
    expect(layer.losses()).toHaveLength(4);
    expect(layer.getConfig()['activity_regularizer']).toMatchObject({ class_name: 'L2' });
  });

  it('freeze with the layer', () => {
    const layer = new layers.MultiHeadAttention(2, 3, { trainable: false });
    layer.build([x.shape, y.shape]);
    expect(layer.trainableWeights).toEqual([]);
    layer.trainable = true;
    expect(layer.trainableWeights).toHaveLength(8);
  });
});

it('types say whether scores are given', () => {
  const layer = new layers.MultiHeadAttention(2, 3);
  expectTypeOf(layer.apply([x, y])).toEqualTypeOf<Tensor>();
  expectTypeOf(layer.apply([x, y], { returnAttentionScores: true })).toEqualTypeOf<
    readonly [output: Tensor, scores: Tensor]
  >();
  const input = Input([5, 6]);
  expectTypeOf(
    layer.apply([input, input], { useCausalMask: true }),
  ).toEqualTypeOf<layers.SymbolicTensor>();
});

it('has the axes of scores and masks in the order of attentionAxes', () => {
  const given = random.normal([2, 3, 4, 5], { seed: 3 });
  const make = (attentionAxes: readonly number[]): layers.MultiHeadAttention =>
    new layers.MultiHeadAttention(2, 3, { attentionAxes });
  const [inOrder, turned] = [make([1, 2]), make([2, 1])];
  const call = { returnAttentionScores: true } as const;
  const [y1, scores] = inOrder.apply([given, given], call);
  turned.build([given.shape, given.shape]);
  turned.setWeights(inOrder.getWeights());
  const attentionMask = tensor(Array.from({ length: 144 }, (_, i) => i % 5 !== 1)).reshape([1, 4, 3, 4, 3]); // prettier-ignore
  const [y2, others] = turned.apply([given, given], call);
  expect(scores.shape).toEqual([2, 2, 3, 4, 3, 4]);
  expect(others.shape).toEqual([2, 2, 4, 3, 4, 3]);
  expect(y2.sub(y1).abs().max().item()).toBeLessThan(1e-5);
  expect(others.transpose([0, 1, 3, 2, 5, 4]).sub(scores).abs().max().item()).toBeLessThan(1e-6);
  const masked = turned.apply([given, given], { attentionMask });
  const same = inOrder.apply([given, given], { attentionMask: attentionMask.transpose([0, 2, 1, 4, 3]) }); // prettier-ignore
  expect(masked.sub(same).abs().max().item()).toBeLessThan(1e-5);
});
