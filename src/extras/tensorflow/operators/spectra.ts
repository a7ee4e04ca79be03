// Complex numbers, and Fourier transforms along the last axis. A complex tensor is a list of two: its real and its imaginary part.
import * as ops from '../../../engine/ops/index.js';
import { fitLast } from '../../../engine/ops/spectra/fft.js';
import { fourier } from '../../../engine/ops/spectra/transform.js';
import type { Complex } from '../../../engine/ops/spectra/transform.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import type { Call, Given, Operators } from '../../operator-graphs/operator.js';
import { KNOWN_ELEMENTS, OperatorValue } from '../../operator-graphs/value.js';
import { plain } from './elementwise.js';

const complexValue = ([re, im]: Complex): OperatorValue =>
  OperatorValue.list([plain(re), plain(im)]);

/** Real and imaginary part of an input. A tensor of real numbers has an imaginary part of zeros. */
function partsOf(call: Call): Complex {
  const value = call.value(0);
  if (value.items === undefined) return [value.tensor, ops.zerosLike(value.tensor)];
  const [re, im] = value.items;
  if (re === undefined || im === undefined || value.items.length !== 2)
    throw call.refuse('it takes complex numbers, got a list of tensors');
  return [re.tensor, im.tensor];
}

/** How many numbers a transform takes: those of the last axis, unless the second input says. */
function lengthOf(call: Call, last: number): number {
  const length = call.number(1, last);
  if (Number.isInteger(length) && length >= 1 && length <= KNOWN_ELEMENTS) return length;
  throw call.refuse(`a transform takes 1 to ${KNOWN_ELEMENTS} numbers, here ${length}`);
}

function complex(call: Call): Given {
  const shape = [call.shape(0), call.shape(1)].map(String);
  if (shape[0] !== shape[1]) throw call.refuse(`parts of shapes [${shape.join('] and [')}]`);
  return complexValue([call.x(0).alias(), call.x(1).alias()]);
}

const part =
  (pick: (parts: Complex) => Tensor) =>
  (call: Call): Given =>
    plain(pick(partsOf(call)).alias());

const magnitude = (call: Call): Given => {
  const [re, im] = partsOf(call);
  return plain(ops.sqrt(ops.add(ops.square(re), ops.square(im))));
};

const transform =
  (isInverse: boolean) =>
  (call: Call): Given => {
    const [re, im] = partsOf(call);
    const n = lengthOf(call, re.shape.at(-1) ?? 0);
    return complexValue(fourier(call.node.op, [re, im], -1, isInverse, isInverse ? 1 / n : 1));
  };

function realTransform(call: Call): Given {
  const x = call.x();
  return complexValue(ops.rfft(fitLast(x, lengthOf(call, x.shape.at(-1) ?? 0))));
}

function inverseRealTransform(call: Call): Given {
  const parts = partsOf(call);
  const n = lengthOf(call, Math.max(1, 2 * ((parts[0].shape.at(-1) ?? 0) - 1)));
  return plain(ops.irfft(parts, n));
}

export const spectra: Operators = {
  Complex: { run: complex },
  ComplexAbs: { run: magnitude },
  FFT: { run: transform(false) },
  IFFT: { run: transform(true) },
  IRFFT: { run: inverseRealTransform },
  Imag: { run: part(([, im]) => im) },
  RFFT: { run: realTransform },
  Real: { run: part(([re]) => re) },
};
