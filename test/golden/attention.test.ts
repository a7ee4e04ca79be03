// Calls of attention layers, and of what stands in the same file, against Keras: outputs, scores, masks and gradients.
import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/index.js';
import { camelCase, flattenNest, mapNest } from '../../src/config/index.js';
import * as layers from '../../src/layers.js';
import type { AnyLayer } from '../../src/layers.js';
import { layerRegistry } from '../../src/nn/layers/registry.js';
import { differentiate } from '../../src/engine/ops/control/grad.js';
import { add, mul, sum } from '../../src/engine/ops/index.js';
import { memory, Tensor, tidy } from '../../src/engine/tensor/index.js';
import {
  expectClose,
  expectPending,
  expectStructure,
  isGoldenArray,
  oneOperation,
  readGolden,
  splitCases,
  toTensor,
} from './cases.js';
import type { GoldenArray } from './cases.js';

interface Call {
  /** An array, or a list of them. */
  readonly inputs: unknown;
  /** The argument of that name. */
  readonly mask?: unknown;
  readonly kwargs?: Readonly<Record<string, unknown>>;
  /** Masks that travel with `inputs`, or with an argument. */
  readonly carried_masks?: Readonly<Record<string, GoldenArray>>;
}

interface AttentionCase {
  readonly class_name: string;
  readonly config: Config & { readonly name: string };
  readonly training: boolean | null;
  readonly weights: readonly GoldenArray[];
  readonly weight_paths: readonly string[];
  readonly call: Call;
  readonly output: unknown;
  /** The mask that travels with the output. */
  readonly output_mask?: unknown;
  readonly dy?: unknown;
  readonly dinputs?: unknown;
  readonly dweights?: readonly (GoldenArray | null)[];
  readonly dkwargs?: Readonly<Record<string, unknown>>;
}

const { source, cases } = readGolden<AttentionCase>('attention');

const { running, pending } = splitCases(
  cases,
  ({ class_name: name }) => name,
  ({ class_name: name }) => layerRegistry.has(name),
);

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;
const isShape = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((length) => typeof length === 'number');
const isArrayOrNull = (value: unknown): value is GoldenArray | null =>
  value === null || isGoldenArray(value);

/** A call in the words of this library. */
interface OwnCall {
  readonly input: Tensor | Tensor[];
  /** The tensors that may have gradients, and the gradients that they have in Keras. */
  readonly sources: readonly (readonly [tensor: Tensor, gradient: GoldenArray | null])[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** Keras's layers take query, value and key one by one; here they are a list. */
function ownCall({ call, dinputs, dkwargs }: AttentionCase): OwnCall {
  const { inputs, mask, kwargs = {}, carried_masks: carried = {} } = call;
  const { value, key, ...named } = kwargs;
  const arrays = flattenNest(inputs, isGoldenArray);
  const tensors = arrays.map(toTensor);
  const gradients: (GoldenArray | null)[] =
    dinputs === undefined ? [] : flattenNest(dinputs, isArrayOrNull);
  if (carried['inputs'] !== undefined) tensors[0]?.attachMask(toTensor(carried['inputs']));
  for (const [name, array] of Object.entries({ value, key })) {
    if (!isGoldenArray(array)) continue;
    const tensor = toTensor(array);
    const own = carried[name];
    if (own !== undefined) tensor.attachMask(toTensor(own));
    tensors.push(tensor);
    gradients.push((dkwargs?.[name] ?? null) as GoldenArray | null);
  }
  const options = Object.fromEntries(
    Object.entries(named).map(([name, argument]) => [
      camelCase(name),
      isGoldenArray(argument) ? toTensor(argument) : argument,
    ]),
  );
  const [only, ...more] = tensors;
  const input = more.length === 0 && !Array.isArray(inputs) && only !== undefined ? only : tensors;
  return {
    input,
    sources: tensors.map((tensor, i) => [tensor, gradients[i] ?? null] as const),
    options: {
      ...options,
      ...(mask === undefined ? {} : { mask: mapNest(mask, isGoldenArray, toTensor) }),
    },
  };
}

const shapesOf = (input: Tensor | Tensor[]): unknown =>
  Array.isArray(input) ? input.map(({ shape }) => shape) : input.shape;

function built(golden: AttentionCase, input: Tensor | Tensor[]): AnyLayer {
  const layer: AnyLayer = layers.deserialize(golden);
  expect(JSON.parse(JSON.stringify(layer.getConfig())), 'config').toEqual(golden.config);
  layer.build(shapesOf(input));
  tidy(() => {
    layer.setWeights(golden.weights.map(toTensor));
  });
  return layer;
}

function expectMasks(y: unknown, golden: unknown): void {
  if (golden === undefined) return;
  const masks = flattenNest(golden, isArrayOrNull);
  flattenNest(y, isTensor).forEach(({ mask = null }, i) => {
    const expected = masks[i] ?? null;
    if (expected === null || mask === null) expect(mask, 'mask').toBe(expected);
    else expectClose(mask, expected, 'mask of the output');
  });
}

/**
 * For each sample and query whether there is no key that it may look at, where one operation computes attention: there
 * Keras's gradients on PyTorch are too large by the number of keys. Its kernel loses the logarithm of that number beside the
 * score of a key that is left out, so the weights in the backward pass do not add up to 1. On JAX, as here, scores that are
 * left out have no gradient. Undefined if all queries may look at some key.
 */
function queriesWithoutKeys({
  class_name: name,
  config,
  call,
}: AttentionCase): boolean[][] | undefined {
  const { inputs, kwargs = {}, carried_masks: carried = {} } = call;
  if (!name.endsWith('HeadAttention') && name !== 'GroupQueryAttention') return undefined;
  if (kwargs['return_attention_scores'] === true || config['dropout'] !== 0) return undefined;
  const [batch = 0, queries = 0, , more] = (inputs as GoldenArray).shape;
  const keys = (kwargs['value'] as GoldenArray).shape[1] ?? 0;
  if (more !== undefined) return undefined;
  const step = (mask: unknown, b: number, i: number): boolean =>
    !isGoldenArray(mask) || mask.data[b * (mask.shape[1] ?? 0) + i] === 1;
  const given = kwargs['attention_mask'];
  const queryMask = name === 'GroupQueryAttention' ? kwargs['query_mask'] : undefined;
  const counts = (b: number, t: number, s: number): boolean => {
    if (kwargs['use_causal_mask'] === true && s > t) return false;
    if (!step(queryMask ?? carried['inputs'], b, t)) return false;
    if (!step(kwargs['value_mask'] ?? carried['value'], b, s)) return false;
    if (!step(kwargs['key_mask'] ?? carried['key'], b, s)) return false;
    if (!isGoldenArray(given) || given.shape.length !== 3 || given.shape[0] !== batch) return true;
    const [, rows = 1, columns = 1] = given.shape;
    return given.data[(b * rows + (rows === 1 ? 0 : t)) * columns + s] === 1;
  };
  const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
  const without = range(batch).map((b) =>
    range(queries).map((t) => range(keys).every((s) => !counts(b, t, s))),
  );
  return without.flat().includes(true) ? without : undefined;
}

/** The gradient of the query, with zeros in the rows of queries that may look at nothing. */
function withoutRows(gradient: GoldenArray, rows: readonly (readonly boolean[])[]): GoldenArray {
  const [, , size = 1] = gradient.shape;
  const isLeftOut = rows.flat();
  const data = gradient.data.map((value, i) =>
    isLeftOut[Math.floor(i / size)] === true ? 0 : value,
  );
  return { ...gradient, data };
}

const named = running.map(
  (golden, i) =>
    [
      `${i} ${golden.config.name} ${Object.keys(golden.call.kwargs ?? {}).join(' ')}`,
      golden,
    ] as const,
);

describe(`attention agrees with ${source}`, () => {
  it('in every class', () => {
    expectPending(pending, []);
  });

  it.each(named)('%s: output, scores and masks', (_name, golden) => {
    const before = memory();
    tidy(() => {
      const { input, options } = ownCall(golden);
      const layer = built(golden, input);
      expect(layer.weights.map(({ path }) => path)).toEqual(golden.weight_paths);
      const training = golden.training ?? false;
      const y: unknown = layer.apply(input, { training, ...options });
      expectStructure(y, golden.output, 'output', oneOperation);
      expectMasks(y, golden.output_mask);
      if (options['reverse'] !== true) {
        const [first] = flattenNest(golden.output, isGoldenArray);
        const shapes = flattenNest(layer.computeOutputShape(shapesOf(input)), isShape);
        expect(shapes).toEqual([first?.shape]);
      }
      layer.dispose();
    });
    expect(memory().tensors).toBe(before.tensors);
  });

  it.each(named.filter(([, { dy }]) => dy !== undefined))('%s: gradients', (_name, golden) => {
    tidy(() => {
      const { input, sources, options } = ownCall(golden);
      const layer = built(golden, input);
      const training = golden.training ?? false;
      const weights = layer.trainableWeights.map(({ value }) => value);
      const { gradients } = differentiate(
        'test',
        () => {
          const y: unknown = layer.apply(input, { training, ...options });
          const dy = flattenNest(golden.dy, isArrayOrNull);
          return flattenNest(y, isTensor)
            .flatMap((output, i) => {
              const upstream = dy[i] ?? null;
              return upstream === null ? [] : [sum(mul(output, toTensor(upstream)))];
            })
            .reduce((a, b) => add(a, b));
        },
        [
          ...sources.map(([tensor]) => tensor).filter(({ dtype }) => dtype === 'float32'),
          ...weights,
        ],
      );
      const rows = queriesWithoutKeys(golden);
      // What does not go through the weights of values is the same.
      const known = ([
        query,
        ...others
      ]: readonly (GoldenArray | null)[]): readonly (GoldenArray | null)[] =>
        rows === undefined || query === undefined || query === null
          ? [query ?? null, ...others]
          : [withoutRows(query, rows), ...others.map(() => null)];
      const expected = [
        ...known(
          sources.filter(([{ dtype }]) => dtype === 'float32').map(([, gradient]) => gradient),
        ),
        ...(golden.dweights ?? []).map((array, i) =>
          rows === undefined || golden.weight_paths[i]?.includes('attention_output') === true
            ? array
            : null,
        ),
      ].slice(sources.some(([{ dtype }]) => dtype === 'float32') ? 0 : 1);
      expect(expected).toHaveLength(gradients.length);
      expected.forEach((array, i) => {
        const gradient = gradients[i];
        if (array === null) return;
        if (gradient === undefined) expect.fail(`source ${i} has no gradient`);
        expectClose(gradient, array, `gradient of source ${i}`);
      });
      layer.dispose();
    });
  });
});
