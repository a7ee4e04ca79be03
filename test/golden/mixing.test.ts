// Layers that mix images, and layers that choose among changes, against Keras on JAX, with what Keras has drawn.
// test/oracles/fixtures/keras-mixing.py writes the numbers.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { camelCase, isPlainObject } from '../../src/config/index.js';
import type { Config } from '../../src/config/index.js';
import * as layers from '../../src/layers.js';
import { tidy } from '../../src/engine/tensor/index.js';
import { expectStructure, isGoldenArray, toTensor } from './cases.js';

interface MixingCase {
  readonly class_name: string;
  readonly config: Config;
  readonly input: Readonly<Record<string, unknown>>;
  readonly transformation: unknown;
  readonly output: Readonly<Record<string, unknown>>;
}

const cases = JSON.parse(
  gunzipSync(readFileSync(new URL('../fixtures/keras-mixing.json.gz', import.meta.url))).toString(),
) as readonly MixingCase[];

/** A structure of Keras's with keys in camelCase, and tensors for arrays if `leaf` makes them. */
function translated(value: unknown, leaf: (array: never) => unknown): unknown {
  if (isGoldenArray(value)) return leaf(value as never);
  if (Array.isArray(value)) return value.map((item) => translated(item, leaf));
  if (!isPlainObject(value)) return value;
  // Keras calls a change by its name in the file of the class.
  const entries = Object.entries(value).map(([key, part]) =>
    key === 'layer_name'
      ? ['name', camelCase(String(part))]
      : [camelCase(key), translated(part, leaf)],
  );
  return Object.fromEntries(entries);
}

describe('layers that mix images agree with Keras on JAX', () => {
  it.each(
    cases.map(
      (golden, i) =>
        [`${i} ${golden.class_name} ${JSON.stringify(golden.config)}`, golden] as const,
    ),
  )('%s', (_, golden) => {
    tidy(() => {
      const layer = layers.deserialize(golden) as layers.BaseImagePreprocessingLayer;
      expect(layer.getConfig(), 'config').toMatchObject(golden.config);
      const drawn = translated(golden.transformation, toTensor);
      layer.getRandomTransformation = () => drawn;
      const given = translated(golden.input, toTensor) as layers.LabeledImages;
      const output = layer.apply(given, { training: true });
      expectStructure(
        output,
        translated(golden.output, (array) => array),
      );
    });
  });
});
