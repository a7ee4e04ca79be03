// Operations and layers of images against Keras on JAX, called as Keras's files call them: results and gradients.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/index.js';
import * as layers from '../../src/layers.js';
import { differentiate } from '../../src/engine/ops/control/grad.js';
import { mul, sum } from '../../src/engine/ops/index.js';
import {
  operationConfig,
  operationFromConfig,
} from '../../src/engine/ops/graphs/operation-config.js';
import { tidy } from '../../src/engine/tensor/index.js';
import type { Tensor } from '../../src/engine/tensor/index.js';
import { expectClose, isGoldenArray, toTensor } from './cases.js';
import type { GoldenArray } from './cases.js';

interface ImageCase {
  /** The class of a layer, or else module and class of an operation. */
  readonly layer?: string;
  readonly module: string;
  readonly class_name: string;
  readonly config: Config;
  readonly args: readonly unknown[];
  readonly output: GoldenArray;
  readonly dy?: GoldenArray;
  readonly dargs?: readonly (GoldenArray | null)[];
}

const cases = JSON.parse(
  gunzipSync(readFileSync(new URL('../fixtures/keras-images.json.gz', import.meta.url))).toString(),
) as readonly ImageCase[];

/** What a case computes of its arguments. */
function callOf(golden: ImageCase): (...args: readonly unknown[]) => Tensor {
  const { layer: className, module, class_name: name, config } = golden;
  if (className === undefined) {
    const read = operationFromConfig(module, name, config);
    return (...args) => {
      const { operation, args: given } = read({ args, kwargs: {} });
      expect(operationConfig(operation, given).config, 'config').toEqual(config);
      return operation(...(given as never[])) as Tensor;
    };
  }
  const layer = layers.deserialize({ class_name: className, config });
  expect(layer.getConfig(), 'config').toEqual(config);
  return (x) => layer.apply(x as Tensor);
}

describe('images agree with Keras on JAX', () => {
  it.each(
    cases.map((golden, i) => {
      const { layer, class_name: name, config } = golden;
      return [`${i} ${layer ?? name} ${JSON.stringify(config)}`, golden] as const;
    }),
  )('%s', (_, golden) => {
    tidy(() => {
      const call = callOf(golden);
      const args = golden.args.map((arg) => (isGoldenArray(arg) ? toTensor(arg) : arg));
      const y = call(...args);
      expect(y.dtype).toBe(golden.output.dtype);
      expectClose(y, golden.output);
      const { dy, dargs = [] } = golden;
      if (dy === undefined) return;
      const sources = args.filter((_arg, i) => isGoldenArray(dargs[i])) as Tensor[];
      const expected = dargs.filter(isGoldenArray);
      const { gradients } = differentiate(
        'test',
        () => sum(mul(call(...args), toTensor(dy))),
        sources,
      );
      expected.forEach((array, i) => {
        const gradient = gradients[i];
        if (gradient === undefined) expect.fail(`argument ${i} has no gradient`);
        // No gradient flows to the last two numbers of a transform where they are 0.
        const isTransform =
          i === 1 &&
          gradient.shape.at(-1) === 8 &&
          sources[1]?.slice('...', '6:').any().item() === 0;
        const [left, right] = isTransform ? [gradient.slice(':', ':6'), toTensor(array).slice(':', ':6')] : [gradient, toTensor(array)]; // prettier-ignore
        expectClose(left, { ...array, shape: right.shape, data: [...right.data()] }, `gradient of argument ${i}`); // prettier-ignore
      });
    });
  });
});
