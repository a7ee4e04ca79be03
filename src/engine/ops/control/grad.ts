import { describeValue } from '../../../config/describe-value.js';
import { checkFunction, checkOptions, isPromise } from '../../../config/index.js';
import { record, Tape } from '../../autodiff/index.js';
import { DTypeError, ShapeError, ValueError } from '../../../errors.js';
import {
  formatShape,
  ones,
  requireVariables,
  sameShape,
  scoped,
  Tensor,
  tidy,
  toTensor,
  zeros,
} from '../../tensor/index.js';
import type { TensorLike, Variable } from '../../tensor/index.js';
import { add } from '../elementwise/arithmetic.js';

/** A function of tensors whose result is a single number. */
export type ScalarFunction<P extends Tensor[]> = (...args: P) => Tensor;

/** The arguments of a function of tensors: values that stand for tensors. */
export type Arguments<P extends Tensor[]> = { [K in keyof P]: TensorLike };

/** A gradient for a single argument, a list for several; each has the shape of its argument. */
export type Gradients<P extends Tensor[]> = P['length'] extends 1 ? Tensor : P;

/** Options of gradients with respect to variables. */
export interface GradientOptions {
  /**
   * The gradient of a later result with respect to the function's value: float32, of the value's shape. Default: 1, for a
   * value of one element.
   */
  readonly dy?: TensorLike | undefined;
}

/** The value of a function of variables, its gradients, and the function's additional result. */
export interface ValueAndGradients<Aux = undefined> {
  /** The value of the function. */
  readonly value: Tensor;
  /**
   * ∂value / ∂variable for each variable, in order and with the variables' shapes; null for a variable that the value
   * does not depend on, as `optimizer.apply` accepts it.
   */
  readonly gradients: (Tensor | null)[];
  /** The function's additional result. */
  readonly aux: Aux;
}

/**
 * The value of `f` and its gradient with respect to each variable, by reverse-mode differentiation:
 * gradients[i] = ∂value / ∂variables[i], or with `dy` Σⱼ dyⱼ · ∂valueⱼ / ∂variables[i]. `f` reads the variables by
 * `variable.value`, or through `model.apply(x, { training: true })`. It returns one float32 number as a tensor (with `dy`, a
 * tensor of any shape), or a pair [value, aux], whose `aux` is passed on. A gradient is null if the value does not depend on
 * the variable.
 *
 * Tensors that `f` creates live as if you had called `f` directly: until the end of the surrounding `tidy`, or without one
 * until `dispose()` or garbage collection. The same holds for the value, the gradients and the tensors in `aux`. Other
 * tensors of the backward pass are freed by that `tidy`, or without one at once.
 *
 * @param variables the float32 variables to differentiate by, at least one
 * @throws ValueError if there is no gradient, because `f` uses none of the variables, or uses them only in operations
 * without a gradient; also if `f` is asynchronous.
 * @throws DTypeError for a variable that is not float32, ShapeError if the value is not a single number and `dy` is missing
 * or has a different shape.
 * @example
 * const [w, b] = [new Variable([1, 2]), new Variable(0)];
 * const { value, gradients, aux } = valueAndGrad(() => {
 *   const y = w.value.mul([3, 4]).sum().add(b.value);
 *   return [y.sub(10).square(), y];
 * }, [w, b]); // value: 1, gradients: [[6, 8], 2], aux: 11
 * new optimizers.SGD().apply(gradients, [w, b]);
 */
export function valueAndGrad<const Aux = undefined>(
  f: () => Tensor | readonly [value: Tensor, aux: Aux],
  variables: readonly Variable[],
  options?: GradientOptions,
): ValueAndGradients<Aux>;
/**
 * A function that computes f and its gradient with respect to each argument, by reverse-mode differentiation. The
 * gradient of an argument that f reads, but that does not affect the result, is zero.
 *
 * f must compute with its parameters, which are new tensors. Tensors that f uses from outside are constants, even if
 * they are the same tensors as the arguments. For gradients with respect to variables, such as the weights of a model,
 * use `valueAndGrad(f, variables)`. Tensors that f creates are freed.
 *
 * @throws ShapeError if f's result has more than one element, DTypeError for arguments that are not float32,
 * ValueError if f never reads one of its arguments, and if the result depends on the arguments only through operations
 * without a gradient, such as comparisons.
 * @example const [y, dx] = valueAndGrad((x) => x.square().sum())(tensor([1, 2, 3]));
 */
export function valueAndGrad<P extends Tensor[]>(
  f: ScalarFunction<P>,
): (...args: Arguments<P>) => [value: Tensor, gradients: Gradients<P>];
export function valueAndGrad(
  f: (...args: Tensor[]) => Tensor | readonly [Tensor, unknown],
  ...rest: [variables?: readonly Variable[], options?: GradientOptions]
): unknown {
  checkFunction('valueAndGrad', 'f', f);
  if (rest.length === 0) return ofArguments(f as ScalarFunction<Tensor[]>);
  let aux: unknown;
  const valueOf = (): Tensor => {
    const result = f();
    if (!Array.isArray(result)) return result as Tensor;
    if (result.length === 2) aux = result[1];
    return (result.length === 2 ? result[0] : result) as Tensor;
  };
  return { ...ofVariables('valueAndGrad', valueOf, ...rest), aux };
}

/**
 * The gradient of `f` with respect to each variable, ∂f / ∂variables[i]; null if f does not depend on the variable. See
 * `valueAndGrad(f, variables)`.
 *
 * @param variables the float32 variables to differentiate by, at least one
 * @example
 * const w = new Variable([1, 2]);
 * grad(() => w.value.square().sum(), [w]); // [[2, 4]]
 */
export function grad(
  f: () => Tensor,
  variables: readonly Variable[],
  options?: GradientOptions,
): (Tensor | null)[];
/**
 * A function that computes the gradient of f with respect to each argument: a tensor for a single argument, a list for
 * several. See `valueAndGrad`.
 *
 * @example
 * const loss = (w: Tensor) => w.square().sum();
 * grad(loss)(tensor([1, 2])); // [2, 4]
 */
export function grad<P extends Tensor[]>(
  f: ScalarFunction<P>,
): (...args: Arguments<P>) => Gradients<P>;
export function grad(
  f: (...args: Tensor[]) => Tensor,
  ...rest: [variables?: readonly Variable[], options?: GradientOptions]
): unknown {
  checkFunction('grad', 'f', f);
  if (rest.length > 0) return ofVariables('grad', f, ...rest).gradients;
  const both = ofArguments(f);
  return (...args: Tensor[]) => tidy(() => both(...args)[1]);
}

/** The gradients of a function of tensors. */
function ofArguments(
  f: ScalarFunction<Tensor[]>,
): (...args: TensorLike[]) => [value: Tensor, gradients: Tensor | Tensor[]] {
  return (...args) =>
    tidy(() => {
      const inputs = args.map((arg, i) => {
        const input = toTensor(arg);
        if (input.dtype === 'float32') return input;
        throw new DTypeError(
          `grad: argument ${i} is ${input.dtype}; gradients exist only for float32. Convert it with ` +
            `astype('float32').`,
        );
      });
      // Identities of their own, so that an argument given twice has two gradients.
      const watched = inputs.map((x) => record('identity', [x], x.view(x.shape), [], (dy) => [dy]));
      const { value, gradients } = differentiate('grad', () => f(...watched), watched, {
        sourceNames: 'arguments',
        check: requireRead,
      });
      const filled = separate(gradients).map(
        (gradient, i) => gradient ?? zeros(watched[i]?.shape ?? []),
      );
      const [first, ...others] = filled;
      return [value, first !== undefined && others.length === 0 ? first : filled];
    });
}

/** Zeros for an argument that no operation has read would hide that f computes with something else. */
function requireRead(tape: Tape, value: Tensor, watched: readonly Tensor[]): void {
  const unread = watched.findIndex(({ id }) => id !== value.id && !tape.hasRead(id));
  if (unread < 0) return;
  throw new ValueError(
    `grad: no operation of the function reads argument ${unread} of shape ${formatShape(watched[unread]?.shape ?? [])}, ` +
      `so there is no gradient. Compute with the parameters of the function, (x, …) => …: tensors that it takes from outside, a ` +
      `model's weights and the numbers of item() or data() are constants. Leave out an argument that it does not need. ` +
      `For gradients of weights give the variables: grad(f, model.trainableWeights).`,
  );
}

/** The value of `f` and its gradients with respect to variables, all checked. */
function ofVariables(
  op: string,
  f: () => Tensor,
  variables: readonly Variable[] = undefined as never,
  options: GradientOptions = {},
): Pick<ValueAndGradients, 'value' | 'gradients'> {
  checkOptions(op, options, ['dy']);
  requireVariables(op, variables);
  return differentiateVariables(op, f, variables, options);
}

/**
 * `valueAndGrad(f, variables)` for a list of variables: what it is made of, and the steps of optimizers.
 *
 * @param op for messages
 */
export function differentiateVariables(
  op: string,
  f: () => Tensor,
  variables: readonly Variable[],
  options: GradientOptions = {},
): Pick<ValueAndGradients, 'value' | 'gradients'> {
  if (variables.length === 0) {
    throw new ValueError(
      `${op}: the list of variables is empty. Give those to differentiate by, such as model.trainableWeights: a ` +
        `model has them once it is built, by an inputShape, build(inputShape) or a first apply(x).`,
    );
  }
  const sources = variables.map(({ value, dtype, path }) => {
    if (dtype !== 'float32') {
      throw new DTypeError(
        `${op}: variable '${path}' is ${dtype}; gradients exist only for float32. Leave it out of the list.`,
      );
    }
    // Of a variable that was disposed this is an error.
    value.materialize();
    return value;
  });
  const { value, gradients } = differentiate(op, f, sources, {
    sourceNames: 'variables',
    dy: options.dy,
  });
  if (gradients.every((gradient) => gradient === undefined)) {
    const count =
      variables.length === 1
        ? `variable '${variables[0]?.path}'`
        : `any of the ${variables.length} variables`;
    throw new ValueError(
      `${op}: the value does not depend on ${count}, so there is no gradient. Use variable.value or model.apply(x) ` +
        `inside the function, by operations that have a gradient: what was computed before it, the numbers of data() ` +
        `and item(), and results of stopGradient are constants.`,
    );
  }
  return {
    // A variable keeps its own tensor.
    value: variables.some((variable) => variable.value === value) ? value.alias() : value,
    gradients: separate(gradients, options.dy).map((gradient) => gradient ?? null),
  };
}

/** What `differentiate` gives. */
export interface Differentiated {
  readonly value: Tensor;
  /**
   * In the order of the sources; undefined where the value does not depend on the source. Two sources may share one
   * (as in a + b), and it may be `dy`.
   */
  readonly gradients: readonly (Tensor | undefined)[];
}

/** Each gradient as a separate tensor, which can be disposed without the others and `dy`. */
function separate(
  gradients: Differentiated['gradients'],
  dy?: TensorLike,
): Differentiated['gradients'] {
  return gradients.map((gradient, i) => {
    const isOwn = gradient !== dy && gradients.indexOf(gradient) === i;
    return isOwn ? gradient : gradient?.alias();
  });
}

/** How to differentiate. */
export interface DifferentiateOptions extends GradientOptions {
  /** What the sources are called in messages. Default `'weights'`. */
  readonly sourceNames?: 'arguments' | 'variables' | 'weights';
  /** Looks at what was recorded, before the backward pass. */
  readonly check?: (tape: Tape, value: Tensor, sources: readonly Tensor[]) => void;
}

/**
 * The number that `f` computes and its gradients with respect to tensors that it uses. What `f` makes belongs to the scope
 * that is open, as if `f` were called by itself. So does what the backward pass makes; outside of scopes only the gradients
 * are left of it.
 *
 * @param op for messages
 */
export function differentiate(
  op: string,
  f: () => Tensor,
  sources: readonly Tensor[],
  options: DifferentiateOptions = {},
): Differentiated {
  const { sourceNames = 'weights', check, dy } = options;
  const ids = sources.map((source) => source.id);
  const tape = new Tape(ids);
  try {
    const value = tape.recording(f);
    requireValue(op, value, options);
    check?.(tape, value, sources);
    const severedBy = tape.severedBy(value);
    if (severedBy !== undefined) {
      throw new ValueError(
        `${op}: the result depends on the ${sourceNames} only through ${severedBy}, ` +
          `which has no gradient. Compute it by operations that have one; if zeros are meant, say so with stopGradient.`,
      );
    }
    const gradients = scoped(() => {
      const seed = dy === undefined ? ones(value.shape) : seedOf(op, dy, value);
      return tape.gradients(value, seed, ids, add);
    });
    return { value, gradients };
  } finally {
    tape.dispose();
  }
}

/** Throws unless a function returned what can be differentiated. */
function requireValue(op: string, value: unknown, { sourceNames, dy }: DifferentiateOptions): void {
  if (
    value instanceof Tensor &&
    value.dtype === 'float32' &&
    (dy !== undefined || value.size === 1)
  )
    return;
  if (isPromise(value)) {
    // What it goes on to do may fail; the error to see is the one below.
    value.then(undefined, () => undefined);
    throw new ValueError(
      `${op}: the function is asynchronous, but only what it computes before it returns has gradients. Wait for data ` +
        `before the call.`,
    );
  }
  const got =
    value instanceof Tensor
      ? `a tensor of shape ${formatShape(value.shape)}, ${value.dtype}`
      : describeValue(value);
  const orDy = sourceNames === 'variables' ? `, or give { dy }, the gradient of what follows` : '';
  throw new ShapeError(
    dy === undefined
      ? `${op}: the function must return one float32 number as a tensor, got ${got}. Reduce it with sum() or mean()${orDy}.`
      : `${op}: the function must return a float32 tensor, got ${got}.`,
  );
}

/** What `dy` stands for, checked against the value. */
function seedOf(op: string, dy: TensorLike, value: Tensor): Tensor {
  const seed = toTensor(dy);
  if (seed.dtype === 'float32' && sameShape(seed.shape, value.shape)) return seed;
  throw new ShapeError(
    `${op}: dy must be float32 of shape ${formatShape(value.shape)}, as the value is, got ${seed.dtype} of shape ` +
      `${formatShape(seed.shape)}.`,
  );
}
