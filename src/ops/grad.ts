import { checkFunction } from '../config/index.js';
import { record, Tape } from '../autodiff/index.js';
import { DTypeError, ShapeError, ValueError } from '../errors.js';
import { formatShape, ones, Tensor, tidy, toTensor, zeros } from '../tensor/index.js';
import type { TensorLike } from '../tensor/index.js';
import { add } from './arithmetic.js';

/** A function of tensors with a single number as result. */
export type ScalarFunction<P extends Tensor[]> = (...args: P) => Tensor;

/** What a function of tensors may be called with: anything that stands for a tensor. */
export type Arguments<P extends Tensor[]> = { [K in keyof P]: TensorLike };

/** One gradient for one argument, a list for several; each has the shape of its argument. */
export type Gradients<P extends Tensor[]> = P['length'] extends 1 ? Tensor : P;

/**
 * The function that computes f and its gradient with respect to each argument, by reverse-mode
 * differentiation. An argument that f reads and that does not influence the result gets zeros.
 *
 * f must compute with its parameters: they are tensors of their own. What f captures from outside is a constant, even
 * where it is the same tensor as an argument.
 *
 * @throws ShapeError if f's result has more than one element, DTypeError for arguments that are not float32,
 * ValueError if f reads an argument nowhere, and if the result depends on the arguments only through operations
 * without a gradient, such as comparisons.
 * @example const [y, dx] = valueAndGrad((x) => x.square().sum())(tensor([1, 2, 3]));
 */
export function valueAndGrad<P extends Tensor[]>(
  f: ScalarFunction<P>,
): (...args: Arguments<P>) => [value: Tensor, gradients: Gradients<P>] {
  checkFunction('valueAndGrad', 'f', f);
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
      const watched = inputs.map(identity);
      const { value, gradients } = differentiate(
        'grad',
        () => f(...(watched as P)),
        watched,
        requireRead,
      );
      const filled = gradients.map((gradient, i) => {
        if (gradient === undefined) return zeros(watched[i]?.shape ?? []);
        // Two sources may share one gradient (as in a + b): each gets a tensor that it can dispose.
        return gradients.indexOf(gradient) === i ? gradient : identity(gradient);
      });
      return [value, (filled.length === 1 ? filled[0] : filled) as Gradients<P>];
    });
}

/**
 * The function that computes the gradient of f with respect to each argument: one tensor for one
 * argument, a list for several. See `valueAndGrad`.
 *
 * @example
 * const loss = (w: Tensor) => w.square().sum();
 * grad(loss)(tensor([1, 2])); // [2, 4]
 */
export function grad<P extends Tensor[]>(
  f: ScalarFunction<P>,
): (...args: Arguments<P>) => Gradients<P> {
  const both = valueAndGrad(f);
  return (...args) => tidy(() => both(...args)[1]);
}

/** Zeros for an argument that nobody has read would hide that f computes with something else. */
function requireRead(tape: Tape, value: Tensor, watched: readonly Tensor[]): void {
  const unread = watched.findIndex(({ id }) => id !== value.id && !tape.hasRead(id));
  if (unread < 0) return;
  throw new ValueError(
    `grad: no operation of the function reads argument ${unread} of shape ${formatShape(watched[unread]?.shape ?? [])}, ` +
      `so there is no gradient. Compute with the parameters of the function, (x, …) => …: tensors that it captures, a ` +
      `model's weights and the numbers of item() or data() are constants. Leave out an argument that it does not need. ` +
      `A model's weights are trained by fit and trainOnBatch.`,
  );
}

/** The same value under a name of its own. */
function identity(x: Tensor): Tensor {
  return record('identity', [x], x.view(x.shape), [], (dy) => [dy]);
}

/** What `differentiate` gives. */
export interface Differentiated {
  readonly value: Tensor;
  /** In the order of the sources; undefined where the value does not depend on the source. */
  readonly gradients: readonly (Tensor | undefined)[];
}

/**
 * The scalar that `f` computes and its gradients with respect to tensors that it uses. Everything made
 * on the way is freed by the surrounding `tidy`, which the caller must provide.
 *
 * @param check looks at what was recorded, before the way back
 */
export function differentiate(
  op: string,
  f: () => Tensor,
  sources: readonly Tensor[],
  check?: (tape: Tape, value: Tensor, sources: readonly Tensor[]) => void,
): Differentiated {
  const ids = sources.map((source) => source.id);
  const tape = new Tape(ids);
  try {
    const value = tape.recording(f);
    if (!(value instanceof Tensor) || value.size !== 1 || value.dtype !== 'float32') {
      const got =
        value instanceof Tensor
          ? `a tensor of shape ${formatShape(value.shape)}, ${value.dtype}`
          : typeof value;
      throw new ShapeError(
        `${op}: the function must return one float32 number as a tensor, got ${got}. ` +
          `Reduce it with sum() or mean().`,
      );
    }
    check?.(tape, value, sources);
    const severedBy = tape.severedBy(value);
    if (severedBy !== undefined) {
      throw new ValueError(
        `${op}: the result depends on the ${op === 'grad' ? 'arguments' : 'weights'} only through ${severedBy}, ` +
          `which has no gradient. Compute it by operations that have one; if zeros are meant, say so with stopGradient.`,
      );
    }
    return { value, gradients: tape.gradients(value, ones(value.shape), ids, add) };
  } finally {
    tape.dispose();
  }
}
