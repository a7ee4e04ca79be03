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
 * Registers your own class or function under a package and a name, so that models with it can be saved and loaded. Files contain
 * both, as Keras writes them: `'my_package>Scale'`. Classes of the same name in different packages therefore stay apart, and a
 * file can go to Keras and back if both sides register their class under the same name. Keras: `register_keras_serializable`.
 *
 * You can register any class with a config: a layer, loss, metric, optimizer, schedule, initializer, regularizer, constraint, or a
 * class that extends a model. You can also register a function that is used as a loss, metric, activation, initializer,
 * regularizer or constraint, or as the function of a `Lambda`. A registered function is saved by its name.
 *
 * Call the returned function with your class or function, or use it as a decorator of a class:
 * `@utils.registerKerasSerializable('mine')`.
 *
 * @param packageName the first part of the name. Default `'Custom'`
 * @param name the second part of the name. Default: `static className` of a class, otherwise its name in the code. Give functions
 * a name here if your build renames them. A function without a name gets this one
 * @returns a function that registers a class or a function, and returns it. If a name is registered again, the last registration
 * counts.
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
 * Runs `f` with your own classes and functions known by the given names, and returns its result. Names of an inner scope
 * take precedence over those of an outer scope, and these over registered names. The scope ends when `f` returns or
 * throws. Keras: `custom_object_scope`.
 *
 * The scope covers what runs before `f` returns. `loadModel` keeps the scope in which it was called, so `f` may return its
 * promise. Your own code after an `await` is outside the scope.
 *
 * @param objects classes and functions, by their names in configs
 * @param f the function to run in the scope
 * @throws ValueError for objects that are neither classes nor functions, and whatever `f` throws.
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
 * All registered classes and functions, by their full names. The map is the table itself: `set` registers an object,
 * `delete` and `clear` remove registered ones. Objects of `customObjectScope` are not in the map. Keras:
 * `get_custom_objects`.
 *
 * @example
 * const identity = utils.registerKerasSerializable('mine', 'identity')((x) => x);
 * utils.getCustomObjects().get('mine>identity') === identity // true
 */
export function getCustomObjects(): Map<string, CustomObject> {
  return allRegistered();
}

/**
 * The name of a class or a function in files: the one under which it was registered, otherwise `static className` of a
 * class or the name in the code. Keras: `get_registered_name`.
 *
 * @throws ValueError for anything but a class or a function.
 * @example utils.getRegisteredName(layers.Dense) // 'Dense'
 */
export function getRegisteredName(object: CustomObject): string {
  requireObjectOfOwn('getRegisteredName', object);
  return registeredNameOf(object) ?? plainNameOf(object);
}

/**
 * The class or function of a name. Looks in the scopes around the call, then among the registered objects, then in
 * `customObjects`, as Keras does; null if there is none. Keras: `get_registered_object`.
 *
 * @param name a full name: `'my_package>Scale'`
 * @throws ValueError for a name that is not a string, and for objects that are neither classes nor functions.
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
