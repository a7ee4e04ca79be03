// The adapters of LoRA, as far as every program has them. What makes them is installed, as few programs need it.
import { ValueError } from '../../../errors.js';
import type { Tensor, Variable } from '../../../engine/tensor/index.js';
import type { InitializerIdentifier } from '../../initializers/registry.js';

/** Options of `enableLora` of a layer. */
export interface LoraOptions {
  /** What is added to the weight is loraAlpha / rank · A · B. Default: the rank, so that the factor is 1. */
  readonly loraAlpha?: number | null;
  /** Initial values of A. Default `'he_uniform'`. */
  readonly aInitializer?: InitializerIdentifier;
  /** Initial values of B. Default `'zeros'`: the layer computes at first what it computed before. */
  readonly bInitializer?: InitializerIdentifier;
}

/** What LoRA adds to a weight W of a layer: scale · A · B. Layers form products with A and B in turn, never W + scale · A · B. */
export interface Adapter {
  /** W, which stays as it is. */
  readonly weight: Variable;
  /** [… the axes of W but the last, rank] */
  readonly a: Variable;
  /** [rank, last axis of W] */
  readonly b: Variable;
  /** loraAlpha / rank */
  readonly scale: number;
  /** x · (W + scale · A · B) + bias, of a matrix W. */
  dense(x: Tensor, bias: Tensor | null): Tensor;
  /** W + scale · A · B, as float32. */
  merged(): Tensor;
}

/** A layer that gets an adapter. */
export interface AdaptedLayer {
  readonly name: string;
  readonly adapter: Adapter | undefined;
  addWeight(name: string, shape: readonly number[], options: object): Variable;
  makingWeights(f: () => void): void;
}

/** Gives a layer an adapter of a weight: what `enableLora` of layers does. */
export type AdapterMaker = (
  layer: AdaptedLayer,
  weight: Variable,
  rank: number,
  options: LoraOptions,
) => void;

/** What makes adapters. `lanegrad` sets it, and so does what reads and writes models. */
export const adapters: { make: AdapterMaker } = {
  make: () => {
    throw new ValueError(`LoRA needs import 'lanegrad', or await model.enableLora(rank).`);
  },
};
