import type { ActivationIdentifier } from '../activations/registry.js';
import { activation } from '../activations/registry.js';
import { describeValue } from '../../config/describe-value.js';
import { axes, configurable, isListOf, number } from '../../config/index.js';
import type { Option, OptionsOf } from '../../config/index.js';
import { constraint } from '../constraints/registry.js';
import { ShapeError, ValueError } from '../../errors.js';
import { initializer } from '../initializers/registry.js';
import {
  cast,
  elu,
  greater,
  leakyRelu,
  mul,
  neg,
  relu,
  softmax,
  sub,
  where,
} from '../../engine/ops/index.js';
import { regularizer } from '../regularizers/registry.js';
import { formatShape } from '../../engine/tensor/index.js';
import type { PartialShape, Tensor, Variable } from '../../engine/tensor/index.js';
import type { CallOptions, LayerOptions } from './core/layer-options.js';
import { isWithinStep } from './core/within-step.js';
import { ShapePreservingLayer } from './shape-preserving.js';
import { settingsOf } from './weight-settings.js';

/**
 * y = activation(x), of x's shape, float32. Keras: `Activation`.
 *
 * @example new layers.Activation('tanh').apply([-1, 0, 2])
 */
export class Activation extends configurable(
  ShapePreservingLayer,
  'Activation',
  {
    /** A name, such as `'relu'`, or a function of a tensor. */
    activation: activation(),
  },
  { positional: ['activation'] },
) {
  /**
   * @param activation a name, such as `'relu'`, or a function of a tensor
   * @throws ValueError for an unknown name or option.
   */
  constructor(activation: ActivationIdentifier, options: LayerOptions = {}) {
    super(options, [activation]);
  }

  override call(x: Tensor): Tensor {
    return this.activation(cast(x, 'float32'));
  }
}

/** Options of `ReLU`. */
export interface ReLUOptions extends OptionsOf<typeof ReLU> {}

/**
 * min(x, maxValue) where x > threshold, else negativeSlope · (x − threshold). float32, of x's
 * shape. Keras: `ReLU`.
 *
 * @example new layers.ReLU({ maxValue: 6 }).apply([-1, 3, 9]) // [0, 3, 6]
 */
export class ReLU extends configurable(ShapePreservingLayer, 'ReLU', {
  /** Upper limit of the output, at least 0. Default null: no limit. */
  maxValue: number({ default: null, min: 0 }),
  /** Slope below the threshold, at least 0. Default 0. */
  negativeSlope: number({ default: 0, min: 0 }),
  /** Where the function starts to rise, at least 0. Default 0. */
  threshold: number({ default: 0, min: 0 }),
}) {
  override call(x: Tensor): Tensor {
    const { negativeSlope, threshold } = this;
    const maxValue = this.maxValue ?? Infinity;
    return relu(cast(x, 'float32'), { negativeSlope, threshold, maxValue });
  }
}

/** Options of `LeakyReLU`. */
export interface LeakyReLUOptions extends OptionsOf<typeof LeakyReLU> {}

/**
 * x where x > 0, else negativeSlope · x. float32, of x's shape. Keras: `LeakyReLU`.
 *
 * @example new layers.LeakyReLU({ negativeSlope: 0.1 }).apply([-1, 2]) // [−0.1, 2]
 */
export class LeakyReLU extends configurable(
  ShapePreservingLayer,
  'LeakyReLU',
  {
    /** Slope below 0, at least 0. Default 0.3. */
    negativeSlope: number({ default: 0.3, min: 0 }),
  },
  {
    // Files older than Keras 3 call the slope `alpha`.
    upgrade: ({ alpha, ...rest }) =>
      alpha === undefined ? rest : { ...rest, negative_slope: alpha },
  },
) {
  override call(x: Tensor): Tensor {
    return leakyRelu(cast(x, 'float32'), this.negativeSlope);
  }
}

/** Options of `ELU`. */
export interface ELUOptions extends OptionsOf<typeof ELU> {}

/**
 * x where x > 0, else alpha · (eˣ − 1). float32, of x's shape. Keras: `ELU` (Clevert et al., 2016).
 *
 * @example new layers.ELU({ alpha: 0.5 }).apply([-1, 0, 2])
 */
export class ELU extends configurable(ShapePreservingLayer, 'ELU', {
  /** The output approaches −alpha for x → −∞. Default 1. */
  alpha: number({ default: 1 }),
}) {
  override call(x: Tensor): Tensor {
    return elu(cast(x, 'float32'), this.alpha);
  }
}

/** Options of `PReLU`. */
export interface PReLUOptions extends OptionsOf<typeof PReLU> {}

/**
 * x where x > 0, else alpha · x, with a learned alpha for each position of a sample (He et al.,
 * 2015). x is [batch, …sample], alpha [sample] with 1 on the shared axes. float32, of x's shape.
 * Keras: `PReLU`.
 *
 * @example new layers.PReLU({ sharedAxes: [1, 2], inputShape: [28, 28, 8] })
 */
export class PReLU extends configurable(ShapePreservingLayer, 'PReLU', {
  /** Initial values of alpha. Default `'zeros'`. */
  alphaInitializer: initializer({ default: 'zeros' }),
  /** Penalty on alpha. Default null: none. */
  alphaRegularizer: regularizer(),
  /** Constraint on alpha, applied after each update. Default null: none. */
  alphaConstraint: constraint(),
  /**
   * Axes, counted from 1, along which all positions share one slope: `[1, 2]` for images. Default null: none.
   */
  sharedAxes: sampleAxes(),
}) {
  // Else each step has slopes of its own.
  override supportsCaching = this.sharedAxes?.includes(1) === true;
  #alpha: Variable | undefined;

  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: PReLUOptions = {}) {
    super(options);
    this.inputSpec = { minNdim: 2 };
  }

  /** The slopes. @throws ValueError before the layer is built. */
  get alpha(): Variable {
    if (this.#alpha !== undefined) return this.#alpha;
    throw new ValueError(
      `${this.label} is not built, so it has no alpha. Call build(inputShape) or apply(x) first.`,
    );
  }

  override build(inputShape: PartialShape): void {
    const shared = this.sharedAxes ?? [];
    const outside = shared.find((axis) => axis >= inputShape.length);
    if (outside !== undefined) {
      throw new ShapeError(
        `${this.label}: sharedAxes names axis ${outside}, which does not exist in input of shape ${formatShape(inputShape)}.`,
      );
    }
    const shape = inputShape.map((length, axis) => (shared.includes(axis) ? 1 : length)).slice(1);
    this.#alpha = this.addWeight('alpha', shape, settingsOf(this, 'alpha'));
    const axes = shape.map((length, i) => [i + 1, shared.includes(i + 1) ? null : length] as const);
    this.inputSpec = { ndim: inputShape.length, axes: Object.fromEntries(axes) };
  }

  override call(x: Tensor): Tensor {
    const input = cast(x, 'float32');
    return sub(relu(input), mul(this.alpha.value, relu(neg(input))));
  }
}

/** An option that is a list of axes of a sample, or null. */
function sampleAxes(): Option<readonly number[] | null> {
  const isAxis = (n: unknown): n is number => Number.isInteger(n) && Number(n) >= 1;
  return {
    default: null,
    check: (given, { owner, name }) => {
      if (isListOf(given, isAxis)) return [...given];
      throw new ValueError(
        `${owner}: ${name} must be a list of whole numbers from 1 (axis 0 is the batch), got ` +
          `${describeValue(given)}.`,
      );
    },
  };
}

/** What elements count as that do not count. */
const LEFT_OUT = -1e9;

/** Options of `Softmax`. */
export interface SoftmaxOptions extends OptionsOf<typeof Softmax> {}

/**
 * eˣ / Σ eˣ along `axis`. float32, of x's shape. Keras: `Softmax`.
 *
 * A mask says which elements count: its axes, matched from the right, have the lengths of x's axes, or 1. Elements that do not
 * count become 0, and the others sum to 1. A mask of steps from `Masking` or `Embedding` does not mask elements and is an
 * error, as in Keras: for masked steps use `Activation('softmax')`, which passes the mask on.
 *
 * @example new layers.Softmax().apply([[1, 2, 3]])
 */
export class Softmax extends configurable(ShapePreservingLayer, 'Softmax', {
  /** The axis or axes over which the output sums to 1. Default −1. */
  axis: axes({ default: -1 }),
}) {
  override supportsCaching = isWithinStep(this.axis);

  /** @throws ShapeError for a mask that does not mask elements. */
  override call(x: Tensor, options: CallOptions): Tensor {
    const input = cast(x, 'float32');
    const mask = options.mask as Tensor | null | undefined;
    if (mask === undefined || mask === null) return softmax(input, this.axis);
    const isOfElements =
      mask.ndim <= x.ndim &&
      mask.shape.every(
        (length, axis) => length === 1 || length === x.shape[axis + x.ndim - mask.ndim],
      );
    if (!isOfElements) {
      throw new ShapeError(
        `the mask, of shape ${formatShape(mask.shape)}, must say of the elements of the input, of shape ` +
          `${formatShape(x.shape)}, which count: axes are matched from the right, and lengths must be equal or 1. For a ` +
          `mask of steps use Activation('softmax').`,
      );
    }
    const counts = mask.dtype === 'bool' ? mask : greater(mask, 0.5);
    // Not −Infinity: where nothing counts, the softmax stays finite.
    return where(counts, softmax(where(counts, input, LEFT_OUT), this.axis), 0);
  }
}
