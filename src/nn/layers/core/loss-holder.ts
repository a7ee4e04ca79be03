import { noteEffect } from '../../../engine/runtime/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { WeightHolder } from './weight-holder.js';

/** What a layer and the layers inside it add to the loss. */
export abstract class LossHolder extends WeightHolder {
  #added: Tensor[] = [];

  /** The layers in this layer's properties. */
  abstract override subLayers(): readonly LossHolder[];

  /** Adds a scalar to the loss. Call it within `call`. */
  addLoss(loss: Tensor): void {
    noteEffect(true);
    this.#added.push(loss);
  }

  /**
   * The terms to add to the loss: those that `addLoss` and the activity regularizer added in the last outermost
   * `apply`, which live as long as its output, and the penalties of the trainable weights.
   */
  losses(): Tensor[] {
    const penalties: Tensor[] = [];
    for (const { regularizer, value } of this.trainableWeights) {
      if (regularizer !== undefined) penalties.push(regularizer(value));
    }
    return [...this.addedLosses(), ...penalties];
  }

  /** What the layer and those inside it have added, without penalties of weights. @internal */
  addedLosses(): Tensor[] {
    const inside = this.subLayers().flatMap((layer) => layer.addedLosses());
    return [...this.#added, ...inside];
  }

  /** Forgets what was added to the loss. Each outermost `apply` starts with this. */
  clearLosses(): void {
    if (this.#added.length > 0) this.#added = [];
    for (const layer of this.subLayers()) layer.clearLosses();
  }
}
