import { mapNest } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import { formatShape, isValue, tensor, tidy, toValue } from '../../../engine/tensor/index.js';
import { disposeElement, isOneTensor, retain, namedTensors, tensorsOfElement } from './element.js';
import type { Element, ElementPart, PartLike } from './element.js';
import { makeElement, rowKind, type ItemKind } from './item-kind.js';
import type { Stage } from './stage.js';
import { gatherRows } from '../../../engine/ops/indexing/gather.js';
import type { Tensor } from '../../../engine/tensor/index.js';

/** The rows of tensors in memory, one after the other. */
export function tensorStage(given: readonly PartLike[]): Stage<number> {
  const parts = tidy(() =>
    // Tensors of its own, so that the caller may free his, and a scope's end does no harm.
    given.map(
      (part) =>
        mapNest(part, isOneTensor, (value) =>
          retain(isValue(value) ? value.alias() : toValue(value)),
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

/** Windows of a series, and what belongs to each. */
interface Windows {
  /** Rows (steps, …), which the stage then owns. */
  readonly series: Tensor;
  /** A row for each window, that at its first step; likewise owned. */
  readonly targets: Tensor | undefined;
  /** First steps of the windows, in their order. */
  readonly starts: Int32Array<ArrayBuffer>;
  /** The number of steps in a window. */
  readonly length: number;
  /** The distance between the steps of a window. */
  readonly rate: number;
}

/** The windows as elements x or [x, y]. They flow as their first steps, and a batch of them is gathered at once. */
export function windowStage({ series, targets, starts, length, rate }: Windows): Stage<number> {
  const form: Element = targets === undefined ? series : [series, targets];

  /** Windows and targets, with or without the axis of the batch. */
  const gathered = (firsts: readonly number[], axes: readonly number[]): Element => {
    const steps = new Int32Array(firsts.length * length);
    firsts.forEach((first, i) => {
      for (let step = 0; step < length; step++) steps[i * length + step] = first + step * rate;
    });
    return makeElement(form, () => {
      const windows = gatherRows(series, tensor(steps));
      const x = windows.reshape([...axes, length, ...series.shape.slice(1)]);
      if (targets === undefined) return [x];
      const y = gatherRows(targets, tensor(Int32Array.from(firsts)));
      return [x, y.reshape([...axes, ...targets.shape.slice(1)])];
    });
  };

  const kind: ItemKind<number> = {
    element: (first) => gathered([first], []),
    batch: (firsts) => gathered(firsts, [firsts.length]),
    copy: (first) => first,
    dispose: () => undefined,
  };
  return {
    kind,
    size: starts.length,
    upstream: [],
    open() {
      let next = 0;
      return { next: () => starts[next++], close: () => undefined };
    },
    dispose() {
      series.dispose();
      targets?.dispose();
    },
  };
}
