// Layers that augment images, given what Keras has drawn.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { camelCase, isPlainObject } from '../../src/config/index.js';
import type { Config } from '../../src/config/index.js';
import * as layers from '../../src/layers.js';
import { memory, tidy } from '../../src/engine/tensor/index.js';

import { expectStructure, isGoldenArray, toTensor } from './cases.js';

interface AugmentationCase {
  readonly class_name: string;
  readonly config: Config;
  readonly inputs: unknown;
  readonly transformation: unknown;
  readonly output: unknown;
}

const cases = JSON.parse(
  gunzipSync(
    readFileSync(new URL('../fixtures/keras-augmentation.json.gz', import.meta.url)),
  ).toString(),
) as readonly AugmentationCase[];

/** Names in camelCase. */
function renamed(value: unknown): unknown {
  if (!isPlainObject(value) || isGoldenArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [camelCase(key), renamed(part)]),
  );
}

/** Names in camelCase, and arrays as tensors. */
function toTensors(value: unknown): unknown {
  if (isGoldenArray(value)) return toTensor(value);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [camelCase(key), toTensors(part)]),
  );
}

describe('layers that augment images agree with Keras on JAX', () => {
  it.each(
    cases.map((golden, i) => {
      const { class_name: name, config } = golden;
      return [`${i} ${name} ${JSON.stringify(config)}`, golden] as const;
    }),
  )('%s', (_, golden) => {
    const before = memory().tensors;
    const layer = layers.deserialize(golden) as layers.BaseImagePreprocessingLayer;
    expect(layer.getConfig(), 'config').toEqual(golden.config);
    tidy(() => {
      const drawn = toTensors(golden.transformation);
      vi.spyOn(layer, 'getRandomTransformation').mockReturnValue(drawn);
      const output = layer.apply(toTensors(golden.inputs) as layers.LabeledImages);
      expectStructure(output, renamed(golden.output));
    });
    layer.dispose();
    expect(memory().tensors).toBe(before);
  });
});
