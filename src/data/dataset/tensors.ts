import { ShapeError } from '../../errors.js';
import { formatShape, keep, tensor, Tensor, tidy } from '../../tensor/index.js';
import type { TensorLike } from '../../tensor/index.js';
import { PART_NAMES, partsOf } from './element.js';
import { rowKind } from './item-kind.js';
import type { Stage } from './stage.js';

/** The rows of tensors in memory, one after the other. */
export function tensorStage(given: readonly TensorLike[]): Stage<number> {
  const tensors = tidy(() =>
    // Tensors of its own, so that the caller may free his, and a scope's end does no harm.
    given.map((value) => keep(value instanceof Tensor ? value.alias() : tensor(value))),
  );
  const [first] = tensors;
  const size = first?.shape[0];
  const wrong = tensors.findIndex(({ shape }) => shape[0] === undefined || shape[0] !== size);
  if (first === undefined || size === undefined || wrong !== -1) {
    const shapes = tensors.map(({ shape }, i) => `${PART_NAMES[i] ?? ''} ${formatShape(shape)}`);
    for (const one of tensors) one.dispose();
    throw new ShapeError(
      `Dataset.fromTensors: all must have one entry a sample along their first axis, and equally many, got ` +
        `${shapes.join(', ')}.`,
    );
  }
  const form = tensors.length === 1 ? first : tensors;
  return {
    kind: rowKind(form),
    size,
    upstream: [],
    open() {
      let row = 0;
      return {
        next: () => (row < size ? row++ : undefined),
        close: () => undefined,
      };
    },
    dispose() {
      for (const part of partsOf(form)) part.dispose();
    },
  };
}
