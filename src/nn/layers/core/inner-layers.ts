import { withoutCache } from './caching.js';
import { probeOutputShape } from './layer-checks.js';

/** A layer, as far as the layers inside it have to be built. */
interface Outer {
  subLayers(): readonly { readonly built: boolean }[];
}

/** The layer that is built because it is about to be called. */
let awaited: Outer | undefined;

/** Runs the `build` of a layer that is called next. */
export function buildToCall(layer: Outer, build: () => void): void {
  const outer = awaited;
  awaited = layer;
  try {
    withoutCache(build);
  } finally {
    awaited = outer;
  }
}

/**
 * Builds the layers inside a layer by calling it on zeros. Nothing is done if it is called next, which builds them as well.
 *
 * @param call the `call` of the layer
 * @param named what it is called with by name
 */
export function buildInnerLayers(
  layer: Outer,
  inputShape: unknown,
  call: (x: unknown, named: object) => unknown,
  named?: object,
): void {
  if (awaited === layer || layer.subLayers().every(({ built }) => built)) return;
  try {
    withoutCache(probeOutputShape, inputShape, call, named);
  } catch {
    // It cannot run on zeros: then the first batch builds the layers inside.
  }
}

/** A layer, as far as it is asked for the layers inside. */
interface Nested<L> {
  subLayers(): readonly L[];
}

/** The layer and all layers inside, each once. */
export function layersWithin<L extends Nested<L>>(layer: Nested<L>): L[] {
  const found = new Set<L>();
  const visit = (each: L): void => {
    if (found.has(each)) return;
    found.add(each);
    each.subLayers().forEach(visit);
  };
  visit(layer as L);
  return [...found];
}
