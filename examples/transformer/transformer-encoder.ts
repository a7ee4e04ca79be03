import { layers } from 'lanegrad';
import type { PartialShape, Tensor } from 'lanegrad';

/** Options of `TransformerEncoder` and `TransformerDecoder`. */
export interface TransformerOptions extends layers.LayerOptions {
  /** Length of the vectors that come and go. */
  readonly hiddenDim: number;
  /** Units of the dense layer between. */
  readonly intermediateDim: number;
  /** Heads of attention; the vectors of each have hiddenDim / numHeads features. */
  readonly numHeads: number;
}

/**
 * A block of a transformer (Vaswani et al., 2017) that reads: [batch, steps, hiddenDim] → the same shape. Each step looks at
 * all steps, then two dense layers work on each for itself. Both add to what was there, and the sum is normalized. Steps that
 * the mask of the input leaves out are not looked at; the mask travels on.
 */
export class TransformerEncoder extends layers.Layer {
  static override readonly className = 'TransformerEncoder';
  static override readonly optionNames = ['hiddenDim', 'intermediateDim', 'numHeads'];
  override supportsMasking = true;
  readonly hiddenDim: number;
  readonly intermediateDim: number;
  readonly numHeads: number;
  readonly selfAttention;
  readonly selfAttentionNorm = new layers.LayerNormalization();
  readonly dense1;
  readonly dense2;
  readonly denseNorm = new layers.LayerNormalization();

  constructor({ hiddenDim, intermediateDim, numHeads, ...options }: TransformerOptions) {
    super(options, TransformerEncoder.optionNames);
    this.hiddenDim = hiddenDim;
    this.intermediateDim = intermediateDim;
    this.numHeads = numHeads;
    this.selfAttention = new layers.MultiHeadAttention(numHeads, hiddenDim / numHeads);
    this.dense1 = new layers.Dense(intermediateDim, { activation: 'relu' });
    this.dense2 = new layers.Dense(hiddenDim);
  }

  override call(x: Tensor): Tensor {
    // The mask travels with x.
    const seen = this.selfAttention.apply([x, x]);
    const h = this.selfAttentionNorm.apply(x.add(seen));
    const features = this.dense2.apply(this.dense1.apply(h));
    return this.denseNorm.apply(h.add(features));
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return inputShape;
  }
}

// So that files can name the class.
layers.registerLayer(TransformerEncoder);
