import { ValueError } from '../errors.js';
import { describeValue } from './describe-value.js';
import type { Option } from './option.js';
import { isSerializedObject } from './registry.js';
import type { SerializedObject } from './registry.js';

/** Keras's serialized float32 policy, which stands in every layer's config. */
export const FLOAT32_POLICY: SerializedObject = {
  module: 'keras',
  class_name: 'DTypePolicy',
  config: { name: 'float32' },
  registered_name: null,
};

/** The name of a dtype given as itself or as Keras's policy object. */
export function dtypeName(owner: string, dtype: unknown): string {
  if (typeof dtype === 'string') return dtype;
  // A file may hold null where a config belongs.
  const config = isSerializedObject(dtype) ? (dtype.config as typeof dtype.config | null) : null;
  if (typeof config?.['name'] === 'string') return config['name'];
  throw new ValueError(`${owner}: dtype must be a name, got ${describeValue(dtype)}.`);
}

/** The dtype in which an object computes: only float32, which stands in no config. */
export const float32: Option<string | SerializedObject | null, never> = {
  default: null,
  isStored: false,
  check: (given, { owner }) => {
    const name = dtypeName(owner, given);
    if (name === 'float32') return name as never;
    throw new ValueError(
      `${owner}: dtype ${describeValue(name)} is not supported: it computes in float32. Leave dtype out.`,
    );
  },
  toConfig: () => undefined,
};
