import { normalizeAxes } from '../../engine/tensor/index.js';
import type { PartialShape } from '../../engine/tensor/index.js';
import type { Axes, Option, SerializedObject } from '../../config/index.js';
import type { AnyLayer } from './core/layer.js';
import type { Constraint } from '../constraints/constraint.js';
import { constraint } from '../constraints/registry.js';
import type { Initializer } from '../initializers/initializer.js';
import { initializer } from '../initializers/registry.js';
import { regularizer } from '../regularizers/registry.js';
import type { Regularizer } from '../regularizers/regularizer.js';
import { describeValue } from '../../config/describe-value.js';
import { isSerializedObject, naming } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { Layer } from './core/layer.js';
import { deserializeLayer, serializeLayer } from './registry.js';

/** How a weight is made: what `addWeight` takes. */
interface WeightSettings {
  readonly initializer: Initializer;
  readonly regularizer: Regularizer | null;
  readonly constraint: Constraint | null;
}

/** What a layer keeps of a weight: of `kernel` it is `kernelInitializer`, `kernelRegularizer` and `kernelConstraint`. */
type PropertiesOf<Name extends string> = Readonly<
  Record<`${Name}Initializer`, Initializer> &
    Record<`${Name}Regularizer`, Regularizer | null> &
    Record<`${Name}Constraint`, Constraint | null>
>;

/** The settings that a layer keeps of a weight. */
export function settingsOf<Name extends string>(
  layer: PropertiesOf<Name>,
  name: Name,
): WeightSettings {
  const fields = layer as Readonly<Record<string, unknown>>;
  return {
    initializer: fields[`${name}Initializer`] as Initializer,
    regularizer: fields[`${name}Regularizer`] as Regularizer | null,
    constraint: fields[`${name}Constraint`] as Constraint | null,
  };
}

/** The options of the offset and the factor that layers learn which normalize. */
export const BETA_AND_GAMMA = {
  /** Initial values of beta. Default `'zeros'`. */
  betaInitializer: initializer({ default: 'zeros' }),
  /** Penalty on beta. Default null: none. */
  betaRegularizer: regularizer(),
  /** Constraint on beta, applied after each update. Default null: none. */
  betaConstraint: constraint(),
  /** Initial values of gamma. Default `'ones'`. */
  gammaInitializer: initializer({ default: 'ones' }),
  /** Penalty on gamma. Default null: none. */
  gammaRegularizer: regularizer(),
  /** Constraint on gamma, applied after each update. Default null: none. */
  gammaConstraint: constraint(),
};

/** Counts the axes of a layer's weights from the front, now that it is built. Returns their lengths in its input. */
export function fixAxes(
  layer: Layer & { readonly axis: Axes },
  label: string,
  inputShape: PartialShape,
): PartialShape {
  const axes = normalizeAxes(label, layer.axis, inputShape.length);
  const shape = axes.map((axis) => inputShape[axis] ?? null);
  (layer as { axis: Axes }).axis = Object.freeze(axes);
  layer.inputSpec = {
    ndim: inputShape.length,
    axes: Object.fromEntries(axes.map((axis, i) => [axis, shape[i] ?? null])),
  };
  return shape;
}

/** An option that is a layer, or the config of one. */
export const layerOption = (): Option<AnyLayer | SerializedObject, AnyLayer> => ({
  check: (given, { label, name }) => {
    if (given instanceof Layer) return given;
    if (isSerializedObject(given)) {
      return naming(`${label}: ${name}`, () => deserializeLayer(given));
    }
    throw new ValueError(
      `${label}: ${name} must be a layer, such as layers.Dense, got ${describeValue(given)}.`,
    );
  },
  toConfig: (layer) => serializeLayer(layer),
});
