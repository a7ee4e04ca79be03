import { describeValue } from '../../config/describe-value.js';
import { ValueError } from '../../errors.js';
import type { AnyModel } from '../../nn/models/model.js';
import type { Optimizer } from '../../nn/optimizers/optimizer.js';
import type { RemoteModel } from '../remote/remote-model.js';
import type { Tensor } from '../../engine/tensor/index.js';

/** A model that a node trains: a model in this thread, or a model in a worker (`inWorker`). */
export type FederatedModel = AnyModel | RemoteModel<AnyModel>;

/** The part of `fit` and `evaluate` that is used here. */
export interface Trained {
  fit(
    ...args: unknown[]
  ): Promise<{ readonly history: Readonly<Record<string, readonly number[]>> }>;
  evaluate(...args: unknown[]): Promise<Readonly<Record<string, number>>>;
  setWeights(weights: readonly Tensor[]): void;
  addProximalTerm(mu: number): Promise<() => Promise<void>>;
}

/** Whose options messages name. */
const OWNER = 'flower.join';

/** The optimizer of a model that can be trained as it is. */
export function optimizerOf({ name, optimizer, built }: AnyModel): Optimizer {
  if (optimizer === undefined) {
    throw new ValueError(
      `${OWNER}: model '${name}' is not compiled. Call model.compile({ optimizer, loss }) first.`,
    );
  }
  if (built) return optimizer;
  throw new ValueError(
    `${OWNER}: model '${name}' is not built, so it has no weights yet. Give its first layer an inputShape, or call ` +
      `model.build(inputShape).`,
  );
}

/** The model here, whose work may be done in a worker. */
export function modelOf(given: FederatedModel): AnyModel {
  // What a caller gives may be anything.
  const found = (
    typeof given === 'object' && given !== null && 'model' in given ? given.model : given
  ) as Partial<AnyModel>;
  if (typeof found?.fit === 'function') return found as AnyModel;
  throw new ValueError(
    `${OWNER}: model must be a model, or one whose work is done in a worker (inWorker), got ${describeValue(given)}.`,
  );
}

/** What trains: the model here, or the one in a worker. */
export function trainedOf(given: FederatedModel, model: AnyModel): Trained {
  if (given !== model) return given as unknown as Trained;
  const methods: Omit<Trained, 'addProximalTerm'> = given as unknown as Trained;
  return {
    fit: (...args) => methods.fit(...args),
    evaluate: (...args) => methods.evaluate(...args),
    setWeights: (weights) => methods.setWeights(weights),
    async addProximalTerm(mu) {
      const { addProximalTerm } = await import('../../nn/training/proximal.js');
      const remove = addProximalTerm(model, mu);
      return () => {
        remove();
        return Promise.resolve();
      };
    },
  };
}
