import { ValueError } from '../../errors.js';

/**
 * Classes and functions of your own by the names that stand in a file: `{ Scale, myLoss }`. Classes of layers, losses,
 * metrics, optimizers, and functions (yTrue, yPred) => Tensor.
 */
export type CustomObjects = Readonly<Record<string, unknown>>;

/** @throws ValueError unless all of them are classes or functions. */
export function checkCustomObjects(owner: string, objects: unknown): CustomObjects {
  if (objects === undefined || objects === null) return {};
  const isRecord = typeof objects === 'object' && !Array.isArray(objects);
  if (isRecord && Object.values(objects).every((value) => typeof value === 'function')) {
    return objects as CustomObjects;
  }
  throw new ValueError(
    `${owner}: customObjects must hold classes and functions by their names, such as { Scale, myLoss }.`,
  );
}
