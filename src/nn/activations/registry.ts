import {
  didYouMean,
  findCustomFunction,
  isPlainObject,
  isSerializedObject,
  naming,
  registeredFunction,
  snakeCase,
} from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import type { AnyName, EitherSpelling, Option, SerializedObject } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { activationsByName } from '../../engine/ops/generated/activation-names.js';
import type { Tensor } from '../../engine/tensor/index.js';
import * as functions from './functions.js';

/** A function of one tensor that keeps its shape, applied to the result of a layer. */
export type Activation = (x: Tensor) => Tensor;

/** A function as Keras writes it into JSON. */
export interface SerializedFunction {
  /** The Python module: `'builtins'`, or null for a registered function. */
  readonly module?: string | null;
  /** The kind of object: `'function'`. */
  readonly class_name: string;
  /** The name of the function: `'relu'`. */
  readonly config: string;
  /** The name under which the function was registered, otherwise `'function'`. */
  readonly registered_name?: string | null;
}

/**
 * Names of your own activations. Types accept them after `declare module 'lanegrad/activations' { interface
 * ActivationNames { my_activation: true } }`.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface ActivationNames {}

/** Keras's names of activations, in its spelling and in camelCase, and those in `ActivationNames`. */
// eslint-disable-next-line @typescript-eslint/no-redundant-type-constituents -- programs extend the interface
export type ActivationName = EitherSpelling<keyof typeof BY_NAME> | keyof ActivationNames;

/**
 * An activation as you can specify it: a name in Keras's spelling or in camelCase, a function, or the config of a layer;
 * null is linear.
 */
export type ActivationIdentifier =
  ActivationName | Activation | SerializedFunction | SerializedObject | null;

/** What makes activations of the configs of layers, and configs of them again. */
interface LayersAsActivations {
  readonly activationOf: (config: SerializedObject) => Activation;
  readonly configOf: (activation: Activation) => SerializedObject | undefined;
}

let ofLayers: LayersAsActivations | undefined;

/** Makes known activations that are layers: `nn/layers/activation-layers.ts`, as layers lie above. */
export function installActivationLayers(known: LayersAsActivations): void {
  ofLayers = known;
}

/** `threshold` has no default for its two parameters, so it cannot be applied by name alone. */
const thresholdByName: Activation = () => {
  throw new ValueError(
    `activation 'threshold' needs its threshold and default value, which a name cannot give. Pass a function ` +
      `instead: (x) => activations.threshold(x, 0.5, 0).`,
  );
};

/** Every activation that is known by name: Keras's, and one of Keras 2. */
const BY_NAME = {
  ...activationsByName,
  hard_sigmoid_keras2: functions.hardSigmoidKeras2,
  linear: functions.linear,
  threshold: thresholdByName,
} satisfies Readonly<Record<string, Activation>>;

const find = (name: string): Activation | undefined =>
  Object.hasOwn(BY_NAME, name) ? BY_NAME[name as keyof typeof BY_NAME] : undefined;

/**
 * The activation that an identifier stands for: a name (`'hard_sigmoid'`, `'hardSigmoid'`), a
 * function, a function as Keras serializes it, or null for `linear`.
 *
 * @throws ValueError for an unknown name, listing the known ones.
 * @example activations.get('relu')(tensor([-1, 2])) // [0, 2]
 */
export function getActivation(identifier: ActivationIdentifier | AnyName | undefined): Activation {
  if (identifier === null || identifier === undefined) return functions.linear;
  if (typeof identifier === 'function') {
    // The parameters that `threshold` needs in addition to x would be missing in each call.
    return (identifier as unknown) === functions.threshold ? thresholdByName : identifier;
  }
  const isLayer = isSerializedObject(identifier) && isPlainObject(identifier.config);
  if (isLayer && ofLayers !== undefined) return ofLayers.activationOf(identifier);
  const name = nameOf(identifier);
  const activation = (findCustomFunction(name) as Activation | undefined) ?? find(snakeCase(name));
  if (activation === undefined) {
    throw new ValueError(
      `Unknown activation ${describeValue(name)}.${didYouMean(snakeCase(name), Object.keys(BY_NAME))} ` +
        `Known: ${Object.keys(BY_NAME).join(', ')}. Any function of a tensor may be passed as well.`,
    );
  }
  return activation;
}

function nameOf(identifier: unknown): string {
  if (typeof identifier === 'string') return identifier;
  if (typeof identifier === 'object' && identifier !== null && 'config' in identifier) {
    if (typeof identifier.config === 'string') return identifier.config;
  }
  throw new ValueError(
    `activation: expected a name, a function (x: Tensor) => Tensor or null, got ${describeValue(identifier)}.`,
  );
}

/** Whether the function is one of the library's activations. */
export function isActivation(f: unknown): boolean {
  return Object.values<unknown>(BY_NAME).includes(f);
}

/**
 * Keras's name of an activation, as in files: `serialize(activations.hardSigmoid)` is `'hard_sigmoid'`. Your own
 * registered function becomes an object with its registered name.
 *
 * @throws ValueError for a function that has no name in Keras and is not registered: it cannot be saved.
 * @example activations.serialize(activations.hardSigmoid) // 'hard_sigmoid'
 */
export function serializeActivation(
  activation: Activation,
): string | SerializedFunction | SerializedObject {
  const ofLayer = ofLayers?.configOf(activation);
  if (ofLayer !== undefined) return ofLayer;
  for (const [name, known] of Object.entries(BY_NAME)) if (known === activation) return name;
  const registered = registeredFunction(activation);
  if (registered !== undefined) return registered;
  throw new ValueError(
    `activation ${describeValue(activation)} cannot be saved: Keras knows it by no name. ` +
      `Register a function with utils.registerKerasSerializable.`,
  );
}

/**
 * The activation for a serialized form, the reverse of `serialize`.
 *
 * @example activations.deserialize('hard_sigmoid')(tensor([-3, 0, 3])) // [0, 0.5, 1]
 */
export function deserializeActivation(
  config: string | SerializedFunction | SerializedObject,
): Activation {
  return getActivation(config);
}

/** As Keras writes it: a name, and of a function that Keras 3 does not have what its `custom_objects` are asked for. */
function toConfig(activation: Activation): string | SerializedFunction | SerializedObject {
  const config = serializeActivation(activation);
  if (activation !== functions.hardSigmoidKeras2 || typeof config !== 'string') return config;
  return { module: 'builtins', class_name: 'function', config, registered_name: 'function' };
}

/** An option that is an activation. Default `'linear'`; where the default is another one, null is linear. */
export function activation(
  spec: { readonly default: ActivationName } = { default: 'linear' },
): Option<ActivationIdentifier, Activation> {
  return {
    ...spec,
    takesNull: spec.default !== 'linear',
    check: (given, { label, name }) =>
      naming(name === 'activation' ? label : `${label}: ${name}`, () =>
        getActivation(given as ActivationIdentifier),
      ),
    toConfig,
  };
}
