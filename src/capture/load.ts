// Loads what records steps. Until it is there, and where it cannot be loaded, each step runs its layers.
import type * as Capture from './index.js';
import * as library from './library.js';

let capture: typeof Capture | undefined;
let isAsked = false;

/** Takes what records steps: for programs that have it from the start, as in Node. */
export function provideCapture(loaded: typeof Capture): void {
  loaded.give(library);
  capture = loaded;
}

/** What records steps, once it is loaded; the first call asks for it. */
export function loadedCapture(): typeof Capture | undefined {
  if (capture === undefined && !isAsked) {
    isAsked = true;
    import('./index.js').then(provideCapture, () => undefined);
  }
  return capture;
}
