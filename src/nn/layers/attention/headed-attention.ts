import {
  boolean,
  checkBoolean,
  configurable,
  flag,
  length,
  number,
  withOwner,
} from '../../../config/index.js';
import type { Config, Nest, Option, OptionsOf } from '../../../config/index.js';
import { constraint } from '../../constraints/registry.js';
import { ValueError } from '../../../errors.js';
import { redrawn } from '../../initializers/derived.js';
import { initializer } from '../../initializers/registry.js';
import { dotProductAttention, mul } from '../../../engine/ops/index.js';
import { regularizer, serializeRegularizer } from '../../regularizers/registry.js';
import type { Regularizer } from '../../regularizers/regularizer.js';
import { formatShape, scoped } from '../../../engine/tensor/index.js';
import type { PartialShape, Tensor } from '../../../engine/tensor/index.js';
import { Softmax } from '../activation.js';
import type { ApplyOptions, CallOptions, LayerOptions } from '../core/layer-options.js';
import { Dropout } from '../regularization.js';
import { EinsumDense } from '../einsum-dense.js';
import type { EinsumDenseOptions } from '../einsum-dense.js';
import { isSymbolicOrValue } from '../core/layer-checks.js';
import { seed } from '../core/layer-options.js';
import type { Symbolic, SymbolicTensor, TensorSpec } from '../core/symbolic-tensor.js';
import { AttentionLayer, differ } from './attention-layer.js';
import type { AttentionArguments, AttentionOutput, InputMasks, Inputs } from './attention-layer.js';
import { HeadScores, maskOfScores, seenKeys } from './head-scores.js';
import type { AttentionOfCall } from './head-scores.js';

/** A mask: a tensor, or in a graph a symbolic tensor. */
type MaskArgument = Tensor | SymbolicTensor | null | undefined;

/** The named arguments of attention layers with heads. */
export interface HeadedArguments extends AttentionArguments {
  /**
   * The keys that each query may attend to: those where the mask is true (or not 0). [batch, queries, keys], or with
   * heads [batch, heads, queries, keys]; lengths may be 1, and the batch axis may be missing. Default: all keys.
   */
  readonly attentionMask?: MaskArgument;
  /** Which steps of the query count [batch, queries]. Default: the mask attached to the query. */
  readonly queryMask?: MaskArgument;
  /** Which steps of the value count [batch, keys]. Default: the mask attached to the value. */
  readonly valueMask?: MaskArgument;
  /** Which steps of the key count [batch, keys]. Default: the mask attached to the key, if a key is given. */
  readonly keyMask?: MaskArgument;
}

/** How many heads there are, and how long their vectors. */
export interface HeadSizes {
  /** Number of heads of the query. */
  readonly queryHeads: number;
  /** Number of heads of keys and values. */
  readonly keyHeads: number;
  /** Length of the query and key vectors in a head. */
  readonly keySize: number;
  /** Length of the value vectors in a head. */
  readonly valueSize: number;
}

/** The projections of a built layer. */
export interface Projections {
  /** The projection of the query to its heads. */
  readonly query: EinsumDense;
  /** The projection of the key to its heads. */
  readonly key: EinsumDense;
  /** The projection of the query that becomes the gate; undefined without `useGate`. */
  readonly gate: EinsumDense | undefined;
  /** The projection of the value to its heads. */
  readonly value: EinsumDense;
  /** The projection of the heads' results to the output. */
  readonly output: EinsumDense;
}

const flashAttention: Option<boolean | null> = {
  default: null,
  check: (given, { owner, name }) => checkBoolean(owner, name, given),
  // As in Keras, it says nothing of the model.
  toConfig: () => undefined,
};

/** The options of layers with heads, other than those that say how many there are. */
const OPTIONS = {
  /** The probability that the weight of a value is dropped during training, from 0 to 1. Default 0. */
  dropout: number({ default: 0, min: 0, max: 1 }),
  /** Whether projections add biases. Default true. */
  useBias: flag(),
  /** How far a query attends on both sides: only to keys that are fewer steps away. Default null: to all keys. */
  slidingWindow: length({ default: null }),
  /**
   * Whether the scores are computed tile by tile and never stored as a whole. True requires that there is no dropout,
   * that scores are not returned, and that there is one axis of steps. Files do not store this option. Default null:
   * whenever possible.
   */
  flashAttention,
  /** Initial values of the kernels. Default `'glorot_uniform'`. */
  kernelInitializer: initializer({ default: 'glorot_uniform' }),
  /** Initial values of the biases. Default `'zeros'`. */
  biasInitializer: initializer({ default: 'zeros' }),
  /** Penalty on the kernels. Default null: none. */
  kernelRegularizer: regularizer(),
  /** Penalty on the biases. Default null: none. */
  biasRegularizer: regularizer(),
  /** Constraint on the kernels, applied after each update. Default null: none. */
  kernelConstraint: constraint(),
  /** Constraint on the biases, applied after each update. Default null: none. */
  biasConstraint: constraint(),
  /** Whether the output of the heads is multiplied by a sigmoid of an additional projection of the query (Qiu et al., 2025). Default false. */
  useGate: boolean({ default: false }),
  /** Seed of the dropout. Default: derived from the global seed. */
  seed: seed(),
};

/** What `MultiHeadAttention` and `GroupQueryAttention` have in common: projections of query, key and value to heads, and back. */
export abstract class HeadedAttention extends configurable(
  AttentionLayer<HeadedArguments>,
  'HeadedAttention',
  OPTIONS,
) {
  override supportsCaching = true;
  // In Keras's order.
  override readonly callArguments: readonly string[] = [
    'queryMask',
    'valueMask',
    'keyMask',
    'attentionMask',
    'returnAttentionScores',
    'training',
    'useCausalMask',
  ];
  /** What drops weights of values. @internal */
  readonly _dropoutLayer: Dropout;
  readonly #penalty: Regularizer | null;
  #projections: Projections | undefined;

  constructor(options: LayerOptions) {
    super(options);
    // As in Keras: a penalty of what each projection gives, not of the output.
    this.#penalty = this.activityRegularizer;
    this.activityRegularizer = null;
    this._dropoutLayer = new Dropout(this.dropout, { seed: this.seed, name: 'dropout' });
    if (this.flashAttention === true && this.dropout > 0) {
      throw new ValueError(
        `${this.label}: flashAttention cannot be combined with dropout, which is ${this.dropout}. Leave one of them out.`,
      );
    }
  }

  /** @internal */
  override get inputArguments(): readonly string[] {
    return ['query', 'value', 'key'];
  }

  /** The numbers of heads and the lengths of their vectors. */
  protected abstract get sizes(): HeadSizes;

  /** Whether the argument `queryMask` has an effect. Keras's MultiHeadAttention ignores it. */
  protected abstract get heedsQueryMask(): boolean;

  /** The axes over which a query attends, for inputs with the given number of axes, counted from the front and sorted. */
  protected abstract attentionAxesFor(shapes: Inputs<PartialShape>): readonly number[];

  /** Lengths of the output after the axes of the queries. */
  protected abstract outputLengths(query: PartialShape): PartialShape;

  /** Stores the projections in properties, under their names in files. */
  protected abstract keepProjections(projections: Projections): void;

  /** Makes the weights for inputs of these shapes. @throws ShapeError if they do not fit each other. */
  override build(inputShapes: readonly PartialShape[]): void {
    const shapes = this.shapesOf(inputShapes);
    this.resultShapes(shapes);
    const { queryHeads, keyHeads, keySize, valueSize } = this.sizes;
    const toHeads = (
      name: string,
      heads: number,
      size: number,
      shape: PartialShape,
      activation: 'linear' | 'sigmoid' = 'linear',
    ): EinsumDense => {
      const options = { ...this.#projectionOptions(name, 'bc'), activation };
      const projection = new EinsumDense('...a,abc->...bc', [heads, size], options);
      projection.build(shape);
      return projection;
    };
    const lengths = this.outputLengths(shapes.query);
    const letters = OUTPUT_LETTERS.slice(0, lengths.length);
    const output = new EinsumDense(
      `...ab,ab${letters}->...${letters}`,
      lengths,
      this.#projectionOptions('attention_output', letters),
    );
    const projections = {
      query: toHeads('query', queryHeads, keySize, shapes.query),
      key: toHeads('key', keyHeads, keySize, shapes.key),
      gate: this.useGate
        ? toHeads('gate', queryHeads, valueSize, shapes.query, 'sigmoid')
        : undefined,
      value: toHeads('value', keyHeads, valueSize, shapes.value),
      output,
    };
    output.build([...shapes.query.slice(0, -1), queryHeads, valueSize]);
    this.#projections = projections;
    this.keepProjections(projections);
  }

  #projectionOptions(name: string, biasAxes: string): EinsumDenseOptions {
    return {
      name,
      trainable: this.trainable,
      biasAxes: this.useBias ? biasAxes : null,
      // Else all kernels of one shape would begin with the same values.
      kernelInitializer: redrawn(this.kernelInitializer),
      biasInitializer: redrawn(this.biasInitializer),
      kernelRegularizer: this.kernelRegularizer,
      biasRegularizer: this.biasRegularizer,
      activityRegularizer: this.#penalty,
      kernelConstraint: this.kernelConstraint,
      biasConstraint: this.biasConstraint,
    };
  }

  get #built(): Projections {
    if (this.#projections !== undefined) return this.#projections;
    throw new ValueError(
      `${this.label} is not built, so it has no projections. Call build(inputShapes) or apply(inputs) first.`,
    );
  }

  /** @throws ShapeError for inputs or masks that do not fit. */
  override call(
    inputs: readonly Tensor[],
    options: CallOptions & HeadedArguments,
  ): AttentionOutput {
    return scoped(() => {
      const given = this.inputsOf(inputs);
      const { query, value, key } = given;
      const shapes = { query: query.shape, value: value.shape, key: key.shape };
      this.resultShapes(shapes);
      const returnsScores = this.flag('returnAttentionScores', options.returnAttentionScores);
      if (returnsScores && this.flashAttention === true) {
        throw new ValueError(
          'returnAttentionScores does not go with flashAttention, which stores no scores. Leave one of them out.',
        );
      }
      const isFused = this.dropout === 0 && !returnsScores && query.ndim === 3;
      if (this.flashAttention === true && !isFused) {
        throw new ValueError(
          `flashAttention needs inputs (batch, steps, features), got a query of shape ${formatShape(query.shape)}. ` +
            'Leave it out.',
        );
      }
      const isCausal = this.flag('useCausalMask', options.useCausalMask);
      const attentionMask = this.maskArgument('attentionMask', options.attentionMask);
      const projections = this.#built;
      const call: AttentionOfCall = {
        layer: this,
        label: () => this.label,
        inputs: given,
        masks: this.#stepMasks(inputs, options),
        isCausal,
        isMasked: attentionMask !== null,
        project: () => [
          projections.key.apply(key, WITHOUT_MASK),
          projections.value.apply(value, WITHOUT_MASK),
        ],
      };
      const gate = projections.gate?.apply(query, WITHOUT_MASK);
      const q = projections.query.apply(query, WITHOUT_MASK);
      const { keys, values, before, ...seen } = seenKeys(call, options.cache);
      const { queryHeads, keyHeads, keySize } = this.sizes;
      const axes = this.attentionAxesFor(shapes);
      const scores = new HeadScores(seen.shapes, axes, queryHeads, keyHeads);
      // The last step sees all before it. The kernels know the causal mask of whole sequences.
      const isLast = before > 0 && query.shape[1] === 1;
      const isPlain = isFused && before === 0;
      const mask = maskOfScores(scores, {
        masks: seen.masks,
        attentionMask,
        isCausal: isCausal && !isPlain && !isLast,
        slidingWindow: this.slidingWindow,
        before,
      });
      const scale = 1 / Math.sqrt(keySize);
      let weights: Tensor | undefined;
      let attended: Tensor;
      if (isFused) {
        attended = dotProductAttention(q, keys, values, null, mask, {
          scale,
          isCausal: isCausal && isPlain,
          flashAttention: this.flashAttention,
        });
      } else {
        const softmax = new Softmax({ axis: scores.keyAxes, name: 'softmax' });
        weights = softmax.apply(scores.of(mul(q, scale), keys), { mask });
        const { training } = options;
        attended = scores.weighted(this._dropoutLayer.apply(weights, { training }), values);
      }
      const gated = gate === undefined ? attended : mul(attended, gate);
      const output = projections.output.apply(gated, WITHOUT_MASK);
      return returnsScores && weights !== undefined ? [output, weights] : output;
    });
  }

  /** The masks of steps: those that were given by name, else those that travel with the inputs. */
  #stepMasks(inputs: readonly Tensor[], options: CallOptions & HeadedArguments): InputMasks {
    const masks = this.masksOf(inputs, options.mask);
    const queryMask = this.maskArgument('queryMask', options.queryMask);
    return {
      query: (this.heedsQueryMask ? queryMask : null) ?? masks.query,
      value: this.maskArgument('valueMask', options.valueMask) ?? masks.value,
      key: this.maskArgument('keyMask', options.keyMask) ?? masks.key,
    };
  }

  /** Shapes and dtypes of the results. @throws ShapeError for inputs or masks that do not fit. */
  override computeOutputSpec(
    inputs: Symbolic<readonly Tensor[]>,
    options: ApplyOptions & HeadedArguments = {},
  ): Nest<TensorSpec> {
    const specs = super.computeOutputSpec(inputs, options);
    const shapes = this.shapesOf(inputs.map(({ shape }) => shape));
    const { queryHeads, keyHeads } = this.sizes;
    const scores = new HeadScores(shapes, this.attentionAxesFor(shapes), queryHeads, keyHeads);
    try {
      if (isSymbolicOrValue(options.attentionMask)) {
        scores.attentionMaskShape(options.attentionMask.shape);
      }
      if (this.flag('useCausalMask', options.useCausalMask)) scores.steps('useCausalMask');
    } catch (error) {
      throw withOwner(this.label, error);
    }
    return specs;
  }

  protected override resultShapes(
    shapes: Inputs<PartialShape>,
  ): readonly [output: PartialShape, scores: PartialShape] {
    const { query, value, key } = shapes;
    this.requireSteps(shapes);
    const axes = this.attentionAxesFor(shapes);
    const others = query.slice(0, -1).flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
    const other = others.find((axis) => differ(query[axis], value[axis]));
    if (other !== undefined) {
      throw this.misfit(
        shapes,
        `axis ${other} is none over which queries look, so its lengths must be equal`,
      );
    }
    if (value.slice(0, -1).some((length, axis) => differ(length, key[axis]))) {
      throw this.misfit(
        shapes,
        'there must be a value for each key: all axes but the last must have equal lengths',
      );
    }
    const { queryHeads, keyHeads } = this.sizes;
    const scores = new HeadScores(shapes, axes, queryHeads, keyHeads);
    return [[...query.slice(0, -1), ...this.outputLengths(query)], scores.shape];
  }

  override getConfig(): Config {
    const penalty = this.#penalty;
    return {
      ...super.getConfig(),
      activity_regularizer: penalty === null ? null : serializeRegularizer(penalty),
    };
  }
}

/** Options of layers with heads. */
export interface HeadedAttentionOptions extends OptionsOf<typeof HeadedAttention> {}

/** Letters of the axes of the output in the equation of its projection, which has `a` and `b` besides. */
export const OUTPUT_LETTERS = 'cdefghijklmnopqrstuvwxyz';

/** Projections ignore masks; the layer applies them itself. */
const WITHOUT_MASK = { mask: null } as const;
