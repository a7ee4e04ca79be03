// Functions of which one runs.
import { checkFunction, flattenNest, packNest } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { ValueError } from '../../../errors.js';
import { tidy } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import { callOnStructures } from '../graphs/symbolic-operand.js';
import type { AnySymbolic } from '../graphs/symbolic-operand.js';
import { decidingElement, decidingInteger, isTensor, outlineOf, ownResults, requireSame, tensorsIn } from './structures.js'; // prettier-ignore
import type { Structure, SymbolicsOf, SymbolicStructure, TensorsOf } from './structures.js';
import type { ArgumentsOf, Truth } from './loops.js';

/**
 * trueFn() if `pred` is true, otherwise falseFn(); the other function is not called. The result is a tensor, lists and plain
 * objects of tensors, or null. Gradients of any order flow through the function that was called. A repeated step is recomputed
 * if `pred` has changed.
 *
 * With a symbolic `pred` it is a node of the graph, and both functions must return the same structure, shapes and dtypes. The
 * functions cannot use symbolic tensors from outside: `ops.switch` takes operands, and `ops.where` chooses element by element.
 * Such a graph cannot be saved.
 *
 * @param pred true or false, a number, or a tensor of one element: 0 is false
 * @param trueFn the function to call for true, without arguments
 * @param falseFn the function to call for false, without arguments
 * @throws ValueError if `pred` is not a truth value, and for results that are not tensors; ShapeError if `pred` has several
 * elements
 * @example ops.cond(x.sum().greater(0), () => x.mul(2), () => x.neg())
 */
export function cond<const T extends Structure | null, const F extends Structure | null>(
  pred: Truth,
  trueFn: () => T,
  falseFn: () => F,
): TensorsOf<T | F>;
export function cond<const T extends Structure | null, const F extends Structure | null>(
  pred: Truth | AnySymbolic,
  trueFn: () => T,
  falseFn: () => F,
): SymbolicsOf<T | F>;
export function cond(...args: readonly unknown[]): unknown {
  return callOnStructures(condTensors, 'cond', args);
}

/**
 * Calls the branch with the given index with the operands, and no other branch. An index before the first branch stands for the
 * first one, and an index after the last branch for the last one. Results, gradients and repeated steps are as in `cond`. To import
 * it alone, give it another name: `import { switch as switchCase } from 'lanegrad/ops'`.
 *
 * With symbolic tensors it is a node of the graph, and all branches must return the same structure, shapes and dtypes; such a graph
 * cannot be saved.
 *
 * @param index a whole number, or a tensor of one element
 * @param branches functions of the operands, at least one
 * @param operands tensors, or lists and plain objects of tensors, in which a number stands for a tensor
 * @throws ValueError for an empty list of branches and for results that are not tensors; DTypeError for an index that is not a
 * whole number; ShapeError for an index with several elements
 * @example ops.switch(1, [(x) => x.mul(2), (x) => x.add(1)], tensor([1, 2])) // [2, 3]
 */
export function switchCase<O extends Structure[], const T extends Structure | null>(
  index: number | Tensor,
  branches: readonly ((...operands: ArgumentsOf<O>) => T)[],
  ...operands: O
): TensorsOf<T>;
export function switchCase<O extends SymbolicStructure[], const T extends Structure | null>(
  index: number | Tensor | AnySymbolic,
  branches: readonly ((...operands: ArgumentsOf<O>) => T)[],
  ...operands: O
): SymbolicsOf<T>;
export function switchCase(...args: readonly unknown[]): unknown {
  return callOnStructures(switchTensors, 'switch', args);
}

function condTensors(pred: unknown, trueFn: () => unknown, falseFn: () => unknown): unknown {
  checkFunction('cond', 'trueFn', trueFn);
  checkFunction('cond', 'falseFn', falseFn);
  return tidy(() => {
    const truth = decidingElement('cond', 'pred', pred);
    const chosen = truth === undefined ? undefined : truth === 0 ? 1 : 0;
    return oneOf('cond', chosen, [trueFn, falseFn], []);
  });
}

function switchTensors(
  index: unknown,
  branches: unknown,
  ...operands: readonly unknown[]
): unknown {
  if (!Array.isArray(branches) || branches.length === 0) {
    throw new ValueError(
      `switch: branches must be a list of functions, at least one, got ${describeValue(branches)}.`,
    );
  }
  const functions = (branches as unknown[]).map((branch, i) =>
    checkFunction('switch', `branches[${i}]`, branch as () => unknown),
  );
  return tidy(() => {
    const wanted = decidingInteger('switch', 'index', index);
    const chosen = wanted && Math.min(Math.max(wanted, 0), functions.length - 1);
    const given = operands.map((operand, i) => tensorsIn('switch', `operand ${i}`, operand));
    return oneOf('switch', chosen, functions, given);
  });
}

/** What one of the functions gives; where no elements decide, all have to give the same shapes. */
function oneOf(
  op: string,
  chosen: number | undefined,
  functions: readonly ((...operands: readonly unknown[]) => unknown)[],
  operands: readonly unknown[],
): unknown {
  const resultOf = (i: number): unknown => {
    const result = functions[i]?.(...operands);
    return result === null ? null : tensorsIn(op, `what function ${i} gives`, result);
  };
  const result = resultOf(chosen ?? 0);
  if (chosen === undefined) {
    const expected = outlineOf(result);
    functions.forEach((_, i) => {
      if (i > 0) requireSame(op, `what function ${i} gives`, outlineOf(resultOf(i)), expected);
    });
  }
  const own = ownResults(flattenNest(result, isTensor));
  return result === null ? null : packNest(result, isTensor, own);
}
