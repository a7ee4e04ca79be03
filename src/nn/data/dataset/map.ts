import { isPromise } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { ValueError } from '../../../errors.js';
import { orAbort } from '../or-abort.js';
import { Tensor, tidy } from '../../../engine/tensor/index.js';
import {
  retain,
  mapParts,
  takeElement,
  tensorsOfElement,
  toElement,
  type Element,
  userError,
} from './element.js';
import { elementKind } from './item-kind.js';
import { AGAIN, andThen, elementsOf, loop } from './stage.js';
import type { Stage } from './stage.js';

const FILTER = 'Dataset.filter';

/** What a function makes of each element. */
export function mapStage<T>(source: Stage<T>, f: (element: Element) => unknown): Stage<Element> {
  const upstream = elementsOf(source);
  const apply = (element: Element, index: number): Element => {
    try {
      return tidy(() => {
        const result = calling('Dataset.map', index, () => f(inScope(element)));
        requireSynchronous('Dataset.map', result);
        // What is returned may be the element itself, or a tensor that the function keeps.
        return mapParts(toElement(`Dataset.map: result ${index}`, result), (part) =>
          retain(part.alias() as typeof part),
        );
      });
    } finally {
      elementKind.dispose(element);
    }
  };
  return mapping(upstream, apply);
}

/** What an asynchronous function makes of each element, one after the other. */
export function mapAsyncStage<T>(
  source: Stage<T>,
  f: (element: Element) => Promise<unknown>,
): Stage<Element> {
  const owner = 'Dataset.mapAsync';
  return mapping(elementsOf(source), async (element, index) => {
    let result: Element | undefined;
    try {
      const value = await calling(owner, index, async () => f(element));
      result = takeElement(`${owner}: result ${index}`, value);
      return result;
    } finally {
      const returned = result === undefined ? [] : tensorsOfElement(result);
      for (const part of tensorsOfElement(element)) if (!returned.includes(part)) part.dispose();
    }
  });
}

/** The elements for which a function says true. */
export function filterStage<T>(upstream: Stage<T>, keeps: (element: Element) => unknown): Stage<T> {
  const { kind } = upstream;
  return {
    kind,
    size: upstream.size === 0 ? 0 : undefined,
    upstream: [upstream],
    open(pass) {
      const reader = upstream.open(pass);
      let index = 0;
      const step = () =>
        andThen(reader.next(), (item) => {
          if (item === undefined) return item;
          let wanted = false;
          try {
            wanted = isWanted(kind.element(kind.copy(item)), index++);
          } finally {
            if (!wanted) kind.dispose(item);
          }
          return wanted ? item : AGAIN;
        });
      return { next: () => loop<T | undefined>(step), close: () => reader.close() };
    },
  };

  function isWanted(element: Element, index: number): boolean {
    try {
      return tidy(() => {
        const answer = calling(FILTER, index, () => keeps(inScope(element)));
        requireSynchronous(FILTER, answer);
        if (answer instanceof Tensor) return answer.item() !== 0;
        if (typeof answer === 'boolean' || typeof answer === 'number')
          return answer !== 0 && answer !== false;
        throw new ValueError(
          `${FILTER}: the function must say true or false, got ${describeValue(answer)} for element ${index}.`,
        );
      });
    } finally {
      elementKind.dispose(element);
    }
  }
}

/** What an asynchronous function makes would be freed while it still runs. */
function requireSynchronous(owner: string, result: unknown): void {
  if (!isPromise(result)) return;
  // It may fail on tensors that are freed; the error to see is this one.
  result.then(undefined, () => undefined);
  throw new ValueError(
    `${owner}: the function is asynchronous. Use mapAsync for what has to wait.`,
  );
}

function mapping(
  upstream: Stage<Element>,
  apply: (element: Element, index: number) => Element | Promise<Element>,
): Stage<Element> {
  return {
    kind: elementKind,
    size: upstream.size,
    upstream: [upstream],
    open(pass) {
      const reader = upstream.open(pass);
      let index = 0;
      return {
        next: () =>
          andThen(reader.next(), (element) => {
            const result = element === undefined ? undefined : apply(element, index++);
            const late = (made: Element): void => {
              elementKind.dispose(made);
            };
            return isPromise(result) ? orAbort(result, pass.signal, late) : result;
          }),
        close: () => reader.close(),
      };
    },
  };
}

/** Tensors of the open scope that look at the values of an element. */
function inScope(element: Element): Element {
  return mapParts(element, (part) => part.alias() as typeof part);
}

/** What a function of the user gives; what it throws says where. */
function calling<R>(owner: string, index: number, f: () => R): R {
  const failed = (error: unknown): never => {
    throw userError(`${owner}: the function failed at element ${index}`, error);
  };
  try {
    const result = f();
    return isPromise(result) ? (Promise.resolve(result).catch(failed) as R) : result;
  } catch (error) {
    return failed(error);
  }
}
