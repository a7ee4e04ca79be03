// Resizing of images: each axis by itself, each output a weighted sum of few inputs.
import * as ops from '../../../engine/ops/index.js';
import { normalizeAxis } from '../../../engine/tensor/index.js';
import { unknownText } from '../../operator-graphs/operator.js';
import type { Call, Given, Operator, Operators } from '../../operator-graphs/operator.js';
import { resample } from '../../operator-graphs/resample.js';
import type { Taps } from '../../operator-graphs/resample.js';
import { KNOWN_ELEMENTS, OperatorValue } from '../../operator-graphs/value.js';

/** How an axis is resized. */
interface Axis {
  readonly length: number;
  readonly outLength: number;
  readonly scale: number;
  /** Start and end of the part of the input that is resized, as shares of its length. */
  readonly roi: readonly [number, number];
}

/** Where an output lies among the inputs. */
function coordinate(mode: string, i: number, { length, outLength, scale, roi }: Axis): number {
  switch (mode) {
    case 'align_corners':
      return outLength === 1 ? 0 : (i * (length - 1)) / (scale * length - 1);
    case 'asymmetric':
      return i / scale;
    case 'pytorch_half_pixel':
      return outLength > 1 ? (i + 0.5) / scale - 0.5 : 0;
    case 'tf_half_pixel_for_nn':
      return (i + 0.5) / scale;
    case 'tf_crop_and_resize':
      return outLength > 1
        ? roi[0] * (length - 1) + (i * (roi[1] - roi[0]) * (length - 1)) / (outLength - 1)
        : 0.5 * (roi[0] + roi[1]) * (length - 1);
    case 'half_pixel_symmetric': {
      const adjustment = outLength / (scale * length);
      return (length / 2) * (1 - adjustment) + (i + 0.5) / scale - 0.5;
    }
    default:
      return (i + 0.5) / scale - 0.5;
  }
}

const NEAREST: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: (x) => (x - Math.floor(x) === 0.5 ? Math.floor(x) : Math.round(x)),
  round_prefer_ceil: (x) => Math.round(x),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** Keys's cubic. */
function cubic(distance: number, a: number): number {
  const x = Math.abs(distance);
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

const triangle = (distance: number): number => Math.max(0, 1 - Math.abs(distance));

/** Numbers that are added up for an output: pictures that are made small with antialiasing have many. */
const MAX_TAPS = 2 ** 16;

/** @throws FormatError for more taps than may be listed: a file may ask for any scale */
function tapsOf(call: Call, axis: Axis): Taps {
  const isOld = call.opset < 11;
  const mode = call.text('mode', 'nearest');
  const coordinates = call.text(
    'coordinate_transformation_mode',
    isOld ? 'asymmetric' : 'half_pixel',
  );
  const nearest = NEAREST[call.text('nearest_mode', isOld ? 'floor' : 'round_prefer_floor')];
  const a = call.attribute('cubic_coeff_a', -0.75);
  const excludes = call.attribute('exclude_outside', 0) === 1;
  const isCropped = coordinates === 'tf_crop_and_resize';
  const { length, outLength, scale } = axis;
  // With antialiasing a tap is as wide as an output.
  const stretch = call.attribute('antialias', 0) === 1 ? Math.max(1, 1 / scale) : 1;
  const support = (mode === 'cubic' ? 2 : 1) * stretch;
  const count = mode === 'nearest' ? 1 : Math.ceil(2 * support);
  if (!(outLength >= 0 && count <= MAX_TAPS && outLength * count <= KNOWN_ELEMENTS)) {
    throw call.refuse(
      `an axis would become ${outLength} sums of ${count} numbers: at most ${MAX_TAPS} are added up, and ${KNOWN_ELEMENTS} for all`,
    );
  }
  const taps = Array.from({ length: count }, (_, tap) => tap);
  const positions = taps.map(() => new Int32Array(outLength));
  const weights = taps.map(() => new Float32Array(outLength));
  const own = new Float64Array(count);
  for (let i = 0; i < outLength; i++) {
    const x = coordinate(coordinates, i, axis);
    const isOutside = isCropped && (x < 0 || x > length - 1);
    const isOne = isOutside || mode === 'nearest';
    const first = isOne ? (nearest ?? Math.round)(x) : Math.floor(x - support) + 1;
    let sum = 0;
    for (let tap = 0; tap < count; tap++) {
      const at = first + tap;
      const distance = (x - at) / stretch;
      const isLeftOut = excludes && (at < 0 || at >= length);
      own[tap] = isLeftOut ? 0 : mode === 'cubic' ? cubic(distance, a) : triangle(distance);
      sum += own[tap] ?? 0;
    }
    positions.forEach((list, tap) => {
      list[i] = isOutside ? -1 : Math.min(Math.max(first + tap, 0), length - 1);
    });
    weights.forEach((list, tap) => {
      list[i] = isOne ? Number(tap === 0) : (own[tap] ?? 0) / sum;
    });
  }
  return { positions, weights };
}

/** Inputs before opset 11: x and scales; from 11 on: x, regions, scales, sizes. */
function resize(call: Call): Given {
  const value = call.value(0);
  const { shape } = value;
  const isOld = call.opset < 11 || call.node.op === 'Upsample';
  const scalesAt = isOld ? 1 : 2;
  const given = call.has(scalesAt) ? call.numbers(scalesAt) : (call.list('scales') ?? []);
  const sizes = !isOld && call.has(3) ? call.numbers(3) : [];
  const roi = !isOld && call.has(1) ? call.numbers(1) : [];
  const axes = (call.list('axes') ?? shape.map((_, axis) => axis)).map((axis) =>
    normalizeAxis('Resize', axis, shape.length),
  );
  const policy = call.text('keep_aspect_ratio_policy', 'stretch');
  const ratios = axes.map((axis, i) => (sizes[i] ?? 0) / (shape[axis] ?? 1));
  const kept = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  const isLast = value.layout === 'last';
  let x = isLast ? value.channelsLast : value.tensor;
  const { dtype } = x;
  const outside = call.attribute('extrapolation_value', 0);
  axes.forEach((axis, i) => {
    const length = shape[axis] ?? 0;
    const isKept = sizes.length > 0 && policy !== 'stretch';
    const scale = sizes.length === 0 ? (given[i] ?? 1) : isKept ? kept : (ratios[i] ?? 1);
    const outLength =
      sizes.length === 0
        ? Math.floor(length * scale)
        : isKept
          ? Math.round(kept * length)
          : (sizes[i] ?? length);
    const own: Axis = { length, outLength, scale, roi: [roi[i] ?? 0, roi[axes.length + i] ?? 1] };
    const isSame =
      outLength === length &&
      scale === 1 &&
      call.text('coordinate_transformation_mode') !== 'tf_crop_and_resize';
    if (isSame) return;
    const at = !isLast || axis === 0 ? axis : axis === 1 ? shape.length - 1 : axis - 1;
    const isNearest = call.text('mode', 'nearest') === 'nearest';
    x = resample(isNearest ? x : ops.cast(x, 'float32'), at, tapsOf(call, own), outside);
  });
  const result = x.dtype === dtype ? x : ops.cast(dtype === 'float32' ? x : ops.round(x), dtype);
  return OperatorValue.of(
    result === value.raw ? result.alias() : result,
    value.type,
    isLast ? 'last' : 'first',
  );
}

const KNOWN = {
  mode: ['nearest', 'linear', 'cubic'],
  coordinate_transformation_mode: [
    'align_corners',
    'asymmetric',
    'half_pixel',
    'half_pixel_symmetric',
    'pytorch_half_pixel',
    'tf_crop_and_resize',
    'tf_half_pixel_for_nn',
  ],
  nearest_mode: Object.keys(NEAREST),
  keep_aspect_ratio_policy: ['stretch', 'not_larger', 'not_smaller'],
};

const lacks: Operator['lacks'] = (node) => unknownText(node, KNOWN);

export const resizing: Operators = {
  Resize: { run: resize, lacks },
  Upsample: { run: resize, lacks },
};
