import { noteEffect } from '../../../engine/runtime/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { WeightHolder } from './weight-holder.js';

/** What a layer and the layers inside it add to the loss. */
export abstract class LossHolder extends WeightHolder {
  #added: Tensor[] = [];

  /** The layers that this one holds in its properties. */
  abstract override subLayers(): readonly LossHolder[];

  /** Adds a scalar to the loss, from within `call`. */
  addLoss(loss: Tensor): void {
    noteEffect();
    this.#added.push(loss);
  }

  /**
   * What is to be added to the loss: what the last outermost `apply` has added by `addLoss` and the
   * activity regularizer, which lives as long as what `apply` computed; and the penalties of the
   * trainable weights.
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

  /** Forgets what was added to the loss; an outermost `apply` begins with it. */
  clearLosses(): void {
    if (this.#added.length > 0) this.#added = [];
    for (const layer of this.subLayers()) layer.clearLosses();
  }
}
