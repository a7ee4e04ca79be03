import { mapNest } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import { formatShape, isValue, tidy, toValue } from '../../../engine/tensor/index.js';
import { disposeElement, isOneTensor, kept, namedTensors, tensorsOfElement } from './element.js';
import type { Element, ElementPart, PartLike } from './element.js';
import { rowKind } from './item-kind.js';
import type { Stage } from './stage.js';

/** The rows of tensors in memory, one after the other. */
export function tensorStage(given: readonly PartLike[]): Stage<number> {
  const parts = tidy(() =>
    // Tensors of its own, so that the caller may free his, and a scope's end does no harm.
    given.map(
      (part) =>
        mapNest(part, isOneTensor, (value) =>
          kept(isValue(value) ? value.alias() : toValue(value)),
        ) as ElementPart,
    ),
  );
  const [x] = parts;
  // A list is several parts, so that a list of inputs alone stands in one.
  const form: Element = parts.length === 1 && x !== undefined && !Array.isArray(x) ? x : parts;
  const size = requireRows(form);
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
      disposeElement(form);
    },
  };
}

/** The number of rows, which all tensors have; else they are freed. */
function requireRows(form: Element): number {
  const tensors = tensorsOfElement(form);
  const size = tensors[0]?.shape[0];
  if (size !== undefined && tensors.every(({ shape }) => shape[0] === size)) return size;
  const shapes = namedTensors(form).map(([name, { shape }]) => `${name} ${formatShape(shape)}`);
  disposeElement(form);
  throw new ShapeError(
    `Dataset.fromTensors: all must have one entry a sample along their first axis, and equally many, got ` +
      `${shapes.join(', ')}.`,
  );
}
