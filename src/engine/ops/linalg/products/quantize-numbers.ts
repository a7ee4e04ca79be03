// From float32 to the numbers in which weights are stored, by the rules of Keras (int8) and of TensorFlow.js's converter (uint8,
// uint16). Numbers are finite.
import { roundHalfEven, toHalf } from '../../../../files/formats/float16.js';

/** How weights can be stored in less room than float32. */
export type QuantizationMode = 'int8' | 'float16' | 'uint8' | 'uint16';

/** A weight as [outer, reduced, inner]: the numbers along `reduced` share a scale. */
export interface ScaleGroups {
  readonly outer: number;
  readonly reduced: number;
  readonly inner: number;
}

/** What the stored numbers q of a weight stand for. */
export type Scaling =
  | {
      /** w = q / scale, of int8. */
      readonly mode: 'int8';
      readonly scales: Float32Array<ArrayBuffer>;
      readonly groups: ScaleGroups;
    }
  | {
      /** w = q, as bits of float16. */
      readonly mode: 'float16';
    }
  | {
      /** w = q · scale + min, of uint8 or uint16. */
      readonly mode: 'uint8' | 'uint16';
      readonly scale: number;
      readonly min: number;
    };

/** The numbers of a weight, row-major, in the type of their mode. */
export interface StoredNumbers {
  readonly data: Int8Array<ArrayBuffer> | Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
  readonly scaling: Scaling;
}

/** The numbers for `elements`. @param groups of int8; default: one scale for all */
export function quantizeNumbers(
  elements: Float32Array,
  mode: QuantizationMode,
  groups: ScaleGroups = { outer: 1, reduced: elements.length, inner: 1 },
): StoredNumbers {
  switch (mode) {
    case 'int8':
      return toInt8(elements, groups);
    case 'float16':
      return { data: halvesOf(elements), scaling: { mode } };
    case 'uint8':
      return toUnsigned(elements, mode, new Uint8Array(elements.length), 255);
    case 'uint16':
      return toUnsigned(elements, mode, new Uint16Array(elements.length), 65535);
  }
}

function halvesOf(elements: Float32Array): Uint16Array<ArrayBuffer> {
  const data = new Uint16Array(elements.length);
  for (let i = 0; i < data.length; i++) data[i] = toHalf(elements[i] ?? 0);
  return data;
}

/** Keras's epsilon, which its scales are computed with. */
const EPSILON = Math.fround(1e-7);

/** scale = 127 / (max |w| + 1e-7) for each group, q = round(w · scale), ties to even, in float32 as Keras computes. */
function toInt8(elements: Float32Array, groups: ScaleGroups): StoredNumbers {
  const { outer, reduced, inner } = groups;
  const scales = new Float32Array(outer * inner);
  const place = (i: number): number => Math.floor(i / (reduced * inner)) * inner + (i % inner);
  for (let i = 0; i < elements.length; i++) {
    const at = place(i);
    scales[at] = Math.max(scales[at] ?? 0, Math.abs(elements[i] ?? 0));
  }
  for (let at = 0; at < scales.length; at++) {
    scales[at] = 127 / Math.fround((scales[at] ?? 0) + EPSILON);
  }
  const data = new Int8Array(elements.length);
  for (let i = 0; i < data.length; i++) {
    const q = roundHalfEven(Math.fround((elements[i] ?? 0) * (scales[place(i)] ?? 0)));
    data[i] = Math.min(127, Math.max(-127, q));
  }
  return { data, scaling: { mode: 'int8', scales, groups } };
}

/** scale = (max − min) / most, with min moved so that a q stands for 0 where 0 lies between; q = round((w − min) / scale). */
function toUnsigned(
  elements: Float32Array,
  mode: 'uint8' | 'uint16',
  data: Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>,
  most: number,
): StoredNumbers {
  let [low, high] = [Infinity, -Infinity];
  for (const x of elements) {
    low = Math.min(low, x);
    high = Math.max(high, x);
  }
  if (!(low < high)) {
    const min = elements.length === 0 ? 0 : low;
    return { data, scaling: { mode, scale: 1, min } };
  }
  const scale = (high - low) / most;
  const min = low <= 0 && high >= 0 ? -roundHalfEven(-low / scale) * scale : low;
  for (let i = 0; i < data.length; i++) {
    const q = roundHalfEven(((elements[i] ?? 0) - min) / scale);
    data[i] = Math.min(most, Math.max(0, q));
  }
  return { data, scaling: { mode, scale, min } };
}
