// Functions of bounding boxes against Keras on JAX: results and gradients. test/oracles/fixtures/keras-bounding-boxes.py writes the numbers.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { camelCase } from '../../src/config/index.js';
import { differentiate } from '../../src/engine/ops/control/grad.js';
import { mul, sum } from '../../src/engine/ops/index.js';
import { tidy } from '../../src/engine/tensor/index.js';
import type { Tensor } from '../../src/engine/tensor/index.js';
import { boundingBoxes as boxes } from '../../src/utils.js';
import { expectClose, expectStructure, isGoldenArray, toTensor, toTensors } from './cases.js';
import type { GoldenArray } from './cases.js';

interface BoxCase {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly output: unknown;
  /** Positions of the arguments that have gradients. */
  readonly differentiable?: readonly number[];
  readonly dy?: GoldenArray;
  readonly gradients?: readonly GoldenArray[];
}

const cases = JSON.parse(
  readFileSync(new URL('../fixtures/keras-bounding-boxes.json', import.meta.url), 'utf8'),
) as readonly BoxCase[];

const TRANSFORM = ['angle', 'translateX', 'translateY', 'scale', 'shearX', 'shearY'];

interface Formats {
  readonly anchorFormat: boxes.BoundingBoxFormat;
  readonly boxFormat: boxes.BoundingBoxFormat;
}

/** The functions, called as Keras's are: options by name, all else by position. */
const FUNCTIONS: Readonly<Record<string, (options: never, ...args: readonly never[]) => unknown>> =
  {
    convertFormat: (size, x, source, target) => boxes.convertFormat(x, source, target, size),
    clipToImageSize: (options, x) => boxes.clipToImageSize(x, options),
    affineTransform: (options: boxes.BoxTransformOptions, x, ...numbers) =>
      boxes.affineTransform(x, {
        ...options,
        ...Object.fromEntries(TRANSFORM.map((name, i) => [name, numbers[i]])),
      }),
    crop: (options, x) => boxes.crop(x, options),
    pad: (options, x) => boxes.pad(x, options),
    encodeBoxToDeltas: (options: Formats & boxes.EncodeOptions, anchors, x) => {
      const { anchorFormat, boxFormat, ...others } = options;
      return boxes.encodeBoxToDeltas(anchors, x, anchorFormat, boxFormat, others);
    },
    decodeDeltasToBoxes: (options: Formats & boxes.DecodeOptions, anchors, x) => {
      const { anchorFormat, boxFormat, ...others } = options;
      return boxes.decodeDeltasToBoxes(anchors, x, anchorFormat, boxFormat, others);
    },
    computeIou: (options, x, y, format) => boxes.computeIou(x, y, format, options),
    computeCiou: (options, x, y, format) => boxes.computeCiou(x, y, format, options),
  };

describe('functions of bounding boxes agree with Keras on JAX', () => {
  it.each(
    cases.map((golden, i) => {
      const texts = golden.args.filter((arg) => typeof arg === 'string');
      const name = `${i} ${golden.name} ${texts.join(' ')} ${JSON.stringify(golden.options)}`;
      return [name, golden] as const;
    }),
  )('%s', (_, golden) => {
    tidy(() => {
      const args = golden.args.map((arg) => (typeof arg === 'string' ? arg : toTensors(arg)));
      const options = Object.fromEntries(
        Object.entries(golden.options).map(([name, value]) => [
          camelCase(name),
          isGoldenArray(value) ? toTensor(value) : value,
        ]),
      );
      const call = (): unknown =>
        FUNCTIONS[camelCase(golden.name)]?.(options as never, ...(args as never[]));
      if (!isGoldenArray(golden.output)) {
        expectStructure(call(), golden.output);
        return;
      }
      expectClose(call() as Tensor, golden.output);
      if (golden.dy === undefined) return;
      const dy = toTensor(golden.dy);
      const sources = golden.differentiable?.map((place) => args[place] as unknown as Tensor) ?? [];
      const { gradients } = differentiate('test', () => sum(mul(call() as Tensor, dy)), sources);
      gradients.forEach((gradient, i) => {
        const expected = golden.gradients?.[i];
        if (expected === undefined || gradient === undefined) expect.fail(`no gradient ${i}`);
        expectClose(gradient, expected, `gradient ${i}`);
      });
    });
  });
});
