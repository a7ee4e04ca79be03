import { layers } from 'lanegrad';
import type { PartialShape, Tensor } from 'lanegrad';
import type { TransformerOptions } from './transformer-encoder.js';

/**
 * A block of a transformer that writes: [what is written, what was read] → the shape of what is written, [batch, steps,
 * hiddenDim]. Each step attends to the steps before it and to itself, then to everything that was read; two dense layers work on
 * each step separately. Steps that the masks of the inputs leave out are ignored; the mask of what is written is passed on.
 */
export class TransformerDecoder extends layers.Layer<readonly Tensor[]> {
  static override readonly className = 'TransformerDecoder';
  static override readonly optionNames = ['hiddenDim', 'intermediateDim', 'numHeads'];
  readonly hiddenDim: number;
  readonly intermediateDim: number;
  readonly numHeads: number;
  readonly selfAttention;
  readonly selfAttentionNorm = new layers.LayerNormalization();
  readonly crossAttention;
  readonly crossAttentionNorm = new layers.LayerNormalization();
  readonly dense1;
  readonly dense2;
  readonly denseNorm = new layers.LayerNormalization();

  constructor({ hiddenDim, intermediateDim, numHeads, ...options }: TransformerOptions) {
    super(options, TransformerDecoder.optionNames);
    this.hiddenDim = hiddenDim;
    this.intermediateDim = intermediateDim;
    this.numHeads = numHeads;
    this.selfAttention = new layers.MultiHeadAttention(numHeads, hiddenDim / numHeads);
    this.crossAttention = new layers.MultiHeadAttention(numHeads, hiddenDim / numHeads);
    this.dense1 = new layers.Dense(intermediateDim, { activation: 'relu' });
    this.dense2 = new layers.Dense(hiddenDim);
  }

  override call([x, read]: readonly [Tensor, Tensor]): Tensor {
    const before = this.selfAttention.apply([x, x], { useCausalMask: true });
    const asked = this.selfAttentionNorm.apply(x.add(before));
    const found = this.crossAttention.apply([asked, read]);
    const h = this.crossAttentionNorm.apply(asked.add(found));
    const features = this.dense2.apply(this.dense1.apply(h));
    return this.denseNorm.apply(h.add(features));
  }

  /** The mask of what is written. */
  override computeMask([x]: readonly Tensor[]): Tensor | null {
    return x?.mask ?? null;
  }

  override computeOutputShape([x = []]: readonly PartialShape[]): PartialShape {
    return x;
  }
}

// So that files can name the class.
layers.registerLayer(TransformerDecoder);
