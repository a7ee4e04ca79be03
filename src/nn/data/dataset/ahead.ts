import { orAbort } from '../or-abort.js';
import type { Element } from './element.js';
import { elementKind } from './item-kind.js';
import { andThen } from './stage.js';
import type { Pass, Reader, Stage } from './stage.js';

/** What becomes of items elsewhere, such as in workers: several at a time, in their order. */
export interface AheadSettings<T> {
  readonly make: (item: T) => Promise<Element>;
  /** How many are made before they are asked for. */
  readonly count: number;
}

/** The elements that a function makes of items; it works on several at a time. */
export function aheadStage<T>(upstream: Stage<T>, settings: AheadSettings<T>): Stage<Element> {
  return {
    kind: elementKind,
    size: upstream.size,
    upstream: [upstream],
    open: (pass) => new AheadReader(upstream.open(pass), pass, settings),
  };
}

class AheadReader<T> implements Reader<Element> {
  readonly #made: Promise<Element>[] = [];
  #isOver = false;

  constructor(
    private readonly reader: Reader<T>,
    private readonly pass: Pass,
    private readonly settings: AheadSettings<T>,
  ) {}

  async next(): Promise<Element | undefined> {
    await this.#fill();
    const first = this.#made.shift();
    if (first === undefined) return undefined;
    // The place of the first is free at once.
    const filling = this.#fill();
    const element = await orAbort(first, this.pass.signal, (late) => {
      elementKind.dispose(late);
    });
    await filling;
    return element;
  }

  async #fill(): Promise<void> {
    while (!this.#isOver && this.#made.length < this.settings.count) {
      await andThen(this.reader.next(), (item) => {
        if (item === undefined) {
          this.#isOver = true;
          return;
        }
        const made = this.settings.make(item);
        // It is looked at when its turn comes.
        made.catch(() => undefined);
        this.#made.push(made);
      });
    }
  }

  async close(): Promise<void> {
    this.#isOver = true;
    for (const made of await Promise.allSettled(this.#made.splice(0))) {
      if (made.status === 'fulfilled') elementKind.dispose(made.value);
    }
    await this.reader.close();
  }
}
