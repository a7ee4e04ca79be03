import { describeValue } from '../config/describe-value.js';
import { isSerializedObject, Registry } from '../config/index.js';
import type { ConfigurableClass, SerializedObject } from '../config/index.js';
import { ValueError } from '../errors.js';
import { L1, L1L2, L2 } from './l1-l2.js';
import { FunctionRegularizer, Regularizer } from './regularizer.js';
import type { RegularizerFunction } from './regularizer.js';

/** What can stand for a regularizer. */
export type RegularizerIdentifier =
  string | Regularizer | RegularizerFunction | SerializedObject | null;

const registry = new Registry<Regularizer>('regularizer', 'keras.regularizers', { l1_l2: 'l1l2' });
// Small enough to be known to every program. The others: known.ts.
registry.registerAll([L1, L2, L1L2]);

/**
 * The regularizer that an identifier stands for: `'l1'`, `'l2'` or `'l1_l2'` (factors 0.01), an
 * instance, a plain function `(x) => penalty`, a serialized object; null for none.
 *
 * @throws ValueError for an unknown name; the message lists the known ones.
 */
export function getRegularizer(identifier: RegularizerIdentifier | undefined): Regularizer | null {
  if (identifier === null || identifier === undefined) return null;
  if (identifier instanceof Regularizer) return identifier;
  if (typeof identifier === 'function') return new FunctionRegularizer(identifier);
  if (typeof identifier === 'string') {
    return registry.find(identifier) === L1L2
      ? new L1L2({ l1: 0.01, l2: 0.01 })
      : registry.create(identifier);
  }
  if (isSerializedObject(identifier)) return registry.create(identifier);
  throw new ValueError(
    `regularizer: expected a name, a Regularizer, a function (x) => penalty or null, got ` +
      `${describeValue(identifier)}.`,
  );
}

/** A regularizer as Keras writes it into JSON. */
export function serializeRegularizer(regularizer: Regularizer | null): SerializedObject | null {
  return regularizer === null ? null : registry.serialize(regularizer);
}

/** The regularizer of that serialized form; the reverse of `serialize`. */
export function deserializeRegularizer(config: SerializedObject): Regularizer {
  return registry.create(config);
}

/** Makes Keras's own classes known under their names. @internal */
export function registerAllRegularizers(types: readonly ConfigurableClass<Regularizer>[]): void {
  registry.registerAll(types);
}

/** Makes classes of your own known by their names: `regularizers.register(Above)`. */
export function registerRegularizers(...types: readonly ConfigurableClass<Regularizer>[]): void {
  registry.register(...types);
}
