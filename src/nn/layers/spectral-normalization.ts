import { configurable, length } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { TruncatedNormal } from '../initializers/random.js';
import {
  all,
  cast,
  div,
  equal,
  matmul,
  reshape,
  stopGradient,
  transpose,
  where,
} from '../../engine/ops/index.js';
import { unitVectors } from '../../engine/ops/neural/normalizations.js';
import { formatShape, scoped, Tensor } from '../../engine/tensor/index.js';
import type { PartialShape, Variable } from '../../engine/tensor/index.js';
import type { ApplyOptions, CallOptions } from './core/layer-options.js';
import { isShape } from './core/symbolic-tensor.js';
import type { Symbolic, TensorSpec } from './core/symbolic-tensor.js';
import type { AnyLayer } from './core/layer.js';
import { Wrapper } from './wrapper.js';

/** Norms below count as this: Keras's smallest norm. */
const SMALLEST_NORM = 1e-12;

/** The weights that can be normalized, by their names. */
const NORMALIZED: readonly string[] = ['kernel', 'embeddings'];

/** Options of `SpectralNormalization`. */
export interface SpectralNormalizationOptions extends OptionsOf<typeof SpectralNormalization> {}

/**
 * A wrapper that divides the kernel of a layer by its largest singular value before each call in training (Miyato et al.,
 * 2018). Keras: `SpectralNormalization`. Input and output are those of the layer inside, except that the output is cast to the
 * dtype of the input.
 *
 * The kernel is the layer's weight `kernel` or `embeddings`, seen as a matrix whose columns run along its last axis. It is
 * overwritten, so inference uses it unchanged. The weight `vector_u`, a single row, holds the singular vector, which
 * `powerIterations` steps improve in each call. A kernel of zeros does not change. No gradient flows through the division.
 *
 * @example new layers.SpectralNormalization(new layers.Dense(4)).apply(zeros([2, 3])) // shape [2, 4]
 */
export class SpectralNormalization extends configurable(Wrapper, 'SpectralNormalization', {
  /** Steps of the power iteration in each call, at least 1. Default 1. */
  powerIterations: length({ default: 1 }),
}) {
  override supportsCaching = true;
  #vector: Variable | undefined;

  /**
   * @param layer the layer to normalize, with one tensor as input and output: a dense, convolutional or embedding layer, or your own layer
   * with a weight `kernel`
   * @throws ValueError if `layer` is not a layer, or if an option is unknown or out of range.
   */
  constructor(layer: AnyLayer, options: SpectralNormalizationOptions = {}) {
    super(layer, options);
    this.inputSpec = { minNdim: 1 };
  }

  /** The weight that is normalized. @throws ValueError before the layer is built. */
  get kernel(): Variable {
    const kernel = this.layer.ownWeights.find(({ name }) => NORMALIZED.includes(name));
    if (kernel !== undefined) return kernel;
    throw new ValueError(
      this.layer.built
        ? `${this.label}: layer '${this.layer.name}' has no weight ${NORMALIZED.join(' or ')} that could be normalized. ` +
            `Wrap a dense, convolutional or embedding layer.`
        : `${this.label} is not built, so it has no kernel. Call build(inputShape) or apply(x) first.`,
    );
  }

  /** As Keras's files have it, which hold the kernel here too. @internal */
  override get ownWeights(): readonly Variable[] {
    return this.#vector === undefined ? [] : [this.kernel, ...super.ownWeights];
  }

  override build(inputShape: PartialShape): void {
    super.build(inputShape);
    const columns = this.kernel.shape.at(-1) ?? 1;
    this.#vector = this.addWeight('vector_u', [1, columns], {
      initializer: new TruncatedNormal({ stddev: 0.02 }),
      trainable: false,
    });
    this.inputSpec = { minNdim: 1, axes: { [-1]: inputShape.at(-1) ?? null } };
  }

  /** @throws ShapeError if the layer returns several tensors. */
  override call(x: Tensor, { training }: CallOptions): Tensor {
    if (training) this.#normalize();
    const y: unknown = this.layer.apply(x, { training });
    if (y instanceof Tensor) return cast(y, x.dtype);
    throw new ShapeError(`the layer '${this.layer.name}' gives several tensors; it must give one.`);
  }

  /** Divides the kernel by an estimate of its largest singular value, and keeps the singular vector. */
  #normalize(): void {
    const [kernel, vector] = [this.kernel, this.#vector];
    if (vector === undefined) return;
    scoped(() => {
      const value = stopGradient(kernel.value);
      const matrix = reshape(value, [-1, vector.shape[1] ?? 1]);
      const turned = transpose(matrix);
      let [u, v] = [vector.value, vector.value];
      for (let i = 0; i < this.powerIterations; i++) {
        v = unitVectors(matmul(u, turned), null, SMALLEST_NORM);
        u = unitVectors(matmul(v, matrix), null, SMALLEST_NORM);
      }
      const sigma = matmul(matmul(v, matrix), transpose(u));
      const isZero = all(equal(value, 0));
      const normalized = where(isZero, value, div(value, reshape(sigma, [])));
      vector.assign(where(isZero, vector.value, u));
      kernel.assign(normalized);
      return normalized;
    });
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const output: unknown = this.layer.computeOutputShape(inputShape);
    if (isShape(output)) return output;
    throw new ShapeError(
      `${this.label}: the layer '${this.layer.name}' gives several tensors for input of ${formatShape(inputShape)}; it must give one.`,
    );
  }

  override computeOutputSpec(x: Symbolic<Tensor>, options: ApplyOptions): TensorSpec {
    return { ...(super.computeOutputSpec(x, options) as TensorSpec), dtype: x.dtype };
  }
}
