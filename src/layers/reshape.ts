import { describeValue } from '../config/describe-value.js';
import { optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { requireLengths } from '../config/limits.js';
import { ShapeError, ValueError } from '../errors.js';
import { reshape } from '../ops/index.js';
import { formatShape } from '../tensor/shape.js';
import type { PartialShape, Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { LAYER_OPTIONS } from './layer-options.js';
import type { LayerOptions } from './layer-options.js';
import { Layer } from './layer.js';

/**
 * Gives each sample another shape: [batch, …] becomes [batch, …targetShape]. Any dtype. Keras:
 * `Reshape`.
 */
export class Reshape extends Layer {
  static override readonly className = 'Reshape';
  readonly targetShape: Shape;

  /**
   * @param targetShape the new shape of a sample; one length may be −1: what is left
   * @throws ValueError if it is no list of lengths, or −1 is in it twice.
   */
  constructor(targetShape: Shape, options: LayerOptions = {}) {
    super(options);
    this.targetShape = checkTargetShape(targetShape);
    this.inputSpec = { minNdim: 1 };
  }

  override call(x: Tensor): Tensor {
    const [batch = 0, ...sample] = x.shape;
    return reshape(x, [batch, ...this.#resolve(sample)]);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const [batch = null, ...sample] = inputShape;
    const lengths = sample.filter((length) => length !== null);
    if (lengths.length === sample.length) return [batch, ...this.#resolve(lengths)];
    return [batch, ...this.targetShape.map((length) => (length === -1 ? null : length))];
  }

  /** The target shape for samples of shape `sample`, −1 replaced. */
  #resolve(sample: Shape): Shape {
    const elements = sample.reduce((size, n) => size * n, 1);
    const stated = this.targetShape.reduce((size, n) => (n === -1 ? size : size * n), 1);
    const fits = this.targetShape.includes(-1) ? elements % stated === 0 : elements === stated;
    if (!fits) {
      throw new ShapeError(
        `${this.label} cannot make samples of shape ${formatShape(this.targetShape)} from samples of shape ` +
          `${formatShape(sample)}, which have ${elements} elements.`,
      );
    }
    return this.targetShape.map((length) => (length === -1 ? elements / stated : length));
  }

  override getConfig(): Config {
    return { ...super.getConfig(), target_shape: this.targetShape };
  }

  static override fromConfig(config: Config): Reshape {
    const known = ['targetShape', ...LAYER_OPTIONS];
    const { targetShape, ...options } = optionsFromConfig('Reshape', config, known);
    return new Reshape(targetShape as Shape, options);
  }
}

function checkTargetShape(shape: unknown): Shape {
  const isLength = (n: unknown): n is number =>
    typeof n === 'number' && Number.isInteger(n) && (n > 0 || n === -1);
  if (Array.isArray(shape) && shape.every(isLength)) {
    requireLengths('Reshape', 'targetShape', shape);
    if (shape.filter((n) => n === -1).length <= 1) return [...shape];
  }
  throw new ValueError(
    `Reshape: targetShape must be a list of whole numbers above 0, with at most one -1, got ` +
      `${describeValue(shape)}.`,
  );
}
