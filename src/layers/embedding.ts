import { checkBoolean } from '../config/check-number.js';
import { optionsFromConfig, requireObject } from '../config/index.js';
import type { Config } from '../config/index.js';
import { checkLength } from '../config/limits.js';
import type { Constraint } from '../constraints/constraint.js';
import type { ConstraintIdentifier } from '../constraints/registry.js';
import { ValueError } from '../errors.js';
import type { Initializer } from '../initializers/initializer.js';
import type { InitializerIdentifier } from '../initializers/registry.js';
import { embedding } from '../ops/index.js';
import type { Regularizer } from '../regularizers/regularizer.js';
import { serializeRegularizer } from '../regularizers/registry.js';
import type { RegularizerIdentifier } from '../regularizers/registry.js';
import type { PartialShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { LAYER_OPTIONS } from './layer-options.js';
import type { LayerOptions } from './layer-options.js';
import { Layer } from './layer.js';
import { settingsConfig, settingsOf, weightSettings } from './weight-settings.js';

/** Options of `Embedding`. */
export interface EmbeddingOptions extends LayerOptions {
  /** Default `'uniform'`: evenly spread over −0.05 … 0.05. */
  readonly embeddingsInitializer?: InitializerIdentifier;
  readonly embeddingsRegularizer?: RegularizerIdentifier;
  readonly embeddingsConstraint?: ConstraintIdentifier;
  /** Masks are not supported: only false. */
  readonly maskZero?: false;
}

const OPTIONS = [
  'embeddingsInitializer',
  'embeddingsRegularizer',
  'embeddingsConstraint',
  'maskZero',
] as const satisfies readonly (keyof EmbeddingOptions)[];

/**
 * A learned vector for each whole number: y[…, :] = embeddings[x[…], :]. x holds whole numbers from 0
 * to inputDim − 1, of any dtype and shape; embeddings is [inputDim, outputDim], y [...x's shape,
 * outputDim], float32. Keras: `Embedding`.
 *
 * @example new layers.Embedding(1000, 64, { inputShape: [20] })
 */
export class Embedding extends Layer {
  static override readonly className = 'Embedding';
  readonly inputDim: number;
  readonly outputDim: number;
  readonly embeddingsInitializer: Initializer;
  readonly embeddingsRegularizer: Regularizer | null;
  readonly embeddingsConstraint: Constraint | null;
  #embeddings: Variable | undefined;

  /**
   * @param inputDim how many numbers there are: the largest is inputDim − 1
   * @param outputDim length of the vectors
   * @throws ValueError if an argument is not a whole number above 0, or an option is unknown or out of
   * range.
   */
  constructor(inputDim: number, outputDim: number, options: EmbeddingOptions = {}) {
    super(options, OPTIONS);
    const owner = 'Embedding';
    this.inputDim = checkLength(owner, 'inputDim', inputDim);
    this.outputDim = checkLength(owner, 'outputDim', outputDim);
    const embeddings = weightSettings(this.label, 'embeddings', options, 'uniform');
    this.embeddingsInitializer = embeddings.initializer;
    this.embeddingsRegularizer = embeddings.regularizer;
    this.embeddingsConstraint = embeddings.constraint;
    if (checkBoolean(owner, 'maskZero', options.maskZero ?? false)) {
      throw new ValueError(
        `${owner}: maskZero = true is not supported, as layers do not pass masks on. Leave it out and weight ` +
          `the padded steps by sampleWeight, or cut the samples to one length.`,
      );
    }
  }

  /** The vectors [inputDim, outputDim]. @throws ValueError before the layer is built. */
  get embeddings(): Variable {
    if (this.#embeddings !== undefined) return this.#embeddings;
    throw new ValueError(
      `${this.label} is not built, so it has no embeddings. Call build(inputShape) or apply(x) first.`,
    );
  }

  override build(_inputShape: PartialShape): void {
    this.#embeddings = this.addWeight(
      'embeddings',
      [this.inputDim, this.outputDim],
      settingsOf(this, 'embeddings'),
    );
  }

  override call(x: Tensor): Tensor {
    return embedding(this.embeddings.value, x);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return [...inputShape, this.outputDim];
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      input_dim: this.inputDim,
      output_dim: this.outputDim,
      ...settingsConfig(this, 'embeddings'),
      activity_regularizer: serializeRegularizer(this.activityRegularizer),
      mask_zero: false,
      quantization_config: null,
    };
  }

  static override fromConfig(config: Config): Embedding {
    // Of Keras 2, and without effect since.
    const { input_length: _, ...rest } = requireObject('Embedding', 'config', config);
    const known = ['inputDim', 'outputDim', ...OPTIONS, ...LAYER_OPTIONS];
    const { inputDim, outputDim, ...options } = optionsFromConfig('Embedding', rest, known, {
      quantization_config: [],
      lora_rank: [],
      lora_alpha: [],
    });
    return new Embedding(inputDim as number, outputDim as number, options);
  }
}
