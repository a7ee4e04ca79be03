import { AGAIN, andThen, closeAll, loop } from './stage.js';
import type { Pass, Reader, Stage } from './stage.js';

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
export function openAll<T>(stages: readonly Stage<T>[], pass: Pass): Reader<T>[] {
  const readers: Reader<T>[] = [];
  try {
    for (const stage of stages) readers.push(stage.open(pass));
    return readers;
  } catch (error) {
    void closeAll(readers);
    throw error;
  }
}
