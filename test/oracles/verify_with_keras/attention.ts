// Attention layers, and embeddings that go back: models whose layers take several tensors, or arguments by name.
import { makeGpt } from '../../../examples/gpt/model.js';
import { arange, Input, layers, losses, models, optimizers, tensor } from '../../../src/index.js';
import { numbers, SAMPLES } from './case.js';
import type { Case } from './case.js';

const STEPS = 6;

/** A model of a sequence of vectors. */
function sequenceCase(
  name: string,
  draw: (x: layers.SymbolicTensor) => layers.SymbolicTensor,
  resumes = true,
): Case {
  const input = Input([STEPS, 4]);
  const flat = new layers.Flatten().apply(draw(input));
  const model = new models.Model({ inputs: input, outputs: new layers.Dense(2).apply(flat) });
  model.compile({ optimizer: 'adam', loss: 'mse' });
  const x = numbers([SAMPLES, STEPS, 4]);
  return { name: `attention: ${name}`, model, x, y: numbers([SAMPLES, 2], 5000), resumes };
}

/** A model of a sequence of words, where 0 is padding. */
function wordsCase(name: string, draw: (x: layers.SymbolicTensor) => layers.SymbolicTensor): Case {
  const input = Input([STEPS], { dtype: 'int32' });
  const model = new models.Model({ inputs: input, outputs: draw(input) });
  model.compile({ optimizer: 'adam', loss: 'mse' });
  const words = Int32Array.from({ length: SAMPLES * STEPS }, (_, i) => (i * 7 + (i % 5)) % 9);
  const x = tensor(words, { shape: [SAMPLES, STEPS] });
  const [, ...shape] = model.outputShape as readonly number[];
  const y = numbers([SAMPLES, ...shape], 5000);
  return { name: `attention: ${name}`, model, x, y, resumes: true };
}

/**
 * The GPT of the examples. Its optimizer leaves out no weights: Keras's files do not say which, so Keras would go on with
 * others.
 */
function gptCase(): Case {
  const model: models.AnyModel = makeGpt({
    characters: 9,
    context: STEPS,
    blocks: 2,
    heads: 2,
    width: 8,
  });
  const schedule = { warmupTarget: 0.001, warmupSteps: 2, alpha: 0.1 };
  const learningRate = new optimizers.schedules.CosineDecay(0.0001, 10, schedule);
  model.compile({
    optimizer: new optimizers.AdamW({ learningRate, weightDecay: 0.1, globalClipnorm: 1 }),
    loss: new losses.SparseCategoricalCrossentropy({ fromLogits: true }),
  });
  const words = (step: number): Int32Array =>
    Int32Array.from({ length: SAMPLES * STEPS }, (_, i) => (i * step + (i % 5)) % 9);
  const shape = [SAMPLES, STEPS];
  const x = [tensor(words(7), { shape }), arange(STEPS).broadcastTo(shape)];
  return { name: 'attention: a GPT', model, x, y: tensor(words(4), { shape }), resumes: true };
}

/** A case for each attention layer, and for masks that travel. */
export function attentionCases(): Case[] {
  const { AdditiveAttention, Attention, GroupQueryAttention, MultiHeadAttention } = layers;
  const causal = { useCausalMask: true } as const;
  return [
    sequenceCase('MultiHeadAttention', (x) => new MultiHeadAttention(2, 3).apply([x, x])),
    sequenceCase('MultiHeadAttention with all options', (x) =>
      new MultiHeadAttention(2, 3, {
        outputShape: [2, 3],
        useBias: false,
        useGate: true,
        slidingWindow: 3,
        kernelRegularizer: 'l2',
        activityRegularizer: 'l2',
      }).apply([x, x, new layers.Dense(3).apply(x)], causal),
    ),
    sequenceCase('MultiHeadAttention with scores', (x) => {
      const [y, scores] = new MultiHeadAttention(2, 3).apply([x, x], {
        ...causal,
        returnAttentionScores: true,
      });
      return layers.concatenate([
        new layers.Flatten().apply(y),
        new layers.Flatten().apply(scores),
      ]);
    }),
    sequenceCase('MultiHeadAttention over two axes', (x) => {
      const square = new layers.Reshape([2, 3, 4]).apply(x);
      return new MultiHeadAttention(2, 3, { attentionAxes: [1, 2] }).apply([square, square]);
    }),
    sequenceCase(
      'MultiHeadAttention with dropout',
      (x) => new MultiHeadAttention(2, 3, { dropout: 0.2, seed: 7 }).apply([x, x]),
      false,
    ),
    sequenceCase('GroupQueryAttention', (x) =>
      new GroupQueryAttention(3, 4, 2, { useGate: true }).apply([x, x], causal),
    ),
    sequenceCase('Attention', (x) =>
      new Attention({ useScale: true, scoreMode: 'concat' }).apply([x, x], causal),
    ),
    sequenceCase('AdditiveAttention', (x) => new AdditiveAttention().apply([x, x])),
    wordsCase('queries that may look at nothing', (words) => {
      const x = new layers.Embedding(9, 4, { maskZero: true }).apply(words);
      const y = new MultiHeadAttention(2, 3).apply([x, x]);
      return new layers.Dense(2).apply(new layers.Flatten().apply(y.add(x)));
    }),
    wordsCase('an embedding that goes back', (words) => {
      const embedding = new layers.ReversibleEmbedding(9, 4, { logitSoftCap: 3 });
      return embedding.apply(new layers.Dense(4).apply(embedding.apply(words)), { reverse: true });
    }),
    wordsCase('an embedding that goes back by another matrix', (words) => {
      const embedding = new layers.ReversibleEmbedding(9, 4, { tieWeights: false });
      return embedding.apply(embedding.apply(words), { reverse: true });
    }),
    gptCase(),
  ];
}
