import { checkNumber } from '../config/check-number.js';
import { describeValue } from '../config/describe-value.js';
import { optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { requireLengths } from '../config/limits.js';
import { ShapeError, ValueError } from '../errors.js';
import { cast, dropout, greaterEqual, mul } from '../ops/index.js';
import { SeedGenerator, uniform } from '../random/index.js';
import { formatShape } from '../tensor/shape.js';
import type { PartialShape, Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkSeed } from './seed.js';
import { LAYER_OPTIONS } from './layer-options.js';
import type { LayerOptions } from './layer-options.js';
import { ShapePreservingLayer } from './shape-preserving.js';
import { classNameOf } from '../config/class-name.js';

/** Options of `Dropout`. */
export interface DropoutOptions extends LayerOptions {
  /**
   * Shape of the random choice, broadcast to the input: `[null, 1, 4]` drops a channel along a
   * whole axis. `null` stands for the input's own length. Default: the input's shape.
   */
  readonly noiseShape?: PartialShape | null;
  /** Starts the layer's random numbers. Default: derived from the global seed. */
  readonly seed?: number | null;
}

const OPTIONS = ['noiseShape', 'seed'] as const;

/**
 * While training, sets each element to 0 with probability `rate` and scales the others by 1 / (1 −
 * rate), so that the expected value stays; otherwise the identity. float32, of the input's shape.
 * Keras: `Dropout` (Srivastava et al., 2014).
 */
export class Dropout extends ShapePreservingLayer {
  static override readonly className: string = 'Dropout';
  readonly rate: number;
  readonly noiseShape: PartialShape | null;
  readonly seed: number | null;
  /** Where the random numbers come from; each call while training advances it. */
  readonly seedGenerator: SeedGenerator;

  /**
   * @param rate the probability, from 0 to 1
   * @throws ValueError if `rate`, `noiseShape` or `seed` is out of range, or an option is unknown.
   */
  constructor(rate: number, options: DropoutOptions = {}) {
    super(options, OPTIONS);
    const owner = classNameOf(this);
    this.rate = checkNumber(owner, 'rate', rate, { min: 0, max: 1 });
    this.noiseShape = checkNoiseShape(owner, options.noiseShape ?? null);
    this.seed = checkSeed(owner, options.seed);
    this.seedGenerator = new SeedGenerator(this.seed);
  }

  override call(x: Tensor, { training }: { readonly training: boolean }): Tensor {
    if (!training || this.rate === 0) return x;
    const input = cast(x, 'float32');
    if (this.rate === 1) return mul(input, 0);
    if (this.noiseShape === null) return dropout(input, this.rate, this.seedGenerator);
    return mul(input, mul(this.drawKept(x.shape), 1 / (1 - this.rate)));
  }

  /** A new random choice for input of shape `shape`: 1 with probability 1 − rate, else 0; of the noise's shape. */
  protected drawKept(shape: Shape): Tensor {
    const noise = uniform(this.#noiseShapeFor(shape), { seed: this.seedGenerator });
    return cast(greaterEqual(noise, this.rate), 'float32');
  }

  /** The shape of the random choice for input of shape `shape`. */
  #noiseShapeFor(shape: Shape): Shape {
    const noiseShape = this.noiseShape ?? shape;
    const noise = noiseShape.map((length, axis) => length ?? shape[axis] ?? 0);
    const fits =
      noise.length === shape.length &&
      noise.every((length, axis) => length === 1 || length === shape[axis]);
    if (fits) return noise;
    throw new ShapeError(
      `${this.label}: noiseShape ${formatShape(noiseShape)} does not broadcast to the input's shape ` +
        `${formatShape(shape)}. Each length must be null, 1 or that of the input.`,
    );
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      rate: this.rate,
      seed: this.seed,
      noise_shape: this.noiseShape,
    };
  }

  static override fromConfig(config: Config): Dropout {
    const known = ['rate', ...OPTIONS, ...LAYER_OPTIONS];
    const { rate, ...options } = optionsFromConfig('Dropout', config, known);
    return new Dropout(rate as number, options);
  }
}

function checkNoiseShape(owner: string, shape: unknown): PartialShape | null {
  if (shape === null) return null;
  const isLength = (n: unknown): n is number | null =>
    n === null || (typeof n === 'number' && Number.isInteger(n) && n > 0);
  if (Array.isArray(shape) && shape.every(isLength)) {
    requireLengths(owner, 'noiseShape', shape);
    return [...shape];
  }
  throw new ValueError(
    `${owner}: noiseShape must be a list of whole numbers above 0 and nulls, got ${describeValue(shape)}.`,
  );
}
