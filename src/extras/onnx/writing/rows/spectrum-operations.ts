// Fourier transforms, as products with the matrices of their waves.
import {
  fft,
  fft2,
  ifft2,
  irfft,
  reshape as reshapeTensor,
  rfft,
  stft,
  zerosLike,
} from '../../../../engine/ops/index.js';
import type { Tensor } from '../../../../engine/tensor/index.js';
import { TYPE } from '../../../../files/formats/onnx/types.js';
import { add, cast, sub } from '../elementwise.js';
import type { GraphWriter } from '../graph-writer.js';
import type { OperationCall, OperationRow, OperationRows } from '../operation.js';
import { lengthsOf, matmul, reshape, transpose } from '../shapes.js';
import { refuse } from '../written.js';
import type { Written } from '../written.js';
import { convolve } from './convolutions.js';
import { checkedLength, identity } from './resampling.js';

/** Real and imaginary parts. */
type Complex<T> = readonly [real: T, imag: T];

const lengthAlong = (x: Written, axis: number): number =>
  checkedLength(x.shape[x.axis(axis)] ?? refuse('the length of its signals is not known'));

/** x with the last axis and that one exchanged. */
function turned(x: Written, axis: number): Written {
  const at = x.axis(axis);
  const last = x.rank - 1;
  return transpose(
    x,
    x.shape.map((_, i) => (i === at ? last : i === last ? at : i)),
  );
}

/** A transform of complex numbers along an axis, by what it makes of the rows of an identity. */
function transformed(
  w: GraphWriter,
  [real, imag]: Complex<Written>,
  axis: number,
  compute: (rows: Complex<Tensor>) => Complex<Tensor>,
): Complex<Written> {
  const length = lengthAlong(real, axis);
  const [cos, sin] = ([0, 1] as const).map((part) =>
    w.computed(() => {
      const rows = identity(length);
      return compute([rows, zerosLike(rows)])[part];
    }),
  ) as [Written, Written];
  const by = (x: Written, matrix: Written): Written => matmul(w, turned(x, axis), matrix);
  return [
    turned(sub(w, by(real, cos), by(imag, sin)), axis),
    turned(add(w, by(real, sin), by(imag, cos)), axis),
  ];
}

/** The pair that an operation of complex numbers takes. */
function pairOf(call: OperationCall): Complex<Written> {
  const [pair] = call.args;
  if (!Array.isArray(pair) || pair.length !== 2) return refuse('its argument 0 is not a pair');
  const [real, imag] = pair.map((one: unknown) => cast(call.w, call.tensor(one), TYPE.float));
  return [real, imag] as [Written, Written];
}

/** The rows of an identity as lines of a matrix, each by itself. */
const byLines =
  (compute: (x: Complex<Tensor>) => Complex<Tensor>) =>
  ([real, imag]: Complex<Tensor>): Complex<Tensor> => {
    const [n = 0] = real.shape;
    const lines = [real, imag].map((x) => reshapeTensor(x, [n, 1, n])) as [Tensor, Tensor];
    return compute(lines).map((x) => reshapeTensor(x, [n, n])) as [Tensor, Tensor];
  };

const ofPlanes =
  (compute: (x: Complex<Tensor>) => Complex<Tensor>): OperationRow =>
  (call) => {
    const rows = transformed(call.w, pairOf(call), -1, byLines(compute));
    return transformed(call.w, rows, -2, byLines(compute));
  };

function realTransform(call: OperationCall): readonly Written[] {
  const { w } = call;
  const x = call.float();
  const length = lengthAlong(x, -1);
  const wanted = (call.args[1] ?? null) as number | null;
  if (wanted !== null) checkedLength(wanted);
  return ([0, 1] as const).map((part) =>
    matmul(
      w,
      x,
      w.computed(() => rfft(identity(length), wanted)[part]),
    ),
  );
}

function inverseRealTransform(call: OperationCall): Written {
  const { w } = call;
  const [real, imag] = pairOf(call);
  const bins = lengthAlong(real, -1);
  const wanted = (call.args[1] ?? null) as number | null;
  if (wanted !== null) checkedLength(wanted);
  const matrix = (isImaginary: boolean): Written =>
    w.computed(() => {
      const rows = identity(bins);
      const none = zerosLike(rows);
      return irfft(isImaginary ? [none, rows] : [rows, none], wanted);
    });
  return add(w, matmul(w, real, matrix(false)), matmul(w, imag, matrix(true)));
}

/** How frames of a signal are cut out, as `stft` is told. */
interface Frames {
  readonly sequenceLength: number;
  readonly stride: number;
  readonly fftLength: number;
  readonly window: unknown;
  readonly isCentred: boolean;
}

/** The spectra of the frames of signals [..., samples]: both parts [signals, bins, frames]. */
export function framesOf(
  w: GraphWriter,
  x: Written,
  { sequenceLength, stride, fftLength, window, isCentred }: Frames,
): Complex<Written> {
  const samples = x.shape.at(-1) ?? refuse('the length of its signals is not known. State it in the Input'); // prettier-ignore
  const bins = Math.floor(fftLength / 2) + 1;
  const half = isCentred ? Math.floor(fftLength / 2) : 0;
  let signals = reshape(w, x, [-1, 1, samples]);
  if (half > 0) {
    const shape = [signals.shape[0] ?? null, 1, samples + 2 * half];
    const pads = w.whole([0, 0, half, 0, 0, half]);
    signals = w.one('Pad', [signals, pads], shape, TYPE.float, { mode: 'reflect' });
  }
  checkedLength(fftLength);
  const sliding = { kernel: [fftLength], strides: [stride], padding: 'valid' } as const;
  return ([0, 1] as const).map((part) => {
    const waves = w.computed(() => {
      // A sample of each place in a frame by itself.
      const options = { window, center: false } as never;
      const spectra = stft(identity(fftLength), sequenceLength, fftLength, fftLength, options);
      return reshapeTensor(spectra[part], [fftLength, 1, bins]);
    });
    return convolve(w, signals, waves, null, sliding);
  }) as [Written, Written];
}

function shortTime(call: OperationCall): readonly Written[] {
  const { w } = call;
  const x = call.float();
  const { window = 'hann', center = true } = call.options(4);
  const parts = framesOf(w, x, {
    sequenceLength: call.number(1, 1),
    stride: call.number(2, 1),
    fftLength: call.number(3, 1),
    window,
    isCentred: center === true,
  });
  return parts.map((part) => {
    const [, bins = 0, frames = 0] = part.shape as readonly number[];
    return reshape(w, transpose(part, [0, 2, 1]), [...lengthsOf(0, x.rank - 1), frames, bins], x);
  });
}

export const spectrumOperations: OperationRows = {
  fft: (call) => transformed(call.w, pairOf(call), -1, fft),
  fft2: ofPlanes(fft2),
  ifft2: ofPlanes(ifft2),
  irfft: inverseRealTransform,
  rfft: realTransform,
  stft: shortTime,
};
