import { gatherRows } from '../../../engine/ops/indexing/gather.js';
import { tensor } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import type { Element } from './element.js';
import { makeElement, type ItemKind } from './item-kind.js';
import type { Stage } from './stage.js';

/** Windows of a series, and what belongs to each. */
export interface Windows {
  /** Rows (steps, …), which the stage then owns. */
  readonly series: Tensor;
  /** A row for each window, that at its first step; likewise owned. */
  readonly targets: Tensor | undefined;
  /** First steps of the windows, in their order. */
  readonly starts: Int32Array<ArrayBuffer>;
  /** Steps of a window. */
  readonly length: number;
  /** From one step of a window to the next. */
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
