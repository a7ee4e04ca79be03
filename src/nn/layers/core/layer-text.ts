import { classNameOf } from '../../../config/index.js';
import type { Nest } from '../../../config/index.js';
import { printable } from '../../../config/describe-value.js';
import type { PartialShape } from '../../../engine/tensor/index.js';
import { formatShapes } from './symbolic-tensor.js';

/** What the line of a layer shows. */
interface ShownLayer {
  readonly name: string;
  readonly inputShape: unknown;
  readonly outputShape: unknown;
  countParams(): number;
}

let isShown = false;

/** Whether a layer is being put into words: it must not run for that. */
export const isPutIntoWords = (): boolean => isShown;

/** A one-line description of a layer: class, name, shapes, number of weights. */
export function layerText(layer: ShownLayer): string {
  const facts = [`${classNameOf(layer)} name=${printable(layer.name)}`];
  const { inputShape } = layer;
  if (inputShape === undefined) facts.push('not built');
  else {
    facts.push(`input=${formatShapes(inputShape as Nest<PartialShape>)}`);
    isShown = true;
    try {
      facts.push(`output=${formatShapes((layer.outputShape ?? []) as Nest<PartialShape>)}`);
    } catch {
      // Not known without running the layer.
    } finally {
      isShown = false;
    }
    facts.push(`params=${layer.countParams()}`);
  }
  return `<${facts.join(', ')}>`;
}
