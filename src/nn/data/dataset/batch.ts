import { elementKind } from './item-kind.js';
import { AGAIN, andThen, loop } from './stage.js';
import type { Stage } from './stage.js';
import type { Element } from './element.js';

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
