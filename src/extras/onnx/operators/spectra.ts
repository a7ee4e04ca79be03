// Fourier transforms. Complex numbers are pairs along the last axis.
import * as ops from '../../../engine/ops/index.js';
import { fitLast, framesOf } from '../../../engine/ops/spectra/fft.js';
import { fourier, halfOf } from '../../../engine/ops/spectra/transform.js';
import type { Complex } from '../../../engine/ops/spectra/transform.js';
import { normalizeAxis } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { dtypeOf, TYPE } from '../../../files/formats/onnx/types.js';
import type { Call, Given, Operators } from '../../operator-graphs/operator.js';
import { KNOWN_ELEMENTS, OperatorValue } from '../../operator-graphs/value.js';

/** Parts [..., n] of numbers [..., 2], or of real ones [..., 1], which have no imaginary part. */
function partsOf(call: Call, x: Tensor): readonly [real: Tensor, imaginary: Tensor | undefined] {
  const count = x.shape.at(-1);
  if (x.ndim < 2 || (count !== 1 && count !== 2))
    throw call.refuse(`the last axis of its input must hold 1 number or 2, got shape [${x.shape.join(', ')}]`); // prettier-ignore
  return [ops.slice(x, '...', 0), count === 2 ? ops.slice(x, '...', 1) : undefined];
}

/** A whole number from 1 on. */
function lengthOf(call: Call, length: number): number {
  if (Number.isInteger(length) && length >= 1) return length;
  throw call.refuse(`a transform has at least one number, here ${length}`);
}

/** The transform along the last axis: of real numbers the first half, where that is enough. */
function transformed(
  [re, im]: readonly [Tensor, Tensor | undefined],
  isOneSided: boolean,
): Complex {
  if (im === undefined && isOneSided) return ops.rfft(re);
  const [real, imaginary] = fourier('DFT', [re, im ?? ops.zerosLike(re)], -1, false);
  if (!isOneSided) return [real, imaginary];
  const half = halfOf(re.shape.at(-1) ?? 1);
  return [ops.slice(real, '...', [0, half]), ops.slice(imaginary, '...', [0, half])];
}

function dft(call: Call): Given {
  const x = call.x();
  const isInverse = call.attribute('inverse', 0) === 1;
  const isOneSided = call.attribute('onesided', 0) === 1;
  const given = call.opset < 20 ? call.attribute('axis', 1) : call.number(2, -2);
  const axis = normalizeAxis(call.node.op, given, x.ndim);
  if (axis === x.ndim - 1) throw call.refuse('the last axis holds the parts of each number');
  const length = x.shape[axis] ?? 1;
  const n = lengthOf(call, call.number(1, isInverse && isOneSided ? 2 * (length - 1) : length));
  const [re, im] = partsOf(call, x).map((part) => part && ops.moveAxis(part, axis, -1));
  if (re === undefined) throw call.refuse('it has no input');
  const back = (parts: readonly Tensor[]): OperatorValue =>
    OperatorValue.of(ops.stack(parts.map((part) => ops.moveAxis(part, -1, axis)), -1), call.value(0).type); // prettier-ignore
  if (isInverse && isOneSided) return back([ops.irfft([re, im ?? ops.zerosLike(re)], n)]);
  const parts = [fitLast(re, n), im && fitLast(im, n)] as const;
  if (!isInverse) return back(transformed(parts, isOneSided));
  return back(fourier('DFT', [parts[0], parts[1] ?? ops.zerosLike(parts[0])], -1, true, 1 / n));
}

/** Transforms of pieces of signals [batch, length, 1 or 2], each times a window. */
function stft(call: Call): Given {
  const parts = partsOf(call, call.x());
  const window = call.maybe(2);
  const step = lengthOf(call, call.number(1));
  const whole = call.shape()[1] ?? 0;
  const length = lengthOf(call, call.number(3, window?.shape[0] ?? whole));
  if (length > whole) throw call.refuse(`a piece of ${length} does not fit into ${whole} numbers`);
  const pieces = parts.map((part) => {
    const frames = part && framesOf('STFT', part, length, step);
    return frames && window ? ops.mul(frames, window) : frames;
  });
  const [re, im] = pieces;
  if (re === undefined) throw call.refuse('it has no signal');
  const y = ops.stack(transformed([re, im], call.attribute('onesided', 1) === 1), -1);
  return OperatorValue.of(y, call.value(0).type);
}

/** Triangles over the frequencies of a transform, evenly along the mel scale: 2595 · log₁₀(1 + f / 700). */
function melWeights(call: Call): Given {
  const [bands, length, rate, low, high] = [0, 1, 2, 3, 4].map((i) => call.number(i));
  const [columns = 0, n = 0, perSecond = 0, from = 0, to = 0] = [bands, length, rate, low, high];
  const rows = Math.floor(n / 2) + 1;
  if (!(columns >= 0 && n >= 0 && rows * columns <= KNOWN_ELEMENTS))
    throw call.refuse(`it would have ${rows} × ${columns} elements, at most ${KNOWN_ELEMENTS} are made`); // prettier-ignore
  const melOf = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);
  const step = (melOf(to) - melOf(from)) / (columns + 2);
  const bins = Array.from({ length: columns + 2 }, (_, i) => {
    const hertz = 700 * (10 ** ((melOf(from) + i * step) / 2595) - 1);
    return Math.floor(((n + 1) * hertz) / perSecond);
  });
  const data = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [left = 0, centre = 0, right = 0] = bins.slice(column, column + 3);
      const rising = left === centre ? Number(row === centre) : (row - left) / (centre - left);
      const falling = (right - row) / (right - centre);
      const isRising = row >= left && row <= centre;
      const weight = isRising ? rising : row > centre && row < right ? falling : 0;
      data[row * columns + column] = weight;
    }
  }
  const type = call.attribute('output_datatype', TYPE.float);
  const dtype = dtypeOf(type);
  const array = dtype === 'float32' ? data : Int32Array.from(data);
  return OperatorValue.known({ shape: [rows, columns], dtype: dtype === 'float32' ? dtype : 'int32', data: array }, type); // prettier-ignore
}

export const spectra: Operators = {
  DFT: { run: dft },
  MelWeightMatrix: { run: melWeights },
  STFT: { run: stft },
};
