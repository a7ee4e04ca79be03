import { naming } from '../config/index.js';
import type { Config } from '../config/index.js';
import type { Constraint } from '../constraints/constraint.js';
import { getConstraint, serializeConstraint } from '../constraints/registry.js';
import type { ConstraintIdentifier } from '../constraints/registry.js';
import type { Initializer } from '../initializers/initializer.js';
import { getInitializer, serializeInitializer } from '../initializers/registry.js';
import type { InitializerIdentifier } from '../initializers/registry.js';
import { getRegularizer, serializeRegularizer } from '../regularizers/registry.js';
import type { RegularizerIdentifier } from '../regularizers/registry.js';
import type { Regularizer } from '../regularizers/regularizer.js';

/** How a weight is made: what `addWeight` takes. */
export interface WeightSettings {
  readonly initializer: Initializer;
  readonly regularizer: Regularizer | null;
  readonly constraint: Constraint | null;
}

/** The options of a weight: of `kernel` they are `kernelInitializer`, `kernelRegularizer` and `kernelConstraint`. */
type OptionsOf<Name extends string> = Readonly<
  Partial<
    Record<`${Name}Initializer`, InitializerIdentifier> &
      Record<`${Name}Regularizer`, RegularizerIdentifier> &
      Record<`${Name}Constraint`, ConstraintIdentifier>
  >
>;

/** A layer keeps them in properties of the same names. */
type PropertiesOf<Name extends string> = Readonly<
  Record<`${Name}Initializer`, Initializer> &
    Record<`${Name}Regularizer`, Regularizer | null> &
    Record<`${Name}Constraint`, Constraint | null>
>;

/**
 * What the options say of a weight.
 *
 * @param label the layer, named in front of errors
 * @param initializer where the options name none
 * @throws ValueError for an unknown name.
 */
export function weightSettings<Name extends string>(
  label: string,
  name: Name,
  options: OptionsOf<Name>,
  initializer: InitializerIdentifier,
): WeightSettings {
  const given = options as Readonly<Record<string, unknown>>;
  return naming(label, () => ({
    initializer: getInitializer(
      (given[`${name}Initializer`] ?? initializer) as InitializerIdentifier,
    ),
    regularizer: getRegularizer(given[`${name}Regularizer`] as RegularizerIdentifier | undefined),
    constraint: getConstraint(given[`${name}Constraint`] as ConstraintIdentifier | undefined),
  }));
}

/** The settings that a layer keeps of a weight. */
export function settingsOf<Name extends string>(
  layer: PropertiesOf<Name>,
  name: Name,
): WeightSettings {
  const kept = layer as Readonly<Record<string, unknown>>;
  return {
    initializer: kept[`${name}Initializer`] as Initializer,
    regularizer: kept[`${name}Regularizer`] as Regularizer | null,
    constraint: kept[`${name}Constraint`] as Constraint | null,
  };
}

/** Their part of the layer's config. */
export function settingsConfig<Name extends string>(layer: PropertiesOf<Name>, name: Name): Config {
  const { initializer, regularizer, constraint } = settingsOf(layer, name);
  return {
    [`${name}_initializer`]: serializeInitializer(initializer),
    [`${name}_regularizer`]: serializeRegularizer(regularizer),
    [`${name}_constraint`]: serializeConstraint(constraint),
  };
}
