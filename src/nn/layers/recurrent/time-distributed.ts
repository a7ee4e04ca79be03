import { configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import { isRecording } from '../../../engine/autodiff/index.js';
import { reshape } from '../../../engine/ops/index.js';
import {
  formatShape,
  isOfScope,
  sameShape,
  scoped,
  Tensor,
  tidy,
} from '../../../engine/tensor/index.js';
import type { PartialShape } from '../../../engine/tensor/index.js';
import type { ValueType } from '../../../config/dtype.js';
import type { CallOptions } from '../core/layer-options.js';
import { KernelLayer } from '../sliding.js';
import { withoutCache } from '../core/caching.js';
import type { AnyLayer } from '../core/layer.js';
import { Wrapper } from '../wrapper.js';
import { isShape } from '../core/symbolic-tensor.js';
import { Outputs, stepsOf } from './steps.js';

/** Options of `TimeDistributed`. */
export interface TimeDistributedOptions extends OptionsOf<typeof TimeDistributed> {}

/**
 * Applies a layer at each step of a sequence, with the same weights: y[:, t] = layer(x[:, t]). x is [batch, steps, …] of at
 * least three axes, the output [batch, steps, …]. Keras: `TimeDistributed`.
 *
 * A mask [batch, steps] is passed to the layer step by step. The output has no mask, as in Keras 3.16.
 *
 * @example new layers.TimeDistributed(new layers.Conv2D(8, 3)).apply(zeros([2, 10, 28, 28, 1])) // shape [2, 10, 26, 26, 8]
 */
export class TimeDistributed extends configurable(Wrapper, 'TimeDistributed') {
  override supportsCaching = true;

  /**
   * @param layer the layer to apply at each step; it must return one tensor
   * @throws ValueError if `layer` is not a layer, or an option is unknown.
   */
  constructor(layer: AnyLayer, options: TimeDistributedOptions = {}) {
    super(layer, options);
    this.inputSpec = { minNdim: 3 };
  }

  override get dtype(): ValueType {
    return this.layer.dtype;
  }

  override build(inputShape: PartialShape): void {
    super.build(stepShape(inputShape));
  }

  /** @throws ShapeError for input without steps, for a mask of a wrong shape, and if the layer returns several tensors. */
  override call(x: Tensor, options: CallOptions): Tensor {
    // Inside, a step is a sample.
    return scoped(() => withoutCache(() => this.#computed(x, options)));
  }

  #computed(x: Tensor, { training, mask = null }: CallOptions): Tensor {
    const [batch = 0, count = 0, ...rest] = x.shape;
    if (count === 0) {
      throw new ShapeError(
        `the input has shape ${formatShape(x.shape)}, that is no steps. Give at least one step.`,
      );
    }
    const { layer } = this;
    const masks = mask === null ? null : stepsOf(this.#checkedMask(mask as Tensor, x));
    // These compute each sample by itself, so that steps may be samples.
    if (layer instanceof KernelLayer) {
      const y = layer.call(reshape(x, [batch * count, ...rest]), { training, mask: null });
      return reshape(y, [batch, count, ...y.shape.slice(1)]);
    }
    const inputAt = stepsOf(x);
    const outputs = new Outputs(count);
    for (let step = 0; step < count; step++) {
      const output = tidy(() => {
        const given = { training, mask: masks === null ? null : masks(step) };
        const y: unknown = layer.call(inputAt(step), given);
        if (y instanceof Tensor) return y;
        throw this.#several('');
      });
      outputs.add(step, output);
      if (!isRecording() && isOfScope(output)) output.dispose();
    }
    return outputs.stacked();
  }

  #several(owner: string): ShapeError {
    return new ShapeError(
      `${owner}the layer '${this.layer.name}' gives several tensors; it must give one.`,
    );
  }

  #checkedMask(mask: Tensor, x: Tensor): Tensor {
    const wanted = x.shape.slice(0, 2);
    if (sameShape(mask.shape.slice(0, 2), wanted)) return mask;
    throw new ShapeError(
      `the mask must begin with the batch and the steps, that is ${formatShape(wanted)} for input of shape ` +
        `${formatShape(x.shape)}, got shape ${formatShape(mask.shape)}.`,
    );
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const output: unknown = this.layer.computeOutputShape(stepShape(inputShape));
    if (!isShape(output)) throw this.#several(`${this.label}: `);
    return [inputShape[0] ?? null, inputShape[1] ?? null, ...output.slice(1)];
  }
}

function stepShape([batch = null, , ...rest]: PartialShape): PartialShape {
  return [batch, ...rest];
}
