import { arange, layers } from 'lanegrad';
import type { PartialShape, Tensor } from 'lanegrad';

/** Options of `PositionalEmbedding`. */
export interface PositionalEmbeddingOptions extends layers.LayerOptions {
  /** The most words of a text. */
  readonly sequenceLength: number;
  /** How many words there are; 0 is none, but fills the positions behind the end of a text. */
  readonly inputDim: number;
  /** Length of the vectors. */
  readonly outputDim: number;
}

/**
 * A vector for each word and its position: attention alone knows no order. Numbers of words [batch, words] become
 * [batch, words, outputDim]: the vector of the word plus the vector of the position. The output has a mask, which leaves the
 * positions behind the end of a text out.
 */
export class PositionalEmbedding extends layers.Layer {
  static override readonly className = 'PositionalEmbedding';
  static override readonly optionNames = ['sequenceLength', 'inputDim', 'outputDim'];
  readonly sequenceLength: number;
  readonly inputDim: number;
  readonly outputDim: number;
  readonly words;
  readonly positions;

  constructor(options: PositionalEmbeddingOptions) {
    const { sequenceLength, inputDim, outputDim, ...ofLayers } = options;
    super(ofLayers, PositionalEmbedding.optionNames);
    this.sequenceLength = sequenceLength;
    this.inputDim = inputDim;
    this.outputDim = outputDim;
    this.words = new layers.Embedding(inputDim, outputDim, { maskZero: true });
    this.positions = new layers.Embedding(sequenceLength, outputDim);
  }

  override call(x: Tensor): Tensor {
    const [, length = 0] = x.shape;
    return this.words.apply(x).add(this.positions.apply(arange(length)));
  }

  override computeMask(x: Tensor): Tensor | null {
    return this.words.computeMask(x);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return [...inputShape, this.outputDim];
  }
}

// So that files can name the class.
layers.registerLayer(PositionalEmbedding);
