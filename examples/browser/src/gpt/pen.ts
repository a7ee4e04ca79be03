// Writing that is seen to be written.

/** So many characters appear in a frame, if the network is fast enough. */
const PER_FRAME = 2;
/** Milliseconds of a frame that the network may take. */
const BUDGET_MS = 6;

/** Writes what a network gives into an element, a few characters in each frame, so that the page stays smooth. */
export class Pen {
  #current: AbortController | undefined;

  /** @param place gets the class `writing` while it is written into */
  constructor(private readonly place: HTMLElement) {}

  get isWriting(): boolean {
    return this.#current !== undefined;
  }

  stop(): void {
    this.#current?.abort();
    this.#current = undefined;
    this.place.classList.remove('writing');
  }

  /** Adds `length` characters; gives what was written, also when it was stopped before. */
  async write(source: Iterator<string>, length: number): Promise<string> {
    this.stop();
    const mine = new AbortController();
    this.#current = mine;
    this.place.classList.add('writing');
    const text = document.createTextNode('');
    this.place.append(text);
    try {
      for (let count = 0; count < length;) {
        await new Promise(requestAnimationFrame);
        if (mine.signal.aborted) break;
        const begun = performance.now();
        let added = '';
        for (let i = 0; i < PER_FRAME && count < length; i++) {
          added += String(source.next().value);
          count++;
          if (performance.now() - begun > BUDGET_MS) break;
        }
        text.appendData(added);
      }
      return text.data;
    } finally {
      source.return?.();
      if (this.#current === mine) this.stop();
    }
  }
}
