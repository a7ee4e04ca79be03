// Who frees a tensor. Three symbols with one description: a tensor that holds one cannot be cloned, so that
// `structuredClone` and `postMessage` throw an error with this text, where they would make a copy without elements.
const uncloned = 'lanegrad Tensor: send its data() and shape instead';

/** The end of a `tidy` scope. */
export const SCOPE: unique symbol = Symbol(uncloned);
/** `dispose()`, at the latest the garbage collector. */
export const COLLECTOR: unique symbol = Symbol(uncloned);
/** Whoever took it out of its scope. */
export const TAPE: unique symbol = Symbol(uncloned);

/** Who frees a tensor. */
export type Owner = typeof SCOPE | typeof COLLECTOR | typeof TAPE;
