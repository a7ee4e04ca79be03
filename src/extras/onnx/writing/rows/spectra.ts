// Spectra of signals: convolutions with waves.
import type { MelSpectrogram } from '../../../../nn/layers/spectra/mel-spectrogram.js';
import type { STFTSpectrogram } from '../../../../nn/layers/spectra/stft-spectrogram.js';
import { add, binary, clip, float, mul, sub, unary } from '../elementwise.js';
import type { GraphWriter } from '../graph-writer.js';
import { rows } from '../row.js';
import type { LayerCall, Rows } from '../row.js';
import { concat, lengthOf, matmul, pad, reduce, reshape, slice, transpose } from '../shapes.js';
import { refuse } from '../written.js';
import type { Written } from '../written.js';
import { convolve } from './convolutions.js';
import { framesOf } from './spectrum-operations.js';

const LEAST = 1e-7;

/** The numbers of each frame [signals, bins, frames]. */
function spectrumOf(w: GraphWriter, layer: STFTSpectrogram, signals: Written): Written {
  const step = layer.frameStep ?? Math.max(1, Math.floor(layer.frameLength / 2));
  const sliding = { kernel: [layer.frameLength], strides: [step], padding: layer.padding };
  const [first, imag] = layer.weights.map((kernel) =>
    convolve(w, signals, w.weight(kernel), null, sliding),
  );
  if (first === undefined) return refuse('it is not built');
  if (imag === undefined) return first;
  const { mode } = layer;
  if (mode === 'stft') return concat(w, [first, imag], 1);
  if (mode === 'angle') return refuse('ONNX has no arctan2');
  const power = add(w, mul(w, first, first), mul(w, imag, imag));
  if (mode === 'psd') {
    const bins = power.shape[1] ?? 0;
    if (bins < 3) return power;
    const inner = slice(w, power, { axis: 1, start: 1, end: bins - 1 });
    return add(w, power, pad(w, inner, [[0, 0], [1, 1], [0, 0]])); // prettier-ignore
  }
  const magnitude = unary(w, 'Sqrt', clip(w, power, LEAST));
  return mode === 'magnitude' ? magnitude : unary(w, 'Log', clip(w, magnitude, LEAST));
}

/** Each channel is a signal of its own. */
function spectrogram(layer: STFTSpectrogram, { w, x }: LayerCall): Written {
  const isLast = layer.dataFormat === 'channels_last';
  const input = isLast ? transpose(float(w, x), [0, 2, 1]) : float(w, x);
  const channels = input.shape[1] ?? refuse('the number of channels is not known');
  const length =
    input.shape[2] ?? refuse('the length of its signals is not known. State it in the Input');
  const spectrum = spectrumOf(w, layer, reshape(w, input, [-1, 1, length]));
  const [bins, frames] = [spectrum.shape[1] ?? 0, spectrum.shape[2] ?? 0];
  const whole = reshape(w, spectrum, [lengthOf(0), channels, bins, frames], input);
  if (layer.expandDims) return transpose(whole, isLast ? [0, 3, 2, 1] : [0, 1, 3, 2]);
  return isLast
    ? reshape(w, transpose(whole, [0, 3, 1, 2]), [lengthOf(0), frames, channels * bins])
    : reshape(w, whole, [lengthOf(0), channels * bins, frames]);
}

/** Decibels, none of which is far below the largest one of the batch. */
function decibels(w: GraphWriter, layer: MelSpectrogram, bands: Written): Written {
  const { minPower, refPower, topDb } = layer;
  const reference = (10 * Math.log(Math.max(Math.abs(refPower), minPower))) / Math.LN10;
  const scaled = mul(w, unary(w, 'Log', clip(w, bands, minPower)), 10 / Math.LN10);
  const y = sub(w, scaled, reference);
  return binary(w, 'Max', y, sub(w, reduce(w, 'ReduceMax', y, [0, 1, 2]), topDb));
}

function melSpectrogram(layer: MelSpectrogram, { w, x }: LayerCall): Written {
  if (x.rank !== 2) return refuse('it is given signals without a batch axis');
  const { sequenceLength, sequenceStride: stride, fftLength, window, magExp } = layer;
  const frames = { sequenceLength, stride, fftLength, window, isCentred: true };
  const [real, imag] = framesOf(w, float(w, x), frames);
  const power = add(w, mul(w, real, real), mul(w, imag, imag));
  const strength = magExp === 2 ? power : binary(w, 'Pow', power, magExp / 2);
  // [bands, bins] · [batch, bins, frames]
  const bands = transpose(w.computed(() => layer.bandWeights()), [1, 0]); // prettier-ignore
  const y = matmul(w, bands, strength);
  return layer.powerToDb ? decibels(w, layer, y) : y;
}

export const spectra: Rows = {
  ...rows('STFTSpectrogram', spectrogram),
  ...rows('MelSpectrogram', melSpectrogram),
};
