// A small GPT, as in nanoGPT: characters → scores of the next character. All of its layers are Keras's, so Keras loads its
// `.keras` files as they are.
import { initializers, Input, layers, models, optimizers } from 'lanegrad';

/** Characters and positions → scores. */
export type Gpt = models.Model<readonly [layers.SymbolicTensor, layers.SymbolicTensor]>;

/** The sizes of a GPT. */
export interface GptSizes {
  /** How many characters there are. */
  readonly characters: number;
  /** How many characters the network sees at most. Default 64. */
  readonly context?: number;
  /** Default 4. */
  readonly blocks?: number;
  /** Heads of attention in a block. Default 4. */
  readonly heads?: number;
  /** The length of the vectors that stand for characters. Default 128. */
  readonly width?: number;
  /** The seed of the first weights. Default 0. */
  readonly seed?: number;
}

/**
 * The network. Its inputs are characters [batch, length] and the places where they stand in the context [batch, length]; its
 * output is the scores of all characters for the next place, [batch, length, characters]. It has no biases, and the embedding
 * of characters is its last layer as well.
 */
export function makeGpt(sizes: GptSizes): Gpt {
  const { characters, context = 64, blocks = 4, heads = 4, width = 128, seed = 0 } = sizes;
  let weights = 0;
  const normal = (stddev: number): initializers.Initializer =>
    new initializers.RandomNormal({ stddev, seed: 1000 * seed + weights++ });
  // What is added to the vectors is smaller the more often something is added.
  const small = 0.02 / Math.sqrt(2 * blocks);
  const norm = (name: string): layers.LayerNormalization =>
    new layers.LayerNormalization({ epsilon: 1e-5, center: false, name });

  const tokens = Input([null], { dtype: 'int32', name: 'tokens' });
  const positions = Input([null], { dtype: 'int32', name: 'places' });
  const embedding = new layers.ReversibleEmbedding(characters, width, {
    embeddingsInitializer: normal(0.02),
    name: 'token_embedding',
  });
  const positionEmbedding = new layers.Embedding(context, width, {
    embeddingsInitializer: normal(0.02),
    name: 'place_embedding',
  });
  let x = layers.add([embedding.apply(tokens), positionEmbedding.apply(positions)]);
  for (let i = 0; i < blocks; i++) {
    const attention = new layers.MultiHeadAttention(heads, width / heads, {
      useBias: false,
      kernelInitializer: normal(0.02),
      name: `attention_${i}`,
    });
    const up = new layers.Dense(4 * width, {
      activation: 'gelu',
      useBias: false,
      kernelInitializer: normal(0.02),
      name: `up_${i}`,
    });
    const down = new layers.Dense(width, {
      useBias: false,
      kernelInitializer: normal(small),
      name: `down_${i}`,
    });
    const seen = norm(`attention_norm_${i}`).apply(x);
    x = layers.add([x, attention.apply([seen, seen], { useCausalMask: true })]);
    const { outputDense } = attention;
    outputDense?.kernel.assign(normal(small).apply(outputDense.kernel.shape));
    x = layers.add([x, down.apply(up.apply(norm(`dense_norm_${i}`).apply(x)))]);
  }
  const scores = embedding.apply(norm('norm').apply(x), { reverse: true });
  return new models.Model({ inputs: [tokens, positions], outputs: scores, name: 'gpt' });
}

/** The sizes of a GPT, also of one from a file. @throws Error for another model. */
export function sizesOf(model: models.AnyModel): Required<Omit<GptSizes, 'seed'>> {
  const find = <L extends object>(name: string, type: new (...given: never[]) => L): L => {
    const found = model.layers.find((layer) => layer.name === name);
    if (found instanceof type) return found;
    throw new Error(
      `Model '${model.name}' is no GPT of this example: it has no ${type.name} '${name}'.`,
    );
  };
  const { inputDim: characters, outputDim: width } = find(
    'token_embedding',
    layers.ReversibleEmbedding,
  );
  return {
    characters,
    width,
    context: find('place_embedding', layers.Embedding).inputDim,
    heads: find('attention_0', layers.MultiHeadAttention).numHeads,
    blocks: model.layers.filter(({ name }) => /^attention_\d+$/.test(name)).length,
  };
}

/**
 * AdamW as for nanoGPT: the rate rises for 100 steps to 0.001 and falls along a cosine to 0.0001 at the last step; matrices
 * decay, vectors do not; the gradients together are at most 1 long.
 */
export function makeOptimizer(steps: number): optimizers.AdamW {
  const top = 0.001;
  const warmupSteps = Math.min(100, Math.floor(steps / 2));
  const optimizer = new optimizers.AdamW({
    learningRate: new optimizers.schedules.CosineDecay(
      top / (warmupSteps + 1),
      steps - warmupSteps,
      { alpha: 0.1, warmupTarget: top, warmupSteps },
    ),
    beta2: 0.99,
    epsilon: 1e-8,
    weightDecay: 0.1,
    globalClipnorm: 1,
  });
  optimizer.excludeFromWeightDecay({ names: ['gamma'] });
  return optimizer;
}
