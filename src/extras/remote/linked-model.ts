import { ValueError } from '../../errors.js';
import type { Compiled } from '../../nn/training/compiled.js';
import type { AnyModel } from '../../nn/models/model.js';
import { optimizersOf } from '../../nn/training/model-optimizers.js';
import type { Optimizer } from '../../nn/optimizers/optimizer.js';
import { buildThroughout } from '../../nn/training/steps.js';
import { packByPorts, flattenByPorts } from '../../nn/layers/core/ports.js';
import { mapNest } from '../../config/index.js';
import { isValue } from '../../engine/tensor/index.js';
import { describeModel, isSameSignature, signatureOf } from './describe-model.js';
import type { Signature } from './describe-model.js';
import type { Peer } from '../../engine/workers/peer.js';
import { holdsValuesOnly } from './sent-data.js';
import type { WorkerMethods } from './protocol.js';
import { StateMirror } from './state-mirror.js';
import type { Omissions, StateChanges } from './state-mirror.js';

/** The caller's side of a model that lives in two threads: sees to it that both are the same. */
export class LinkedModel {
  /** Whether `fit` runs in the worker: then the truth is there, else here. */
  isFitting = false;
  #mirror: StateMirror;
  /** What the worker's model was made of; undefined if there is none. */
  #signature: Signature | undefined;
  #compiled: Compiled | undefined;
  #optimizers: readonly Optimizer[] = [];

  constructor(
    readonly model: AnyModel,
    private readonly peer: Peer<WorkerMethods>,
  ) {
    this.#mirror = this.#newMirror();
  }

  #newMirror(): StateMirror {
    return new StateMirror(this.model);
  }

  /**
   * Makes the model in the worker, or makes it again if it was changed here.
   *
   * @throws ValueError if it was changed while `fit` runs, or cannot travel.
   */
  async connect(): Promise<void> {
    const { compiled } = this.model;
    const description = describeModel(this.model, compiled);
    const signature = signatureOf(description);
    const optimizers = optimizersOf(this.model).map(({ optimizer }) => optimizer);
    const isSame =
      this.#signature !== undefined &&
      isSameSignature(signature, this.#signature) &&
      compiled === this.#compiled &&
      optimizers.length === this.#optimizers.length &&
      optimizers.every((optimizer, i) => optimizer === this.#optimizers[i]);
    if (isSame) return;
    if (this.isFitting) {
      throw new ValueError(
        `Model '${this.model.name}': its layers, their trainable or the arguments of compile were changed while fit is running in the worker, which continues with the old ones. Change them before or after fit.`,
      );
    }
    this.#signature = undefined;
    await this.peer.call('setModel', description);
    this.#mirror = this.#newMirror();
    this.#compiled = compiled;
    this.#optimizers = optimizers;
    this.#signature = signature;
  }

  /** What has changed here, for the worker. */
  takeChanges(without: Omissions = {}): StateChanges {
    return this.#mirror.takeChanges(without);
  }

  /** Takes over what has changed in the worker. */
  apply(state: StateChanges): void {
    this.#building(() => {
      this.#mirror.apply(state);
    });
  }

  /** Takes over all that has changed in the worker until now. */
  async pull(): Promise<void> {
    this.apply(await this.peer.call('pull'));
  }

  /** The first samples make the weights here, as they would in `fit` here: with the same random numbers. */
  buildFor(x: unknown): void {
    const { model } = this;
    if (model.built || !holdsValuesOnly(x)) return;
    const { inputPorts } = model;
    const inputs =
      inputPorts === undefined ? x : packByPorts(inputPorts, flattenByPorts('x', inputPorts, x));
    this.#building(() => {
      buildThroughout(
        model,
        mapNest(inputs, isValue, ({ shape }) => [null, ...shape.slice(1)]),
      );
    });
  }

  /** Runs what may build the model: that is no change which the worker does not know of. */
  #building(f: () => void): void {
    const count = this.model.weights.length;
    f();
    if (this.model.weights.length !== count) {
      this.#signature = signatureOf(describeModel(this.model, this.#compiled));
    }
  }
}
