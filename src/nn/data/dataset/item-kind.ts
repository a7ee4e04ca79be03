import { gatherRows } from '../../../engine/ops/indexing/gather.js';
import { neighbouringRows } from '../../../engine/ops/linalg/products/batch-rows.js';
import { stack } from '../../../engine/ops/index.js';
import { packNest } from '../../../config/index.js';
import {
  isValue,
  sizeOf,
  StringArray,
  Tensor,
  tensor,
  tidy,
} from '../../../engine/tensor/index.js';
import type { Value } from '../../../engine/tensor/index.js';
import {
  aliasElement,
  disposeElement,
  retain,
  mapParts,
  requireSameForm,
  tensorsOfElement,
  type Element,
} from './element.js';

/**
 * What flows through a pipeline before it has to be tensors. Rows of tensors in memory flow as their numbers, so that
 * shuffling them moves no data and a batch of them is gathered at once. Every stage means the same for all kinds.
 */
export interface ItemKind<T> {
  /** The element that an item stands for; the item is used up. */
  element(item: T): Element;
  /** The batch of some items, at least one; they are used up, also if it throws. */
  batch(items: readonly T[], owner: string): Element;
  /** Another item of the same contents. */
  copy(item: T): T;
  /** Lets go of an item that is not passed on. */
  dispose(item: T): void;
}

/** Items that are elements already. */
export const elementKind: ItemKind<Element> = {
  element: (item) => item,
  copy: aliasElement,
  dispose: disposeElement,
  batch(items, owner) {
    try {
      const [first] = items;
      if (first === undefined) throw new RangeError('a batch has at least one element');
      items.forEach((item, i) => {
        requireSameForm(`${owner}: element ${i} of the batch`, first, item);
      });
      const all = items.map(tensorsOfElement);
      return makeElement(first, () =>
        tensorsOfElement(first).map((part, i) => {
          const components = all.map((one) => one[i]);
          return part instanceof Tensor
            ? stack(components as Tensor[])
            : StringArray.stack(components as StringArray[]);
        }),
      );
    } finally {
      items.forEach(disposeElement);
    }
  },
};

/** Rows of tensors of one length, by number. `form` is an element of these tensors. */
export function rowKind(form: Element): ItemKind<number> {
  return {
    element: (row) =>
      mapParts(form, (from) => {
        const shape = from.shape.slice(1);
        if (from instanceof Tensor)
          return retain(from.view(shape, row * sizeOf(shape))) as typeof from;
        return neighbouringRows(from, row, 1).reshape(shape) as typeof from;
      }),
    copy: (row) => row,
    dispose: () => undefined,
    batch: (rows) => {
      const [first = 0] = rows;
      const isRun = rows.every((row, i) => row === first + i);
      return makeElement(form, () => {
        const indices = isRun ? undefined : tensor(Int32Array.from(rows));
        return tensorsOfElement(form).map((from) => {
          if (indices === undefined) return neighbouringRows(from, first, rows.length);
          return from instanceof Tensor ? gatherRows(from, indices) : from.gather(rows);
        });
      });
    },
  };
}

/** An element of the form of `like` from the tensors that `make` makes; it belongs to no scope. */
export function makeElement(like: Element, make: () => readonly Value[]): Element {
  const components = tidy(() => make().map((part) => retain(part)));
  return packNest(like, isValue, components) as Element;
}
