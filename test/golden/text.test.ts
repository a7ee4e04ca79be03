// Layers of text and of categories against Keras on TensorFlow.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/index.js';
import * as layers from '../../src/layers/index.js';
import { StringArray, stringArray } from '../../src/tensor/index.js';
import type { Tensor } from '../../src/tensor/index.js';
import { expectClose, toTensor } from './cases.js';
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

/** Where the cases are: those of the project, or another set of the same form. */
const folder =
  process.env['LANEGRAD_TEXT_DIR'] ?? fileURLToPath(new URL('../fixtures/text/', import.meta.url));

function readCases(): { readonly source: string; readonly cases: readonly Case[] } {
  const file = join(folder, 'text.json');
  const text = existsSync(file) ? readFileSync(file) : gunzipSync(readFileSync(`${file}.gz`));
  return JSON.parse(text.toString()) as ReturnType<typeof readCases>;
}

/** Cases of functions, which other tests run. */
const isLayer = (golden: object): boolean => 'class_name' in golden;

const { source, cases } = readCases();

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
