import type { AnyLayer } from './layer.js';

/** The layer and all layers inside, each once. */
export function layersWithin(layer: AnyLayer): AnyLayer[] {
  const found = new Set<AnyLayer>();
  const visit = (each: AnyLayer): void => {
    if (found.has(each)) return;
    found.add(each);
    each.subLayers().forEach(visit);
  };
  visit(layer);
  return [...found];
}
