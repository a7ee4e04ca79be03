// Layers of text and of categories against Keras on TensorFlow.
import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/index.js';
import * as layers from '../../src/layers.js';
import { StringArray, stringArray } from '../../src/engine/tensor/index.js';
import type { Tensor } from '../../src/engine/tensor/index.js';
import { expectClose, readTextCases, toTensor } from './cases.js';
import type { GoldenArray } from './cases.js';

/** An array whose elements may be strings. */
interface Array {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: readonly (string | number)[];
}

interface Case {
  readonly class_name: string;
  readonly config: Config;
  /** The data that the layer learns from. */
  readonly adapt?: Array;
  readonly inputs: Array | readonly Array[];
  readonly output: Array;
  readonly vocabulary?: readonly (string | number)[];
}

/** Cases of functions, which other tests run. */
const isLayer = (golden: object): boolean => 'class_name' in golden;

const { source, cases } = readTextCases<Case>();

/** What learns from data. */
interface Adapting {
  adapt(data: unknown): Promise<void>;
  getVocabulary?(): (string | number)[];
  apply(x: unknown): Tensor | StringArray;
}

const toValue = (array: Array): Tensor | StringArray =>
  array.dtype === 'string'
    ? stringArray(array.data as readonly string[]).reshape(array.shape)
    : toTensor(array as GoldenArray);

describe(`layers of text as in ${source}`, () => {
  it.each(cases.filter(isLayer).map((golden, i) => [`${golden.class_name} ${i}`, golden] as const))(
    '%s',
    async (_, { class_name: name, config, adapt, inputs, output, vocabulary }) => {
      const layer = layers.deserialize({ class_name: name, config }) as unknown as Adapting;
      if (adapt !== undefined) await layer.adapt(toValue(adapt));
      if (vocabulary !== undefined) expect(layer.getVocabulary?.()).toEqual(vocabulary);
      const y = layer.apply('data' in inputs ? toValue(inputs) : inputs.map(toValue));
      if (y instanceof StringArray) {
        expect({ shape: y.shape, data: y.strings }).toEqual({
          shape: output.shape,
          data: output.data,
        });
      } else expectClose(y, output as GoldenArray);
    },
  );
});
