import { relu } from '../activations/functions.js';
import { describeValue } from '../config/describe-value.js';
import { optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import type { Constraint } from '../constraints/constraint.js';
import type { ConstraintIdentifier } from '../constraints/registry.js';
import { ShapeError, ValueError } from '../errors.js';
import type { Initializer } from '../initializers/initializer.js';
import type { InitializerIdentifier } from '../initializers/registry.js';
import { cast, mul, neg, sub } from '../ops/index.js';
import type { Regularizer } from '../regularizers/regularizer.js';
import type { RegularizerIdentifier } from '../regularizers/registry.js';
import { formatShape } from '../tensor/shape.js';
import type { PartialShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { LAYER_OPTIONS } from './layer-options.js';
import type { LayerOptions } from './layer-options.js';
import { ShapePreservingLayer } from './shape-preserving.js';
import { settingsConfig, settingsOf, weightSettings } from './weight-settings.js';

/** Options of `PReLU`. */
export interface PReLUOptions extends LayerOptions {
  /** Default `'zeros'`. */
  readonly alphaInitializer?: InitializerIdentifier;
  readonly alphaRegularizer?: RegularizerIdentifier;
  readonly alphaConstraint?: ConstraintIdentifier;
  /**
   * Axes, counted from 1, along which one slope serves all positions: `[1, 2]` for images. Default
   * none.
   */
  readonly sharedAxes?: readonly number[] | null;
}

const OPTIONS = [
  'alphaInitializer',
  'alphaRegularizer',
  'alphaConstraint',
  'sharedAxes',
] as const satisfies readonly (keyof PReLUOptions)[];

/**
 * x where x > 0, else alpha · x, with a learned alpha for each position of a sample (He et al.,
 * 2015). x is [batch, …sample], alpha [sample] with 1 on the shared axes. float32, of x's shape.
 * Keras: `PReLU`.
 */
export class PReLU extends ShapePreservingLayer {
  static override readonly className = 'PReLU';
  readonly alphaInitializer: Initializer;
  readonly alphaRegularizer: Regularizer | null;
  readonly alphaConstraint: Constraint | null;
  readonly sharedAxes: readonly number[] | null;
  #alpha: Variable | undefined;

  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: PReLUOptions = {}) {
    super(options, OPTIONS);
    const alpha = weightSettings(this.label, 'alpha', options, 'zeros');
    this.alphaInitializer = alpha.initializer;
    this.alphaRegularizer = alpha.regularizer;
    this.alphaConstraint = alpha.constraint;
    this.sharedAxes = checkSharedAxes(options.sharedAxes ?? null);
    this.inputSpec = { minNdim: 2 };
  }

  /** The slopes. @throws ValueError before the layer is built. */
  get alpha(): Variable {
    if (this.#alpha === undefined) {
      throw new ValueError(
        `${this.label} is not built, so it has no alpha. Call build(inputShape) or apply(x) first.`,
      );
    }
    return this.#alpha;
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

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      ...settingsConfig(this, 'alpha'),
      shared_axes: this.sharedAxes,
    };
  }

  static override fromConfig(config: Config): PReLU {
    return new PReLU(optionsFromConfig('PReLU', config, [...OPTIONS, ...LAYER_OPTIONS]));
  }
}

function checkSharedAxes(axes: unknown): readonly number[] | null {
  if (axes === null) return null;
  const isAxis = (n: unknown): n is number =>
    typeof n === 'number' && Number.isInteger(n) && n >= 1;
  if (Array.isArray(axes) && axes.every(isAxis)) return [...axes];
  throw new ValueError(
    `PReLU: sharedAxes must be a list of whole numbers from 1 (axis 0 is the batch), got ` +
      `${describeValue(axes)}.`,
  );
}
