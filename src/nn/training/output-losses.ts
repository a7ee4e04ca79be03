import { describeValue } from '../../config/describe-value.js';
import { flattenNest, isPlainObject, mapNest, naming } from '../../config/index.js';
import type { Nest } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { getLoss } from '../losses/registry.js';
import { Loss } from '../losses/loss.js';
import type { LossIdentifier } from '../losses/registry.js';
import { Mean } from '../metrics/reduction-metrics.js';
import type { Metric } from '../metrics/metric.js';
import { add, mul } from '../../engine/ops/index.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { flattenByPorts } from '../layers/core/ports.js';
import type { Ports } from '../layers/core/ports.js';
import { isSingle } from './output-metrics.js';
import type { OutputsOfBatch } from './output-metrics.js';

/** The loss of one output. */
interface OutputLoss {
  /** Position of the output. */
  readonly index: number;
  /** The name of the loss in messages. */
  readonly label: string;
  readonly loss: Loss;
  readonly weight: number;
  /** The mean over the batches, without the weight; undefined if it is the only loss. */
  readonly tracker: Metric | undefined;
}

type Losses = Nest<LossIdentifier | null | undefined>;
type LossWeights = Nest<number | null | undefined>;

const isOne = isSingle<LossIdentifier | null | undefined>;

const isWeight = (value: unknown): value is unknown =>
  !Array.isArray(value) && !isPlainObject(value);

const isMade = (value: unknown): value is Loss => value instanceof Loss;

/** The losses of the outputs of a model. */
export class OutputLosses {
  /** What was given, with objects in the positions of names. */
  readonly given: Nest<Loss | undefined>;
  #losses: readonly OutputLoss[] | undefined;

  constructor(
    private readonly loss: Losses,
    private readonly weights: LossWeights,
  ) {
    this.given = mapNest(loss, isOne, (identifier) =>
      identifier === undefined || identifier === null
        ? undefined
        : requireReduced(naming('compile', () => getLoss(identifier))),
    );
    mapNest(weights, isWeight, checkWeight);
  }

  /** Finds the outputs that the losses are for. @throws ValueError for an output that does not exist. */
  bind(outputs: Ports): void {
    const count = outputs.names.length;
    const { given, weights } = this;
    const isLeafValue = isOne;
    const losses = (
      isOne(given)
        ? outputs.names.map(() => given)
        : flattenByPorts('compile: loss', outputs, given, { isComplete: false, isLeafValue })
    ) as (Loss | undefined)[];
    losses.forEach((loss, i) => {
      if (loss === undefined || loss instanceof Loss) return;
      throw new ValueError(
        `compile: loss: output '${outputs.names[i] ?? ''}' takes one loss, got ${describeValue(loss)}.`,
      );
    });
    const factors = (
      typeof weights === 'number'
        ? outputs.names.map(() => weights)
        : flattenByPorts('compile: lossWeights', outputs, weights ?? undefined, {
            isComplete: false,
            isLeafValue: (value) => typeof value === 'number' || value === null,
          })
    ) as (number | null | undefined)[];
    factors.forEach(checkWeight);
    const several = losses.filter((loss) => loss !== undefined).length > 1;
    const bound = losses.flatMap((loss, index): OutputLoss[] => {
      if (loss === undefined) return [];
      const name = outputs.names[index] ?? '';
      return [
        {
          index,
          label: count > 1 ? `'${loss.name}' of output '${name}'` : `'${loss.name}'`,
          loss,
          weight: factors[index] ?? 1,
          tracker: several ? new Mean({ name: `${name}_loss` }) : undefined,
        },
      ];
    });
    this.#losses = inGivenOrder(bound, outputs, this.loss);
  }

  get #bound(): readonly OutputLoss[] {
    return this.#losses ?? [];
  }

  /** The means of the losses, if there are several. */
  get trackers(): readonly Metric[] {
    return this.#bound.flatMap(({ tracker }) => tracker ?? []);
  }

  /** All losses that were given, each once for each position. */
  get all(): Loss[] {
    return flattenNest(this.given, isMade);
  }

  /** The loss of an output; undefined if it has none. */
  of(index: number): Loss | undefined {
    return this.#bound.find((loss) => loss.index === index)?.loss;
  }

  /** The factor of the loss of an output. */
  weightOf(index: number): number {
    return this.#bound.find((loss) => loss.index === index)?.weight ?? 1;
  }

  /** Whether no loss has a factor. */
  get isUnweighted(): boolean {
    return flattenNest(this.weights, isWeight).every((weight) => (weight ?? 1) === 1);
  }

  /** @throws ValueError for a loss without targets. */
  requireTargets(owner: string, isGiven: readonly boolean[]): void {
    for (const { index, label } of this.#bound) {
      if (isGiven[index] === true) continue;
      throw new ValueError(
        `${owner}: the loss ${label} needs targets, but ${isGiven.includes(true) ? 'y has none for it' : 'no y was given'}.`,
      );
    }
  }

  /** The loss of each output, in order. */
  values(op: string, { y, yPred, sampleWeight }: OutputsOfBatch): Tensor[] {
    this.requireTargets(
      op,
      y.map((targets) => targets !== undefined),
    );
    return this.#bound.map(({ index, label, loss }) => {
      const [targets, predicted] = [y[index], yPred[index]];
      if (targets === undefined || predicted === undefined) {
        throw new ValueError(`${op}: output ${index} has no targets.`);
      }
      return naming(`${op}: the loss ${label}`, () =>
        loss.apply(targets, predicted, sampleWeight[index]),
      );
    });
  }

  /** The weighted sum of the losses; undefined if there is none. */
  sum(values: readonly Tensor[]): Tensor | undefined {
    let sum: Tensor | undefined;
    values.forEach((value, i) => {
      const weight = this.#bound[i]?.weight ?? 1;
      const weighted = weight === 1 ? value : mul(value, weight);
      sum = sum === undefined ? weighted : add(sum, weighted);
    });
    return sum;
  }

  /** Takes the losses of a batch into their means. */
  update(values: readonly Tensor[], batchSize: number): void {
    this.#bound.forEach(({ tracker }, i) => {
      const value = values[i];
      if (tracker !== undefined && value !== undefined)
        tracker.updateState(value.item(), batchSize);
    });
  }
}

/** As Keras: of outputs in an object the order in which the losses were given. */
function inGivenOrder(
  losses: readonly OutputLoss[],
  { structure, names }: Ports,
  given: unknown,
): readonly OutputLoss[] {
  if (!isPlainObject(structure) || !isPlainObject(given)) return losses;
  const position = ({ index }: OutputLoss): number =>
    Object.keys(given).indexOf(names[index] ?? '');
  return losses.toSorted((a, b) => position(a) - position(b));
}

function requireReduced(loss: Loss): Loss {
  if (loss.reduction !== 'none' && loss.reduction !== null) return loss;
  throw new ValueError(
    `compile: loss '${loss.name}' has reduction 'none', so it gives no single number to minimise. ` +
      `Use reduction 'sum_over_batch_size' or 'sum'.`,
  );
}

function checkWeight(weight: unknown): void {
  if (weight === null || weight === undefined) return;
  if (typeof weight === 'number' && Number.isFinite(weight)) return;
  throw new ValueError(
    `compile: lossWeights must be one number for all outputs, or a list or an object with one for each, got ` +
      `${describeValue(weight)}.`,
  );
}
