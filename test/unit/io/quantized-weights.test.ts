// Files whose weights are quantized as TensorFlow.js describes it: w ≈ q · scale + min, or half precision.
import { describe, expect, it } from 'vitest';
import { layers, models } from '../../../src/index.js';
import { FormatError } from '../../../src/errors.js';
import { numbers } from '../models/networks.js';

/** A Dense layer 8 → 4 whose kernel and bias are described and stored so. */
async function load(
  described: readonly Record<string, unknown>[],
  ...stored: readonly Uint8Array[]
): Promise<Float32Array[]> {
  const files = new Map<string, Uint8Array>();
  const dense = new models.Sequential([new layers.Dense(4, { inputShape: [8], name: 'd' })]);
  await dense.save({ write: (name, bytes) => files.set(name, bytes) });
  const json = JSON.parse(new TextDecoder().decode(files.get('model.json'))) as object;
  const names = ['d/kernel', 'd/bias'];
  const shapes = [[8, 4], [4]];
  const weights = described.map((fields, i) => ({
    name: names[i],
    shape: shapes[i],
    dtype: 'float32',
    ...fields,
  }));
  const changed = { ...json, weightsManifest: [{ paths: ['w'], weights }] };
  const model = await models.loadModel({
    read: (name) =>
      name === 'w' ? Buffer.concat(stored) : new TextEncoder().encode(JSON.stringify(changed)),
  });
  return model.getWeights().map((weight) => weight.data() as Float32Array);
}

const kernel = numbers(32);
const bias = numbers(4, 50);

/** Whole numbers from 0 to `levels` along the range of the weights, and what they stand for. */
function quantize(w: Float32Array, levels: number) {
  const min = Math.min(...w);
  const scale = (Math.max(...w) - min) / levels;
  const q = Array.from(w, (value) => Math.round((value - min) / scale));
  return { min, scale, q, meant: q.map((value) => Math.fround(value * scale + min)) };
}

/** IEEE 754 binary16, rounded to the nearest, ties to even. */
function half(value: number): number {
  const sign = value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  // Numbers below 2⁻¹⁴ are multiples of 2⁻²⁴.
  const exponent = Math.max(Math.floor(Math.log2(size)), -14);
  const unit = 2 ** (exponent - 10);
  const lower = Math.floor(size / unit);
  const rest = size / unit - lower;
  const rounded = lower + (rest > 0.5 || (rest === 0.5 && lower % 2 === 1) ? 1 : 0);
  return sign + rounded + (exponent + 14) * 1024;
}

function fromHalf(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -size : size;
}

const bytes16 = (values: readonly number[]): Uint8Array =>
  new Uint8Array(Uint16Array.from(values).buffer);

describe('quantized weights', () => {
  it.each([
    ['uint8', 255],
    ['uint16', 65535],
  ])('%s: q · scale + min', async (dtype, levels) => {
    const parts = [kernel, bias].map((w) => quantize(w, levels));
    const stored = parts.map(({ q }) => (dtype === 'uint8' ? Uint8Array.from(q) : bytes16(q)));
    const described = parts.map(({ scale, min }) => ({ quantization: { dtype, scale, min } }));
    const loaded = await load(described, ...stored);
    expect(loaded.map((w) => [...w])).toEqual(parts.map(({ meant }) => meant));
    // Half a step is the most that rounding costs.
    const worst = Math.max(...kernel.map((w, i) => Math.abs(w - (loaded[0]?.[i] ?? NaN))));
    expect(worst).toBeLessThanOrEqual(((parts[0]?.scale ?? 0) / 2) * 1.001);
  });

  it('float16: the nearest halves', async () => {
    const halves = Array.from(kernel, half);
    // The smallest and the largest, the smallest normal one, zero.
    const few = [0x0001, 0x7bff, 0x0400, 0x0000];
    const quantization = { dtype: 'float16' };
    const loaded = await load([{ quantization }, { quantization }], bytes16(halves), bytes16(few));
    expect([...(loaded[0] ?? [])]).toEqual(halves.map(fromHalf));
    expect([...(loaded[1] ?? [])]).toEqual([2 ** -24, 65504, 2 ** -14, 0]);
    kernel.forEach((w, i) => {
      expect(Math.abs(w - (loaded[0]?.[i] ?? NaN))).toBeLessThanOrEqual(Math.abs(w) * 2 ** -11);
    });
  });

  it('may stand beside weights that are not quantized', async () => {
    const { q, scale, min, meant } = quantize(kernel, 255);
    const loaded = await load(
      [{ quantization: { dtype: 'uint8', scale, min } }, {}],
      Uint8Array.from(q),
      new Uint8Array(bias.buffer),
    );
    expect(loaded.map((w) => [...w])).toEqual([meant, [...bias]]);
  });

  it.each([
    ['without scale', { dtype: 'uint8', min: 0 }],
    ['of an unknown type', { dtype: 'int4', scale: 1, min: 0 }],
    ['with a scale that is not a number', { dtype: 'uint8', scale: '1', min: 0 }],
    ['that is not an object', 7],
    ['with a scale beyond float32', { dtype: 'uint8', scale: 1e39, min: 0 }],
    ['with values beyond float32', { dtype: 'uint16', scale: 1e34, min: 3.4e38 }],
  ])('%s are a FormatError', async (_, quantization) => {
    const loading = load([{ quantization }, {}], new Uint8Array(32), new Uint8Array(16));
    await expect(loading).rejects.toThrow(FormatError);
  });
});
