import { disposeElement, partsOf, type Element } from './element.js';
import { elementKind } from './item-kind.js';
import { AGAIN, andThen, closeAll, loop } from './stage.js';
import type { Stage } from './stage.js';
import { openAll } from './slice-stages.js';

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
          const parts = held.flatMap((element) => partsOf(element));
          held = [];
          return parts;
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
