// Loops that a condition or a number ends.
import { checkFunction, checkNumber, checkOptions, MAX_LENGTH } from '../../../config/index.js';
import { tidy } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import { callOnStructures } from '../graphs/symbolic-operand.js';
import type { AnySymbolic } from '../graphs/symbolic-operand.js';
import { Carry } from './scan.js';
import { decidingElement, decidingInteger, ownResults, tensorsIn } from './structures.js';
import type { Structure, SymbolicsOf, SymbolicStructure, TensorsOf } from './structures.js';

/** Options of `whileLoop`. */
export interface WhileLoopOptions {
  /** The largest number of iterations. Default null: no limit. */
  readonly maximumIterations?: number | null;
}

/** The tensors of a structure as the arguments of a function; the entries of a list are separate arguments. */
export type ArgumentsOf<S> =
  TensorsOf<S> extends infer Tensors
    ? Tensors extends readonly unknown[]
      ? Tensors
      : [Tensors]
    : never;

/** A value that stands for a truth value: true, false, a number, or a tensor of one element; 0 is false. */
export type Truth = boolean | number | Tensor;

/**
 * Runs `body` as long as `cond` is true: vars = body(…vars) while cond(…vars), starting with `loopVars`. Returns the last vars.
 *
 * `loopVars` is a tensor, or lists and plain objects of tensors, in which a number stands for a tensor; the entries of a list
 * are separate arguments. The variables keep their structure, shapes and dtypes. Gradients of any order flow through the
 * iterations that were run; other tensors that an iteration creates are freed at its end. A repeated step is recomputed if a
 * condition has changed. With symbolic tensors it is a node of the graph; such a graph cannot be saved.
 *
 * @param cond a function that returns whether there is another iteration
 * @param body a function that returns the next variables, in the same structure
 * @param loopVars the variables of the first iteration
 * @throws ValueError for anything but a structure of tensors; ShapeError if a variable changes its shape or dtype, and for a
 * condition with several elements.
 * @example
 * const [i, x] = ops.whileLoop((i, x) => i.less(3), (i, x) => [i.add(1), x.mul(2)], [0, tensor([1, 2])]); // i: 3, x: [8, 16]
 */
export function whileLoop<const V extends Structure>(
  cond: (...vars: ArgumentsOf<V>) => Truth,
  body: (...vars: ArgumentsOf<V>) => Structure,
  loopVars: V,
  options?: WhileLoopOptions,
): TensorsOf<V>;
export function whileLoop<const V extends SymbolicStructure>(
  cond: (...vars: ArgumentsOf<V>) => Truth,
  body: (...vars: ArgumentsOf<V>) => Structure,
  loopVars: V,
  options?: WhileLoopOptions,
): SymbolicsOf<V>;
export function whileLoop(...args: readonly unknown[]): unknown {
  return callOnStructures(whileTensors, 'whileLoop', args);
}

/**
 * Runs `bodyFun` for each whole number i from `lower` to `upper` − 1: value = bodyFun(i, value), starting with `initVal`.
 * Returns the last value: a tensor, or lists and plain objects of tensors, which keep their structure, shapes and dtypes. i is a
 * JavaScript number. Gradients and memory are as in `scan`.
 *
 * @param lower the first number: a whole number, or a tensor of one element
 * @param upper the end, which is not included: a whole number, or a tensor of one element
 * @param bodyFun a function of i and the current value that returns the next value
 * @param initVal the value of the first iteration
 * @throws as `scan`; DTypeError for limits that are not whole numbers
 * @example ops.foriLoop(0, 4, (i, x) => x.mul(0.5).add(i), tensor([8, 16])) // [4.75, 5.25]
 */
export function foriLoop<const V extends Structure>(
  lower: number | Tensor,
  upper: number | Tensor,
  bodyFun: (i: number, value: TensorsOf<V>) => Structure,
  initVal: V,
): TensorsOf<V>;
export function foriLoop<const V extends SymbolicStructure>(
  lower: number | Tensor | AnySymbolic,
  upper: number | Tensor | AnySymbolic,
  bodyFun: (i: number, value: TensorsOf<V>) => Structure,
  initVal: V,
): SymbolicsOf<V>;
export function foriLoop(...args: readonly unknown[]): unknown {
  return callOnStructures(foriTensors, 'foriLoop', args);
}

function whileTensors(
  cond: (...vars: readonly unknown[]) => unknown,
  body: (...vars: readonly unknown[]) => unknown,
  loopVars: unknown,
  options: WhileLoopOptions = {},
): unknown {
  checkFunction('whileLoop', 'cond', cond);
  checkFunction('whileLoop', 'body', body);
  checkOptions('whileLoop', options, ['maximumIterations']);
  const { maximumIterations = null } = options;
  if (maximumIterations !== null)
    checkNumber('whileLoop', 'maximumIterations', maximumIterations, { integer: true, min: 0 });
  return tidy(() => {
    const carry = new Carry('whileLoop', tensorsIn('whileLoop', 'loopVars', loopVars));
    const vars = (): readonly unknown[] =>
      Array.isArray(carry.structure) ? carry.structure : [carry.structure];
    // A body of one variable may give it by itself.
    const asList = (result: unknown): unknown =>
      Array.isArray(loopVars) && loopVars.length === 1 && !Array.isArray(result)
        ? [result]
        : result;
    for (let i = 0; i < (maximumIterations ?? Infinity); i++) {
      const truth = tidy(() => decidingElement('whileLoop', 'what cond gives', cond(...vars())));
      if (truth === 0) break;
      carry.advance('what body gives', () => ({ carry: asList(body(...vars())), output: null }));
      // Where there are no elements, one iteration shows the shapes.
      if (truth === undefined) break;
    }
    return carry.with(ownResults(carry.tensors));
  });
}

function foriTensors(
  lower: unknown,
  upper: unknown,
  bodyFun: (i: number, value: unknown) => unknown,
  initVal: unknown,
): unknown {
  checkFunction('foriLoop', 'bodyFun', bodyFun);
  return tidy(() => {
    const from = decidingInteger('foriLoop', 'lower', lower);
    const to = decidingInteger('foriLoop', 'upper', upper);
    const carry = new Carry('foriLoop', tensorsIn('foriLoop', 'initVal', initVal));
    // Where there are no elements, one iteration shows the shapes.
    const first = from ?? to ?? 0;
    const end = from === undefined || to === undefined ? first + 1 : to;
    checkNumber('foriLoop', 'the number of iterations', Math.max(end - first, 0), {
      max: MAX_LENGTH,
    });
    for (let i = first; i < end; i++) {
      carry.advance('what bodyFun gives', () => ({ carry: bodyFun(i, carry.structure), output: null })); // prettier-ignore
    }
    return carry.with(ownResults(carry.tensors));
  });
}
