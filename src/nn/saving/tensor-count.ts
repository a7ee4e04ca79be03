import { FormatError } from '../../errors.js';
import type { AnyLayer } from '../layers/core/layer.js';

/** The most tensors that the calls of layers in a file may give. A split gives as many as its config says. */
const MAX_TENSORS = 2 ** 18;

/** Counts the tensors that the calls in a file give, those in models inside at each call of the model. */
export class TensorCount {
  #all = 0;
  /** Of models and layers that hold some, how many tensors a call makes inside. */
  readonly #inside = new Map<AnyLayer, number>();

  constructor(readonly label: string) {}

  /**
   * Takes in what the calls of a model give.
   *
   * @param make a function that creates the model, and calls `count` for each call of a layer with the number of
   * tensors that it gives
   * @throws FormatError as soon as there are too many.
   */
  ofModel<M extends AnyLayer>(make: (count: (layer: AnyLayer, given: number) => void) => M): M {
    let own = 0;
    const model = make((layer, given) => {
      const tensors = given + this.#within(layer);
      own += tensors;
      this.#all += tensors;
      if (this.#all <= MAX_TENSORS) return;
      throw new FormatError(
        `${this.label}: its calls of layers give more than ${MAX_TENSORS} tensors, which is the most that is read.`,
      );
    });
    this.#inside.set(model, own);
    return model;
  }

  /** How many tensors a call makes inside of a layer: a wrapper may hold a model. */
  #within(layer: AnyLayer): number {
    const known = this.#inside.get(layer);
    if (known !== undefined) return known;
    const within = layer.subLayers().reduce((sum, inner) => sum + this.#within(inner), 0);
    this.#inside.set(layer, within);
    return within;
  }
}
