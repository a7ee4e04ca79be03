// Random functional models, and what they compute by definition: each step is a call of a layer or an operation on symbolic
// tensors, paired with the same function of float64 arrays.
import { Input } from '../../src/layers.js';
import type { AnyLayer, SymbolicTensor } from '../../src/layers.js';
import { Model } from '../../src/models.js';
import type { AnyModel } from '../../src/models.js';
import { tensor } from '../../src/engine/tensor/index.js';
import type { Variable } from '../../src/engine/tensor/index.js';
import { sizeOf } from '../reference/dense-array.js';
import type { DenseArray } from '../reference/dense-array.js';

/** The numbers of weights: one set while a model is made, others for its derivatives. */
export type Weights = Map<Variable, DenseArray>;

/** A function of arrays; it finds the layer's weights among `weights`. */
export type Reference = (inputs: readonly DenseArray[], weights: Weights) => readonly DenseArray[];

/** What may be read out of an input: whole numbers, or steps of which some are padding. */
export type Content = 'ids' | 'padded';

/** What the steps that are padding are filled with. */
export const PADDING = 0.75;

/** A symbolic tensor, the array that it stands for, and its position in the program. */
export interface Value {
  readonly content?: Content | undefined;
  readonly symbolic: SymbolicTensor;
  readonly array: DenseArray;
  readonly slot: number;
}

interface Step {
  readonly from: readonly number[];
  readonly to: number;
  readonly reference: Reference;
}

/** A layer that can be called again, and for which input. */
export interface Shared {
  readonly layer: AnyLayer;
  readonly accepts: (inputs: readonly Value[]) => boolean;
  readonly count: number;
  readonly reference: Reference;
}

/** Numbers by a seed: mulberry32. */
export class Randomness {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed, 0x9e3779b1) >>> 0;
  }

  /** Within [0, 1). */
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `low` to `high`. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  is(probability: number): boolean {
    return this.unit() < probability;
  }

  pick<T>(from: readonly T[]): T {
    if (from.length === 0) throw new Error('nothing to pick from');
    return from[this.whole(0, from.length - 1)] as T;
  }

  /** Numbers that float32 holds exactly. */
  array(shape: readonly number[], low = -1, high = 1): DenseArray {
    const draw = (): number => Math.fround(low + this.unit() * (high - low));
    return { shape, data: Array.from({ length: sizeOf(shape) }, draw) };
  }
}

/** Tries to go on with a graph; false if what is there does not fit. */
export type Move = (graph: RandomGraph) => boolean;

/** Beyond it, what follows is squashed. */
const LARGE = 6;

/** A graph that grows step by step. */
export class RandomGraph {
  readonly values: Value[] = [];
  readonly shared: Shared[] = [];
  readonly #steps: Step[] = [];
  #slots = 0;
  readonly #inputs: Value[] = [];

  constructor(
    readonly random: Randomness,
    readonly weights: Weights,
    /** What has to be disposed of beside the model: not all of the graph may be in it. */
    readonly owned: { dispose(): void }[],
    readonly moves: readonly Move[],
    readonly depth: number,
  ) {}

  /** An input of the model, with the array that it is given. */
  input(array: DenseArray, content?: Content): void {
    const symbolic = Input(array.shape.slice(1));
    const value = { symbolic, array, slot: this.#slots++, content };
    this.#inputs.push(value);
    this.values.push(value);
  }

  /** One of the values, newer ones more often. */
  pick(accepts: (value: Value) => boolean = () => true): Value | undefined {
    const fitting = this.values.filter(accepts);
    if (fitting.length === 0) return undefined;
    return this.random.pick(this.random.is(0.5) ? fitting.slice(-3) : fitting);
  }

  /** Adds what a call gives: symbolic tensors, and the same by the reference. */
  add(
    inputs: readonly Value[],
    made: SymbolicTensor | readonly SymbolicTensor[],
    reference: Reference,
  ): true {
    const symbolic = [made].flat() as readonly SymbolicTensor[];
    const arrays = reference(
      inputs.map(({ array }) => array),
      this.weights,
    );
    const to = this.#slots;
    this.#steps.push({ from: inputs.map(({ slot }) => slot), to, reference });
    this.#slots += arrays.length;
    arrays.forEach((array, i) => {
      const value = { symbolic: symbolic[i] as SymbolicTensor, array, slot: to + i };
      if (sizeOf(array.shape) > 60) return;
      // Not to be multiplied up beyond what float32 can tell from each other.
      if (Math.max(...array.data.map(Math.abs)) < LARGE) this.values.push(value);
      else this.add([value], value.symbolic.tanh(), ([x]) => [mapped(x, Math.tanh)]);
    });
    return true;
  }

  /** Random numbers for the weights of a layer that has been built. */
  fill(layer: AnyLayer): void {
    this.owned.push(layer);
    for (const variable of layer.weights) {
      if (this.weights.has(variable)) continue;
      const isPositive = /variance|gamma/.test(variable.name);
      const array = this.random.array(variable.shape, isPositive ? 0.5 : -1, 1);
      this.weights.set(variable, array);
      const numbers = tensor(Float32Array.from(array.data), { shape: array.shape });
      variable.assign(numbers);
      numbers.dispose();
    }
  }

  /** Takes steps until there are so many. */
  grow(steps: number): void {
    for (
      let left = steps, tries = 0;
      (left > 0 && tries < 20 * steps) || this.made.length === 0;
      tries++
    ) {
      if (this.random.pick(this.moves)(this)) left--;
    }
  }

  /** What has been computed. */
  get made(): readonly Value[] {
    return this.values.filter((value) => !this.#inputs.includes(value));
  }

  /** The model of one to three outputs, in one of the structures that there are. */
  finish(): RandomModel {
    const made = this.made;
    const outputs = Array.from({ length: this.random.whole(1, 3) }, () =>
      this.random.pick(made.slice(-6)),
    );
    const distinct = [...new Set(outputs)];
    const [packInputs, packOutputs] = [this.#structure(this.#inputs), this.#structure(distinct)];
    const model = new Model({
      inputs: packInputs(this.#inputs.map(({ symbolic }) => symbolic)),
      outputs: packOutputs(distinct.map(({ symbolic }) => symbolic)),
    } as never) as AnyModel;
    const [steps, inputs] = [this.#steps, this.#inputs];
    const reference: Reference = (arrays, weights) => {
      const slots: (DenseArray | undefined)[] = [...arrays];
      for (const { from, to, reference: compute } of steps) {
        const results = compute(
          from.map((slot) => slots[slot] as DenseArray),
          weights,
        );
        results.forEach((array, i) => (slots[to + i] = array));
      }
      return distinct.map(({ slot }) => slots[slot] as DenseArray);
    };
    return { model, packInputs, inputs: inputs.map(({ array }) => array), reference };
  }

  /** A function that packs a list: into the one item, a list, or an object whose keys are in order. */
  #structure(values: readonly Value[]): (items: readonly unknown[]) => unknown {
    const kind = this.random.whole(0, 2);
    if (values.length === 1 && kind < 2) return ([item]) => item;
    if (kind < 2) return (items) => [...items];
    return (items) => Object.fromEntries(items.map((item, i) => [`part_${i}`, item]));
  }
}

/** A model, what it is given, and the outputs, in order, that it must give. */
export interface RandomModel {
  readonly model: AnyModel;
  readonly packInputs: (items: readonly unknown[]) => unknown;
  readonly inputs: readonly DenseArray[];
  readonly reference: Reference;
}

export function mapped(x: DenseArray | undefined, f: (value: number) => number): DenseArray {
  return { shape: x?.shape ?? [], data: (x?.data ?? []).map(f) };
}
