// Fourier transforms of tensors: which kernel makes one, and that the gradient of one is another.
import { record } from '../../autodiff/index.js';
import { currentRuntime } from '../../runtime/index.js';
import type { WorkingRuntime } from '../../runtime/index.js';
import { emptyTensor, hasElements, requireRoom, sizeOf, tensor } from '../../tensor/index.js';
import type { Shape, Tensor } from '../../tensor/index.js';
import type { Pointer } from '../../wasm/generated/kernels.js';
import { spectra } from '../../wasm/generated/spectra.js';
import { mul } from '../elementwise/arithmetic.js';
import { permute } from '../shapes/transpose.js';
import { slice } from '../indexing/slice.js';
import { isSmooth, planOf, sizeOfColumns } from './plan.js';
import type { PlanKind } from './plan.js';

/** The components of complex numbers, float32 and of one shape. */
export type Complex = [real: Tensor, imag: Tensor];

/** The components of numbers [2, …], which look at their elements. */
const componentsOf = (x: Tensor): Complex => [slice(x, 0), slice(x, 1)];

/** How many numbers of the spectrum of n real numbers are no conjugates of others. */
export const halfOf = (n: number): number => Math.floor(n / 2) + 1;

/**
 * scale · Σⱼ x[j] · e^(∓2πi · jk / n) along the last axis or the one before it, with a plus for the inverse. The gradient is the
 * transform with the other sign.
 */
export function fourier(
  op: string,
  [re, im]: Complex,
  axis: -1 | -2,
  isInverse: boolean,
  scale = 1,
): Complex {
  const { shape } = re;
  const position = shape.length + axis;
  const n = shape[position] ?? 1;
  const lines: Lines = {
    outer: sizeOf(shape.slice(0, position)),
    n,
    inner: sizeOf(shape.slice(position + 1)),
    given: n,
    wanted: n,
    scale,
  };
  // With real and imaginary parts exchanged, a transform is its own inverse.
  const from = isInverse ? [im, re] : [re, im];
  const out = spectrumOf(op, [2, ...shape], from, lines, isInverse);
  return componentsOf(
    record(op, [re, im], out, [], (dy) => fourier(op, componentsOf(dy), axis, !isInverse, scale)),
  );
}

/** The first half of `fourier` along the last axis of real numbers, n / 2 + 1 of the n: the others are conjugates. */
export function realFourier(op: string, x: Tensor, scale = 1): Complex {
  const { shape } = x;
  const n = shape.at(-1) ?? 1;
  const wanted = halfOf(n);
  const outer = sizeOf(shape.slice(0, -1));
  const lines: Lines = { outer, n, inner: 1, given: n, wanted, scale };
  const out = spectrumOf(op, [2, ...shape.slice(0, -1), wanted], [x], lines);
  return componentsOf(
    record(op, [x], out, [], (dy) => {
      const weights = weightsOf(n, 0.5);
      const [re, im] = componentsOf(dy);
      return [inverseRealFourier(op, [mul(re, weights), mul(im, weights)], n, scale)];
    }),
  );
}

/** The inverse of `fourier` of a spectrum whose first half is given: n real numbers. The gradient is the first half of theirs. */
export function inverseRealFourier(
  op: string,
  [re, im]: Complex,
  n: number,
  scale: number,
): Tensor {
  const { shape } = re;
  const given = halfOf(n);
  const outer = sizeOf(shape.slice(0, -1));
  const lines: Lines = { outer, n, inner: 1, given, wanted: n, scale };
  const out = spectrumOf(op, [...shape.slice(0, -1), n], [re, im], lines);
  return record(op, [re, im], out, [], (dy) => {
    const weights = weightsOf(n, 2);
    return realFourier(op, dy, scale).map((component) => mul(component, weights));
  });
}

/** 1 for what stands once in a spectrum of n numbers, `weight` for what stands there twice, as itself and as its conjugate. */
function weightsOf(n: number, weight: number): Tensor {
  return tensor(Array.from({ length: halfOf(n) }, (_, k) => (k === 0 || 2 * k === n ? 1 : weight)));
}

/** Lines [outer, n, inner] that are transformed along n. */
interface Lines {
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
  /** How many numbers of the n are there: where they are fewer, the result is real. */
  readonly given: number;
  /** How many numbers of the result are wanted. */
  readonly wanted: number;
  readonly scale: number;
}

/**
 * The transforms of lines, whose components are one tensor or two. The result has one component or two, as its shape has room.
 *
 * @param isExchanged whether the components of the result are exchanged
 */
function spectrumOf(
  op: string,
  shape: Shape,
  from: readonly Tensor[],
  lines: Lines,
  isExchanged = false,
): Tensor {
  requireRoom(shape, 'float32', op);
  const size = sizeOf(shape);
  const { outer, n, inner, given, wanted } = lines;
  // A file may ask for transforms of any length, of which nothing is known but shapes while it is read.
  if (!hasElements() || size === 0) return emptyTensor(shape, 'float32');
  const components = size / (outer * wanted * inner);
  const isReal = components === 1 || from.length === 1;
  const columns = n / (isReal ? 8 : 4);
  const isOfRows = inner === 1 && Number.isInteger(columns) && isSmooth(columns);
  if (!isOfRows && inner === 1 && outer > 1) {
    // Rows of another length side by side are columns.
    const turned = from.map((x) => permute(x.view([outer, given]), [1, 0]));
    const asColumns = { ...lines, outer: 1, inner: outer };
    const result = spectrumOf(op, [components, wanted, outer], turned, asColumns, isExchanged);
    return permute(result, [0, 2, 1]).view(shape);
  }
  const out = emptyTensor(shape, 'float32');
  const to: Pointers = [out.pointer, components === 1 ? 0 : out.pointer + out.byteLength / 2];
  if (isExchanged) to.reverse();
  const of: Pointers = [from[0]?.pointer ?? 0, from[1]?.pointer ?? 0];
  if (!isOfRows) runColumns(op, to, of, lines);
  else if (isReal) runRealRows(op, to, of, lines);
  else runRows(op, to, of, lines);
  return out;
}

/** Where real and imaginary parts are; 0 for components that are not there. */
type Pointers = [re: Pointer, im: Pointer];

function runColumns(op: string, to: Pointers, from: Pointers, lines: Lines): void {
  const { outer, n, inner, given, wanted, scale } = lines;
  const size = sizeOfColumns(n);
  const bytes = kernels().fftColumnsBytes(size, inner);
  withPlan(op, 'columns', lines, bytes, (runtime, plan, scratch) => {
    const lengths = [outer, n, inner, given, wanted, size] as const;
    runtime.run('fftColumns', ...to, ...from, plan, scratch, ...lengths, scale);
  });
}

function runRows(op: string, to: Pointers, from: Pointers, lines: Lines): void {
  const { outer, n, scale } = lines;
  withPlan(op, 'rows', lines, kernels().fftRowsBytes(n / 4), (runtime, plan, scratch) => {
    runtime.run('fftRows', ...to, ...from, plan, scratch, outer, n, scale);
  });
}

function runRealRows(op: string, to: Pointers, from: Pointers, lines: Lines): void {
  const { outer, n, given, scale } = lines;
  withPlan(op, 'realRows', lines, kernels().fftRowsBytes(n / 8), (runtime, plan, scratch) => {
    if (given < n) runtime.run('irfftRows', to[0], ...from, plan, scratch, outer, n, scale);
    else runtime.run('rfftRows', ...to, from[0], plan, scratch, outer, n, scale);
  });
}

const kernels = (): WorkingRuntime['kernels'] => currentRuntime().with(spectra).kernels;

/** Runs a kernel with its plan, and with scratch of so many bytes for each thread that has something to do. */
function withPlan(
  op: string,
  kind: PlanKind,
  { outer, n, inner }: Lines,
  bytes: number,
  use: (runtime: WorkingRuntime, plan: Pointer, scratch: Pointer) => void,
): void {
  const runtime = currentRuntime().with(spectra);
  const all = bytes * Math.min(outer * Math.ceil(inner / 4), runtime.threads);
  requireRoom([all / 4], 'float32', () => `${op}: room to work on a length of ${n}`);
  const plan = tensor(planOf(kind, n).numbers);
  runtime.withScratch(all, (scratch) => {
    use(runtime, plan.pointer, scratch);
  });
}
