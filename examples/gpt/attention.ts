// Where the heads of a GPT look.
import { layers, models } from 'lanegrad';
import { sizesOf } from './model.js';
import type { Gpt } from './model.js';

/**
 * A model with the layers of the GPT that gives the weights of attention instead of scores: of each block [batch, heads,
 * length, length], how much each position (third axis) takes from each position before it (fourth axis).
 */
export function makeAttentionModel(
  model: Gpt,
): models.Model<Gpt['inputs'], layers.SymbolicTensor[]> {
  const outputs = Array.from({ length: sizesOf(model).blocks }, (_, i) => {
    const seen = model.getLayer(`attention_norm_${i}`).output;
    const attention: layers.AnyLayer = model.getLayer(`attention_${i}`);
    if (!(attention instanceof layers.MultiHeadAttention)) {
      throw new Error(`the layer 'attention_${i}' is no MultiHeadAttention`);
    }
    const [, weights] = attention.apply([seen, seen], {
      useCausalMask: true,
      returnAttentionScores: true,
    });
    return weights;
  });
  return new models.Model({ inputs: model.inputs, outputs, name: 'gpt_attention' });
}
