import { checkNumber, checkOptions } from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { currentRuntime } from '../runtime/index.js';
import { emptyTensor, formatShape, requireRoom, scoped, toTensor } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { checkDType } from '../../config/dtype.js';
import type { DTypeName } from '../../config/dtype.js';
import { gamma as part } from '../wasm/generated/gamma.js';
import { generatorOf } from './draw.js';
import type { Seed, SeedOption } from './draw.js';
import { converted } from '../tensor/elements.js';

/** Options of `categorical`. */
export interface CategoricalOptions extends SeedOption {
  /** The type of the result. Default `'int32'`. */
  readonly dtype?: DTypeName;
}

/** Options of `sampleLogits`. */
export interface SampleLogitsOptions extends SeedOption {
  /**
   * The divisor of the logits: below 1, likely classes become even likelier. 0 takes the class with the largest logit (the
   * first of equal ones) and draws no random number. Default 1.
   */
  readonly temperature?: number;
  /** The number of most likely classes to keep; of equally likely ones, the first. Default null: all. */
  readonly topK?: number | null;
  /**
   * Keeps the smallest number of most likely classes whose probabilities add up to at least this number, above 0 and at most
   * 1. Default null: all.
   */
  readonly topP?: number | null;
}

/** For each thread with a row: what the kernel says. */
const COUNTER_BYTES = 4096;
const CLASS_BYTES = 32;

interface Sampling {
  readonly draws: number;
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly seed: Seed;
}

/**
 * int32 classes drawn independently from rows of logits: class c of row r with the probability softmax(logits[r])[c]. `logits`
 * is [batch, classes], float32; a class whose logit is −∞ is never drawn. The result is [batch, numSamples]. Keras:
 * `keras.random.categorical`.
 *
 * Probabilities are accurate to about 2⁻³².
 *
 * @param numSamples the number of classes to draw from each row
 * @throws ShapeError for logits of a wrong rank and without classes; ValueError for a row with NaN or ∞, for a row of only −∞,
 * for numSamples that is not whole or is negative, and for classes that `dtype` cannot represent.
 * @example random.categorical([[-Infinity, 0], [0, -Infinity]], 3) // [[1, 1, 1], [0, 0, 0]]
 */
export function categorical(
  logits: TensorLike,
  numSamples: number,
  options: CategoricalOptions = {},
): Tensor {
  const op = 'random.categorical';
  checkOptions(op, options, ['dtype', 'seed']);
  const { dtype: name = 'int32', seed } = options;
  const dtype = checkDType(name);
  checkNumber(op, 'numSamples', numSamples, { min: 0, integer: true });
  return scoped(() => {
    const x = logitsOf(op, logits);
    const [, classes = 0] = x.shape;
    const most = dtype === 'uint8' ? 256 : dtype === 'bool' ? 2 : 2 ** 24;
    if (dtype !== 'int32' && classes > most) {
      throw new ValueError(
        `${op}: dtype ${dtype} holds at most ${most} classes, but logits of shape ${formatShape(x.shape)} have ${classes}. ` +
          `Leave it out: the classes are int32 then.`,
      );
    }
    const sampling = { draws: numSamples, temperature: 1, topK: classes, topP: 1, seed };
    return converted(sampled(op, x, [x.shape[0] ?? 0, numSamples], sampling), dtype);
  });
}

/**
 * Draws the next token for each row of logits [batch, classes], float32: int32 [batch]. Three filters are applied first, in this
 * order: `temperature` divides the logits, `topK` keeps the most likely classes, and `topP` keeps the most likely of these
 * (Holtzman et al., 2020), by their probabilities among these. The draw is that of `categorical`.
 *
 * @throws ShapeError for logits of a wrong rank and without classes; ValueError for an option out of range, for a row with NaN
 * or ∞ and for a row of only −∞.
 * @example random.sampleLogits([[1, 3, 2], [5, 5, 4]], { temperature: 0 }) // [1, 0]
 * @example
 * const seed = new random.SeedGenerator(7);
 * random.sampleLogits([[1, 3, 2]], { temperature: 0.8, topK: 40, topP: 0.95, seed });
 */
export function sampleLogits(logits: TensorLike, options: SampleLogitsOptions = {}): Tensor {
  const op = 'random.sampleLogits';
  checkOptions(op, options, ['temperature', 'topK', 'topP', 'seed']);
  const { temperature = 1, topK = null, topP = null, seed } = options;
  checkNumber(op, 'temperature', temperature, { min: 0 });
  if (topK !== null) checkNumber(op, 'topK', topK, { min: 1, integer: true });
  if (topP !== null) checkNumber(op, 'topP', topP, { above: 0, max: 1 });
  return scoped(() => {
    const x = logitsOf(op, logits);
    const [batch = 0, classes = 0] = x.shape;
    return sampled(op, x, [batch], {
      draws: 1,
      temperature: Math.fround(temperature),
      topK: Math.min(topK ?? classes, classes),
      topP: topP ?? 1,
      seed,
    });
  });
}

/** Logits as float32. @throws ShapeError unless they are [batch, classes], with a class at least. */
function logitsOf(op: string, logits: TensorLike): Tensor {
  const x = toTensor(logits);
  const { ndim, shape } = x;
  if (ndim !== 2) {
    const advice =
      ndim < 2
        ? 'Give one row as [logits], or by expandDims(0).'
        : `Take the step that counts before: logits.slice(':', -1) of (batch, steps, classes).`;
    throw new ShapeError(
      `${op}: logits must be (batch, classes), got shape ${formatShape(shape)}. ${advice}`,
    );
  }
  if (shape[1] === 0) {
    throw new ShapeError(`${op}: logits of shape ${formatShape(shape)} have no classes.`);
  }
  return converted(x, 'float32');
}

function sampled(op: string, x: Tensor, shape: readonly number[], sampling: Sampling): Tensor {
  const { draws, temperature, topK, topP, seed } = sampling;
  const [rows = 0, classes = 0] = x.shape;
  const runtime = currentRuntime();
  requireRoom(shape, 'int32', op);
  const isDrawn = temperature > 0;
  const stream = isDrawn ? generatorOf(seed).reserve(rows * draws) : undefined;
  const out = emptyTensor([...shape], 'int32');
  const scratchBytes = Math.min(rows, runtime.threads) * (COUNTER_BYTES + classes * CLASS_BYTES);
  runtime.withScratch(scratchBytes + out.byteLength, (scratch) => {
    const bits = scratch + scratchBytes;
    if (stream !== undefined) {
      const { keyLow, keyHigh, counterLow, counterHigh } = stream;
      runtime.run('randomBits', bits, out.size, keyLow, keyHigh, counterLow, counterHigh);
    }
    runtime
      .with(part)
      .run(
        'randomClasses',
        out.pointer,
        x.pointer,
        bits,
        rows,
        classes,
        draws,
        temperature,
        topK,
        topP,
        scratch,
      );
  });
  if (draws > 0) requireDistributions(op, out, draws);
  return out;
}

/** What the kernel writes where a row has no distribution, and why there is none. */
const WHY: Readonly<Record<number, string>> = {
  [-1]: 'holds NaN',
  [-2]: 'holds nothing but -Infinity, so no class is left',
  [-3]: 'holds Infinity',
};

function requireDistributions(op: string, { pointer, size }: Tensor, draws: number): void {
  const { int32 } = currentRuntime();
  for (let i = 0; i < size; i += draws) {
    const why = WHY[int32[pointer / 4 + i] ?? 0];
    if (why === undefined) continue;
    throw new ValueError(
      `${op}: row ${i / draws} of the logits ${why}. Each row needs a finite logit; what must not be drawn is -Infinity.`,
    );
  }
}
