import { isDeclared, snakeCase } from '../../../config/index.js';
import type { Declaring, KerasClass } from '../../../config/index.js';
import { Layer } from '../core/layer.js';
import type { AnyLayer } from '../core/layer.js';

/**
 * A new layer with the options of one, but for what changes. The layers among the options, such as cells, are new too. A
 * class of Keras's is made of the options as they are, so that nothing need be known by name; one of a user's of its config.
 */
export function copyLayer<T extends AnyLayer>(
  layer: T,
  change: Readonly<Record<string, unknown>>,
): T {
  const type = layer.constructor as unknown as Declaring &
    KerasClass<T> &
    (new (...args: readonly unknown[]) => T);
  if (!isDeclared(type)) {
    const changed = Object.entries(change).map(
      ([name, value]) => [snakeCase(name), value] as const,
    );
    return type.fromConfig({ ...layer.getConfig(), ...Object.fromEntries(changed) });
  }
  const { name, trainable, activityRegularizer } = layer;
  const options: Record<string, unknown> = { name, trainable, activityRegularizer };
  for (const [key, { isOwn, isKept }] of Object.entries(type.declared)) {
    if (isOwn !== true && isKept !== false) options[key] = copyValue(Reflect.get(layer, key));
  }
  const { positional = [] } = type.facts;
  const all = { ...options, ...change };
  const rest = Object.entries(all).filter(([key]) => !positional.includes(key));
  return new type(
    ...positional.map((key) => all[key as keyof typeof all]),
    Object.fromEntries(rest),
  );
}

function copyValue(value: unknown): unknown {
  if (value instanceof Layer) return copyLayer(value as AnyLayer, {});
  return Array.isArray(value) ? value.map(copyValue) : value;
}
