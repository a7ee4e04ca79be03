// What tests of compiled models have in common.
import { expect } from 'vitest';
import { flattenNest } from '../../../src/config/index.js';
import { compileModel, runCompiled } from '../../../src/compile.js';
import type { CompileOptions, CompiledArray, CompiledPort } from '../../../src/compile.js';
import { ops, Tensor, tidy } from '../../../src/index.js';
import type { models } from '../../../src/index.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- of whatever structure
export type AnyModel = models.Model<any, any>;

/** Numbers from 0 to 1 that depend on the seed alone. */
export function randoms(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  return () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
    state = Math.imul(state ^ (state >>> 12), 0x297a2d39);
    state ^= state >>> 15;
    return (state >>> 0) / 2 ** 32;
  };
}

/** A kind of values, by which computed numbers differ in what they decide. */
export type Values = 'random' | 'zeros' | 'large' | 'NaN' | 'infinite' | 'mixed';

export const VALUES: readonly Values[] = ['random', 'zeros', 'large', 'NaN', 'infinite', 'mixed'];

/** Elements of an input. @param below the limit of whole numbers */
export function elementsFor(
  { dtype, bytes }: CompiledPort,
  values: Values,
  seed: number,
  below: number | undefined,
): CompiledArray {
  const next = randoms(seed);
  const whole = (): number => Math.floor(next() * (below ?? 2));
  if (dtype === 'int32') return Int32Array.from({ length: bytes / 4 }, whole);
  if (dtype !== 'float32') return Uint8Array.from({ length: bytes }, whole);
  const length = bytes / 4;
  if (below !== undefined) return Float32Array.from({ length }, whole);
  if (values === 'zeros') return new Float32Array(length);
  const scale = values === 'large' ? 2 ** 60 : 1;
  const x = Float32Array.from({ length }, () => scale * (4 * next() - 2));
  if (values === 'mixed') x.forEach((_, i) => next() < 0.7 && (x[i] = 0));
  const special = values === 'NaN' ? NaN : values === 'infinite' ? -Infinity : undefined;
  if (special !== undefined) x[Math.floor(next() * length)] = special;
  return x;
}

const asTensor = (x: CompiledArray, { shape, dtype }: CompiledPort): Tensor =>
  ops.reshape(ops.cast(x, dtype as never), shape);

/** The bits of numbers, a word each; of NaN too. */
const bitsOf = (x: CompiledArray): readonly number[] =>
  Array.from(x.BYTES_PER_ELEMENT === 4 ? new Int32Array(x.buffer, x.byteOffset, x.length) : x);

/** Results of the library for these inputs, by the names of outputs. */
function expected(
  model: AnyModel,
  ports: readonly CompiledPort[],
  given: Readonly<Record<string, CompiledArray>>,
  names: readonly string[],
): Record<string, CompiledArray> {
  return tidy(() => {
    const tensors = ports.map((port) => asTensor(given[port.name] ?? new Float32Array(0), port));
    const x = tensors.length === 1 ? tensors[0] : tensors;
    const y: unknown = model.predictOnBatch(x);
    const list = flattenNest(y, (each) => each instanceof Tensor);
    return Object.fromEntries(
      list.map((each, i) => [names[i] ?? '', each.data() as CompiledArray]),
    );
  });
}

/** What a compiled model is tested with. */
interface Tested {
  /** The limit of whole numbers for all inputs, or for the input of that number; undefined for other numbers. */
  readonly below?: number | ((input: number) => number | undefined);
  /** Default: all kinds. */
  readonly values?: readonly Values[];
}

/** Compiles a model, and compares what the module predicts with `predictOnBatch`, bit by bit. */
export async function expectSameBits(
  model: AnyModel,
  { below, values = VALUES, ...options }: CompileOptions & Tested = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await compileModel(model, options);
  const compiled = runCompiled(bytes);
  const { inputs, outputs } = compiled.description;
  for (const [i, kind] of [...values, ...values].entries()) {
    const given = Object.fromEntries(
      inputs.map((port, j) => {
        const limit = typeof below === 'function' ? below(j) : below;
        return [port.name, elementsFor(port, kind, 10 * i + j, limit)];
      }),
    );
    const y = compiled.predict<Record<string, CompiledArray> | CompiledArray>(given);
    const found = ArrayBuffer.isView(y) ? { [outputs[0]?.name ?? '']: y } : y;
    const wanted = expected(model, inputs, given, outputs.map(({ name }) => name)); // prettier-ignore
    for (const { name } of outputs) {
      const [got, want] = [found[name], wanted[name]].map((x) => bitsOf(x ?? new Uint8Array(0)));
      expect(want?.length, name).toBeGreaterThan(0);
      const different = want?.flatMap((word, at) => (word === got?.[at] ? [] : [at]));
      expect(different, `${name}, ${kind}`).toEqual([]);
    }
  }
  return bytes;
}
