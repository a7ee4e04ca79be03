import { checkOptions, storedValue, snakeCase } from '../../config/index.js';
import type { Declaration, Given, Stored } from '../../config/index.js';
import { scoped } from '../../engine/tensor/index.js';
import type { Tensor, TensorLike } from '../../engine/tensor/index.js';
import { alignTargets } from './targets.js';

/** What a function of Keras's computes, of options that are checked already. */
type Formula<D, Input> = (yTrue: Input, yPred: Input, options: Stored<D>, owner: string) => Tensor;

/** Options come last, in an object. A function that declares none takes none. */
type Options<D> = [keyof D] extends [never] ? [] : [options?: Given<D>];

/** A function of targets and predictions that is one of Keras's losses or metrics. */
export type KerasFunction<D extends Declaration> = (
  yTrue: TensorLike,
  yPred: TensorLike,
  ...options: Options<D>
) => Tensor;

/** The options of a function, as a user gives them. */
export type OptionsOfFunction<F> = F extends KerasFunction<infer D> ? Given<D> : never;

/** What the classes of a function take over from it. */
interface Definition<D extends Declaration> {
  readonly declared: D;
  /** The function without checks of its options, for objects that checked them when they were made. */
  readonly call: (yTrue: TensorLike, yPred: TensorLike, options: Stored<D>) => Tensor;
}

const definitions = new WeakMap<object, Definition<never>>();

/**
 * A function that Keras knows, so that a file which names it need not be written with all functions at hand. The function
 * checks its options as a class does. The name stays when a bundler shortens those of variables. Nothing is left of a
 * call but the result.
 *
 * @param name Keras's name in camelCase: 'meanSquaredError'; messages have it in snake_case
 */
export function kerasFunction<D extends Declaration>(
  name: string,
  declared: D,
  formula: Formula<D, TensorLike>,
): KerasFunction<D> {
  let spelled: string | undefined;
  const owner = (): string => (spelled ??= snakeCase(name));
  const call = (yTrue: TensorLike, yPred: TensorLike, options: Stored<D>): Tensor =>
    scoped(() => formula(yTrue, yPred, options, owner()));
  const known = (yTrue: TensorLike, yPred: TensorLike, options: object = {}): Tensor =>
    call(yTrue, yPred, checkedOptions(owner(), declared, options));
  Object.defineProperty(known, 'name', { value: name });
  definitions.set(known, { declared, call } as unknown as Definition<never>);
  return known;
}

/** A function of Keras's that takes float32 targets and predictions of one shape. */
export function alignedFunction<D extends Declaration>(
  name: string,
  declared: D,
  formula: Formula<D, Tensor>,
): KerasFunction<D> {
  return kerasFunction(name, declared, (yTrue, yPred, options, owner) =>
    formula(...alignTargets(owner, yTrue, yPred), options, owner),
  );
}

function checkedOptions<D extends Declaration>(
  owner: string,
  declared: D,
  came: object,
): Stored<D> {
  checkOptions(owner, came, Object.keys(declared));
  const given = came as Readonly<Record<string, unknown>>;
  const object: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(declared)) {
    object[name] = storedValue(option, given[name], { owner, label: owner, name, object });
  }
  return object as Stored<D>;
}

/** What `f` was made of. */
export function definitionOf<D extends Declaration>(f: KerasFunction<D>): Definition<D> {
  return definitions.get(f) as unknown as Definition<D>;
}

/** The options that a class of a function has, and properties of its prototype for those that it does not. */
export function optionsWithout(
  declared: Declaration,
  without: readonly PropertyKey[],
): { readonly options: Declaration; readonly defaults: PropertyDescriptorMap } {
  const isLeft = ([name]: readonly [string, unknown]): boolean => !without.includes(name);
  const entries = Object.entries(declared);
  const defaults = entries
    .filter((entry) => !isLeft(entry))
    .map(([name, option]) => [name, { value: option.default }] as const);
  return {
    options: Object.fromEntries(entries.filter(isLeft)),
    defaults: Object.fromEntries(defaults),
  };
}

/** Whether Keras knows `f` by its name. */
export function isKerasFunction(f: object): boolean {
  return definitions.has(f);
}
