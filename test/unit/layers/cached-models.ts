// Models that write text, made in all the ways in which models are made, and calls of them with a cache.
import { arange, Input, layers, models, ops, Sequential } from '../../../src/index.js';
import type { PartialShape, Tensor } from '../../../src/index.js';

export const VOCABULARY = 11;
export const WIDTH = 8;

/** Adds a vector for the position of each step. */
export class Positions extends layers.Layer {
  static override readonly className = 'Positions';
  override supportsMasking = true;
  override supportsCaching = true;
  readonly vectors = new layers.Embedding(40, WIDTH);

  override build(): void {
    this.vectors.build([null]);
  }

  override call(x: Tensor, { cache }: layers.CallOptions): Tensor {
    const before = cache?.length ?? 0;
    return ops.add(x, this.vectors.apply(arange(before, before + (x.shape[1] ?? 0))));
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return inputShape;
  }
}

export type Attending = layers.MultiHeadAttention | layers.GroupQueryAttention;

/** Makes an attention layer. */
export type Attentions = () => Attending;

/** A block of a transformer as a custom layer. */
export class Block extends layers.Layer {
  static override readonly className = 'Block';
  override supportsMasking = true;
  override supportsCaching = true;
  readonly norm = new layers.LayerNormalization();
  readonly dense = new layers.Dense(WIDTH, { activation: 'gelu' });

  constructor(readonly attention: Attending) {
    super();
  }

  override call(x: Tensor): Tensor {
    const normed = this.norm.apply(x);
    const h = ops.add(x, this.attention.apply([normed, normed], { useCausalMask: true }));
    return ops.add(h, this.dense.apply(h));
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return inputShape;
  }
}

class Written extends models.Model {
  static override readonly className = 'Written';
  override supportsCaching = true;
  readonly embedding = new layers.Embedding(VOCABULARY, WIDTH, { maskZero: true });
  readonly positions = new Positions();
  readonly blocks: readonly Block[];
  readonly head = new layers.Dense(VOCABULARY);

  constructor(attentions: Attentions) {
    super();
    this.blocks = [new Block(attentions()), new Block(attentions())];
  }

  override call(tokens: Tensor): Tensor {
    const h = this.blocks.reduce(
      (x, block) => block.apply(x),
      this.positions.apply(this.embedding.apply(tokens)),
    );
    return this.head.apply(h);
  }
}

function functional(attentions: Attentions): models.Model {
  const tokens = Input([null], { dtype: 'int32' });
  const embedding = new layers.Embedding(VOCABULARY, WIDTH, { maskZero: true });
  let h = new Positions().apply(embedding.apply(tokens));
  for (let i = 0; i < 2; i++) {
    const normed = new layers.LayerNormalization().apply(h);
    const attended = attentions().apply([normed, normed], { useCausalMask: true });
    h = layers.add([h, attended]);
    h = layers.add([h, new layers.Dense(WIDTH, { activation: 'relu' }).apply(h)]);
  }
  // Operations pass no masks on.
  const outputs = new layers.Dense(VOCABULARY).apply(h.add(ops.gelu(h).mul(0.5)));
  return new models.Model({ inputs: tokens, outputs });
}

/** Of models in models, one of which is called twice, so that its attention is too. */
function nested(attentions: Attentions): models.Model {
  const x = Input([null, WIDTH]);
  const attended = attentions().apply([x, x], { useCausalMask: true });
  const block = new models.Model({ inputs: x, outputs: layers.add([x, attended]) });
  const tokens = Input([null], { dtype: 'int32' });
  const h = new layers.Embedding(VOCABULARY, WIDTH, { maskZero: true }).apply(tokens);
  const twice = block.apply(new Sequential([new layers.Dense(WIDTH)]).apply(block.apply(h)));
  return new models.Model({ inputs: tokens, outputs: new layers.Dense(VOCABULARY).apply(twice) });
}

function sequential(attentions: Attentions): models.Model {
  return new Sequential([
    Input([null], { dtype: 'int32' }),
    new layers.Embedding(VOCABULARY, WIDTH, { maskZero: true }),
    new Positions(),
    new Block(attentions()),
    new Block(attentions()),
    new layers.Dropout(0.5),
    new layers.TimeDistributed(new layers.Dense(WIDTH)),
    new layers.Dense(VOCABULARY),
  ]);
}

export const kinds: Readonly<
  Record<string, (attentions: Attentions) => models.Model<layers.SymbolicTensor>>
> = {
  functional,
  nested,
  sequential,
  subclassed: (attentions) => new Written(attentions),
};

/** What a model gives for tokens [batch, steps] that are given in parts with these lengths. */
export function inChunks(
  model: models.Model<layers.SymbolicTensor>,
  tokens: Tensor,
  lengths: readonly number[],
  cache: layers.KeyValueCache,
): Tensor {
  let from = 0;
  const parts = lengths.map((length) => {
    const part = tokens.slice(':', [from, (from += length)]);
    return model.apply(part, { cache });
  });
  return ops.concat(parts, 1);
}
