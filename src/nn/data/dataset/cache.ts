import { andThen } from './stage.js';
import type { Stage } from './stage.js';

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
      let kept: T[] = [];
      return {
        next: () =>
          andThen(reader.next(), (item) => {
            if (item !== undefined) kept.push(kind.copy(item));
            // Another pass may have been faster.
            else if (cached === undefined) [cached, kept] = [kept, []];
            return item;
          }),
        close: () => {
          for (const item of kept.splice(0)) kind.dispose(item);
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
