// The batches of a program, in all forms that a batch can have.
import { flattenNest } from '../../../src/config/index.js';
import type { AnyModel } from '../../../src/models.js';
import { softmax } from '../../../src/activations.js';
import { keep, tensor, Tensor, tidy, zeros } from '../../../src/engine/tensor/index.js';
import { numbers } from '../../unit/models/networks.js';
import { nasty } from '../../unit/models/repeated.js';
import type { BatchPlan, ModelPlan, PartPlan } from './program.js';

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

export interface Batch {
  readonly x: unknown;
  readonly y: unknown;
  readonly options: object;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Makes batches, and gives back what they hold. */
export class Batches {
  /** Says what targets are. */
  loss: PartPlan = { kind: 'MeanSquaredError', options: {} };
  readonly #made: Tensor[] = [];
  readonly #stays = new Map<string, Tensor>();
  #count = 0;
  /** The shapes of what the model gives for a sample. */
  readonly #outputs: readonly (readonly number[])[];

  constructor(
    private readonly model: AnyModel,
    private readonly plan: ModelPlan,
  ) {
    this.#outputs = tidy(() => {
      const y: unknown = model.apply(zeros([2, ...plan.sample]));
      return flattenNest(y, isTensor).map(({ shape }) => shape.slice(1));
    });
  }

  /** The batch of a plan. */
  next(batch: BatchPlan): Batch {
    const start = batch.isNewEachTime ? ++this.#count : 0;
    const x = this.#x(batch, start);
    const { weights } = batch;
    const samples = x instanceof Tensor && !x.isDisposed ? (x.shape[0] ?? 1) : batch.samples;
    const all = this.#outputs.map((shape) => this.#y(shape, samples, start));
    const y = all.length === 1 ? all[0] : all;
    const options =
      weights === 'none'
        ? {}
        : weights === 'of samples'
          ? { sampleWeight: this.#hold(tensor(numbers(samples, start).map(Math.abs))) }
          : { classWeight: { 0: 1, 1: 2, 2: 0.5 } };
    return { x, y, options };
  }

  #hold(made: Tensor): Tensor {
    this.#made.push(keep(made));
    return made;
  }

  #values(shape: readonly number[], kind: number, start: number): Float32Array {
    const size = sizeOf(shape);
    if (this.plan.isOfIndices)
      return Float32Array.from({ length: size }, (_, i) => (i + start) % 4);
    const values = nasty(size, kind);
    return kind === 0 ? numbers(size, start) : values;
  }

  #x({ form, samples, numbers: kind }: BatchPlan, start: number): unknown {
    const { sample } = this.plan;
    const shape = [samples, ...sample];
    const make = (of: readonly number[] = shape): Tensor =>
      this.#hold(tensor(this.#values(of, kind, start), { shape: of }));
    switch (form) {
      case 'the same tensor': {
        const key = `${shape.join()} ${kind}`;
        const made = this.#stays.get(key) ?? tensor(this.#values(shape, kind, 1), { shape });
        this.#stays.set(key, keep(made));
        return made;
      }
      case 'lists':
        return make().toArray();
      case 'slice':
        return this.#hold(make([samples + 2, ...sample]).slice(`1:${samples + 1}`));
      case 'int32':
        return this.#hold(make().mul(3).astype('int32'));
      case 'bool':
        return this.#hold(make().greater(0));
      case 'softmax': {
        const logits = make();
        return this.#hold(softmax(logits.mul(60)));
      }
      case 'weight': {
        const fits = this.model.weights.find(
          ({ shape: [, ...rest] }) => rest.join() === sample.join(),
        );
        return fits?.value ?? make();
      }
      case 'masked': {
        const x = make();
        const mask = this.#hold(tensor(numbers(samples * (sample.length > 1 ? (sample[0] ?? 1) : 1), start), { shape: sample.length > 1 ? [samples, sample[0] ?? 1] : [samples] }).greater(0)); // prettier-ignore
        x.attachMask(mask);
        return x;
      }
      case 'disposed': {
        const x = make();
        x.dispose();
        return x;
      }
      case 'wrong shape':
        return make([samples, ...sample.map((length) => length + 1)]);
      default:
        return make();
    }
  }

  /** Targets as the loss wants them. */
  #y(output: readonly number[], samples: number, start: number): Tensor {
    const shape = [samples, ...output];
    const classes = output.at(-1) ?? 1;
    if (this.loss.kind.startsWith('Sparse')) {
      const of = [samples, ...output.slice(0, -1)];
      return this.#hold(tensor(Float32Array.from({ length: sizeOf(of) }, (_, i) => (i + start) % classes), { shape: of })); // prettier-ignore
    }
    const size = sizeOf(shape);
    const oneHot = (_: unknown, i: number): number =>
      i % classes === (Math.floor(i / classes) + start) % classes ? 1 : 0;
    const values = /rossentropy|Hinge|KL|Dice|Tversky/.test(this.loss.kind)
      ? Float32Array.from({ length: size }, oneHot)
      : numbers(size, 1000 + start);
    return this.#hold(tensor(values, { shape }));
  }

  /** All that the program has given so far. */
  get all(): readonly Tensor[] {
    return [...this.#made, ...this.#stays.values()].filter((each) => !each.isDisposed);
  }

  /** Gives everything back. Until then all batches live, so that what a metric keeps of one is the same as a copy of it. */
  end(): void {
    for (const made of this.all) made.dispose();
  }
}
