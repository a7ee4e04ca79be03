// What Keras has in keras.saving for classes and functions of a user's own.
import { ValueError } from '../errors.js';
import { findCustomObject, registeredNameOf } from './custom-objects.js';
import type { CustomObject, CustomObjects } from './custom-objects.js';
import {
  allRegistered,
  isClass,
  plainNameOf,
  register,
  scopeWith,
  withinScope,
} from './custom-tables.js';
import { describeValue } from './describe-value.js';

/**
 * Makes a class or a function of your own known to all that reads and writes models, under a package and a name. Files hold
 * the two as Keras writes them, `'my_package>Scale'`, so classes of the same name in several packages are kept apart, and a
 * file goes to Keras and back if both sides register what they have under the same name. Keras:
 * `register_keras_serializable`.
 *
 * Any class with a config may be registered: a layer, loss, metric, optimizer, schedule, initializer, regularizer,
 * constraint, and a class that extends a model. So may any function that stands for one: a loss, a metric, an activation, an
 * initializer, a regularizer, a constraint, the function of a `Lambda`. A function that is registered is saved by its name.
 *
 * What is returned can be called with the class or function, and can decorate a class: `@utils.registerKerasSerializable('mine')`.
 *
 * @param packageName first part of the name. Default `'Custom'`
 * @param name second part of the name. Default: `static className` of a class, else its name in the code. Give functions a
 *   name here if your build renames them. A function that has no name gets this one
 * @returns a function that registers a class or a function, and gives it back. A name that is used again means the last one.
 * @throws ValueError for an empty name, and for a class without `getConfig` or `fromConfig`.
 * @example
 * const squaredRelu = (x: Tensor) => x.relu().square();
 * utils.registerKerasSerializable('mine', 'squared_relu')(squaredRelu);
 * utils.getRegisteredName(squaredRelu) // 'mine>squared_relu'
 */
export function registerKerasSerializable(
  packageName = 'Custom',
  name?: string,
): <T extends CustomObject>(object: T, context?: ClassDecoratorContext) => T {
  const owner = 'registerKerasSerializable';
  requireName(owner, 'packageName', packageName);
  if (name !== undefined) requireName(owner, 'name', name);
  return (object, context) => {
    requireObjectOfOwn(owner, object);
    const addNow = (): void => {
      add(owner, `${packageName}>`, name, object);
    };
    // A decorator runs before the static fields of its class are there.
    if (context?.kind === 'class') context.addInitializer(addNow);
    else addNow();
    return object;
  };
}

function add(owner: string, prefix: string, name: string | undefined, object: CustomObject): void {
  const own = name ?? plainNameOf(object);
  requireName(owner, 'the name of a function', own);
  if (isClass(object)) requireConfigs(owner, object);
  // Losses and metrics are called as their functions are.
  else if (plainNameOf(object) === '') Object.defineProperty(object, 'name', { value: own });
  register(prefix + own, object);
}

function requireName(owner: string, what: string, name: unknown): void {
  if (typeof name === 'string' && name !== '') return;
  throw new ValueError(`${owner}: ${what} must be a text that is not empty, got ${describeValue(name)}.`); // prettier-ignore
}

function requireObjectOfOwn(owner: string, object: unknown): void {
  if (typeof object === 'function') return;
  throw new ValueError(`${owner}: expected a class or a function, got ${describeValue(object)}.`);
}

function requireConfigs(owner: string, type: CustomObject): void {
  const { prototype, fromConfig } = type as { prototype?: { getConfig?: unknown }; fromConfig?: unknown }; // prettier-ignore
  if (typeof prototype?.getConfig === 'function' && typeof fromConfig === 'function') return;
  throw new ValueError(
    `${owner}: class ${describeValue(plainNameOf(type))} needs a method getConfig() and a static method fromConfig(config), by which it ` +
      `is written into files and made of them.`,
  );
}

/**
 * What `f` gives, where classes and functions of your own are known by the names that you give them. They count before
 * those of a scope around it, and those before what is registered. Where `f` ends, with an error too, so does the scope.
 * Keras: `custom_object_scope`.
 *
 * The scope holds for what runs before `f` returns. `loadModel` takes the scope along in which it was called, so it may be
 * what `f` returns; what your own code does behind an `await` is outside of the scope.
 *
 * @param objects classes and functions by the names that stand in configs
 * @param f what is to be done
 * @throws ValueError for objects that are neither classes nor functions; what `f` throws.
 * @example
 * const halved = (yTrue, yPred) => yPred.sub(yTrue).abs().mean(-1).mul(0.5);
 * const loss = utils.customObjectScope({ halved }, () => losses.get('halved'));
 * loss.apply([[1]], [[3]]).item() // 1
 */
export function customObjectScope<R>(objects: CustomObjects, f: () => R): R {
  const owner = 'customObjectScope';
  if (typeof f !== 'function') {
    throw new ValueError(
      `${owner}: expected a function as the second argument, got ${describeValue(f)}.`,
    );
  }
  return withinScope(scopeWith(owner, objects ?? 'nothing'), f);
}

/**
 * All classes and functions that are registered, by their full names. The map is the table itself: `set` makes another one
 * known, `delete` and `clear` make them unknown. Objects of `customObjectScope` are not in it. Keras: `get_custom_objects`.
 *
 * @example
 * const identity = utils.registerKerasSerializable('mine', 'identity')((x) => x);
 * utils.getCustomObjects().get('mine>identity') === identity // true
 */
export function getCustomObjects(): Map<string, CustomObject> {
  return allRegistered();
}

/**
 * The name that files have for a class or a function: the one under which it was registered, else `static className` of a
 * class or the name in the code. Keras: `get_registered_name`.
 *
 * @throws ValueError for what is neither a class nor a function.
 * @example utils.getRegisteredName(layers.Dense) // 'Dense'
 */
export function getRegisteredName(object: CustomObject): string {
  requireObjectOfOwn('getRegisteredName', object);
  return registeredNameOf(object) ?? plainNameOf(object);
}

/**
 * The class or function of that name: of the scopes around the call, of those that are registered, or of `customObjects`, in
 * this order, as in Keras; null if there is none. Keras: `get_registered_object`.
 *
 * @param name a full name: `'my_package>Scale'`
 * @throws ValueError for a name that is not a text, and for objects that are neither classes nor functions.
 * @example utils.getRegisteredObject('mine>unknown') // null
 */
export function getRegisteredObject(
  name: string,
  customObjects: CustomObjects = {},
): CustomObject | null {
  const owner = 'getRegisteredObject';
  requireName(owner, 'name', name);
  const given = scopeWith(owner, customObjects, new Map());
  return findCustomObject(name) ?? given.get(name) ?? null;
}
