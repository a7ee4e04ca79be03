import { AGAIN, andThen, closeAll, loop } from './stage.js';
import type { Pass, Reader, Stage } from './stage.js';
import { elementKind } from './item-kind.js';
import { disposeElement, partsOf, type Element } from './element.js';

/** The first `count` items. */
export function takeStage<T>(upstream: Stage<T>, count: number): Stage<T> {
  return {
    kind: upstream.kind,
    size:
      upstream.size === undefined && count > 0 ? undefined : Math.min(upstream.size ?? 0, count),
    upstream: [upstream],
    open(pass) {
      const reader = upstream.open(pass);
      let left = count;
      return {
        next: () => (left-- > 0 ? reader.next() : undefined),
        close: () => reader.close(),
      };
    },
  };
}

/** All but the first `count` items. */
export function skipStage<T>(upstream: Stage<T>, count: number): Stage<T> {
  return {
    kind: upstream.kind,
    size: upstream.size === undefined ? undefined : Math.max(0, upstream.size - count),
    upstream: [upstream],
    open(pass) {
      const reader = upstream.open(pass);
      let left = count;
      const step = () =>
        andThen(reader.next(), (item) => {
          if (item === undefined || left === 0) return item;
          left--;
          upstream.kind.dispose(item);
          return AGAIN;
        });
      return { next: () => loop(step), close: () => reader.close() };
    },
  };
}

/** The items `count` times over; without end if it is Infinity. */
export function repeatStage<T>(upstream: Stage<T>, count: number): Stage<T> {
  const size = upstream.size === 0 || count === 0 ? 0 : upstream.size;
  return {
    kind: upstream.kind,
    size:
      size === 0
        ? 0
        : count === Infinity
          ? Infinity
          : size === undefined
            ? undefined
            : size * count,
    upstream: [upstream],
    open(pass) {
      let left = count;
      // A round without any item would be followed by others like it for ever.
      return oneByOne((isEmpty) => {
        if (left === 0 || isEmpty) return undefined;
        left--;
        return upstream.open(pass);
      });
    },
  };
}

/** The items of each stage, one stage after the other. */
export function concatenateStage<T>(stages: readonly [Stage<T>, ...Stage<T>[]]): Stage<T> {
  const sizes = stages.map(({ size }) => size);
  return {
    kind: stages[0].kind,
    size: sizes.includes(Infinity)
      ? Infinity
      : sizes.reduce(
          (sum, size) => (sum === undefined || size === undefined ? undefined : sum + size),
          0,
        ),
    upstream: stages,
    open(pass) {
      let at = 0;
      return oneByOne(() => stages[at++]?.open(pass));
    },
  };
}

/** What readers give one after the other. `open` gives the next; it is told whether there were some, all without an item. */
function oneByOne<T>(open: (isEmpty: boolean) => Reader<T> | undefined): Reader<T> {
  let reader: Reader<T> | undefined;
  let isEmpty: boolean | undefined;
  const step = () => {
    if (reader === undefined) {
      reader = open(isEmpty === true);
      if (reader === undefined) return undefined;
      isEmpty ??= true;
    }
    return andThen(reader.next(), (item) => {
      if (item !== undefined) {
        isEmpty = false;
        return item;
      }
      const ended = reader;
      reader = undefined;
      return andThen(ended?.close(), (): typeof AGAIN => AGAIN);
    });
  };
  return { next: () => loop(step), close: () => reader?.close() };
}

/** Opens several stages; none is left open if one cannot be. */
function openAll<T>(stages: readonly Stage<T>[], pass: Pass): Reader<T>[] {
  const readers: Reader<T>[] = [];
  try {
    for (const stage of stages) readers.push(stage.open(pass));
    return readers;
  } catch (error) {
    void closeAll(readers);
    throw error;
  }
}

/** Batches of `count` items; the last one is smaller, or left out. */
export function batchStage<T>(
  upstream: Stage<T>,
  count: number,
  dropRemainder: boolean,
): Stage<Element> {
  const { kind, size } = upstream;
  const round = dropRemainder ? Math.floor : Math.ceil;
  return {
    kind: elementKind,
    size: size === undefined ? undefined : round(size / count),
    upstream: [upstream],
    open(pass) {
      const reader = upstream.open(pass);
      let items: T[] = [];
      let given = 0;
      const finish = (): Element => {
        const whole = items;
        items = [];
        return kind.batch(whole, `Dataset.batch: batch ${given++}`);
      };
      const step = () =>
        andThen(reader.next(), (item) => {
          if (item !== undefined) {
            items.push(item);
            return items.length === count ? finish() : AGAIN;
          }
          return items.length === 0 || dropRemainder ? undefined : finish();
        });
      return {
        next: () => loop<Element | undefined>(step),
        close: () => {
          for (const item of items.splice(0)) kind.dispose(item);
          return reader.close();
        },
      };
    },
  };
}

/** The items of the first complete pass, again in each further one. */
export function cacheStage<T>(upstream: Stage<T>): Stage<T> {
  const { kind } = upstream;
  let cached: readonly T[] | undefined;
  return {
    kind,
    size: upstream.size,
    upstream: [upstream],
    open(pass) {
      if (cached !== undefined) {
        const items = cached;
        let at = 0;
        return {
          next: () => {
            const item = items[at++];
            return item === undefined ? undefined : kind.copy(item);
          },
          close: () => undefined,
        };
      }
      const reader = upstream.open(pass);
      let collected: T[] = [];
      return {
        next: () =>
          andThen(reader.next(), (item) => {
            if (item !== undefined) collected.push(kind.copy(item));
            // Another pass may have been faster.
            else if (cached === undefined) [cached, collected] = [collected, []];
            return item;
          }),
        close: () => {
          for (const item of collected.splice(0)) kind.dispose(item);
          return reader.close();
        },
      };
    },
    dispose() {
      for (const item of cached ?? []) kind.dispose(item);
      cached = undefined;
    },
  };
}

/** The parts of the elements of all stages side by side, as long as all have one. */
export function zipStage(stages: readonly Stage<Element>[]): Stage<Element> {
  const sizes = stages.map(({ size }) => size);
  const known = sizes.filter((size) => size !== undefined);
  // One that is known to be empty ends it, whatever the others are.
  const isKnown = known.length === sizes.length || known.includes(0);
  return {
    kind: elementKind,
    size: isKnown ? Math.min(...known) : undefined,
    upstream: stages,
    open(pass) {
      const readers = openAll(stages, pass);
      let held: Element[] = [];
      const release = (): void => {
        held.forEach(disposeElement);
        held = [];
      };
      const step = () => {
        const reader = readers[held.length];
        if (reader === undefined) {
          const components = held.flatMap((element) => partsOf(element));
          held = [];
          return components;
        }
        return andThen(reader.next(), (element) => {
          if (element === undefined) {
            release();
            return undefined;
          }
          held.push(element);
          return AGAIN;
        });
      };
      return {
        next: () => loop<Element | undefined>(step),
        close: () => {
          release();
          return closeAll(readers);
        },
      };
    },
  };
}
