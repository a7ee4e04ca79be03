import { boolean, configurable, dtypeName, isListOf, number } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import type { Option, OptionsOf, OptionContext, SerializedObject } from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { EPSILON } from '../../engine/ops/neural/crossentropies.js';
import { argmax, greaterEqual } from '../../engine/ops/index.js';
import { formatShape, tidy, toTensor } from '../../engine/tensor/index.js';
import type { TensorLike } from '../../engine/tensor/index.js';
import { weightTensor } from './accumulator.js';
import { GatheringMetric } from './metric.js';
import type { MetricValue } from './metric.js';

/** For each class the weights of what is in it by targets, by predictions, and by both. */
class ClassOverlaps {
  /** [3, classes] */
  readonly #weights: Float64Array;

  constructor(
    private readonly owner: string,
    private readonly classes: number,
  ) {
    this.#weights = new Float64Array(3 * classes);
  }

  /** Takes in one value. What is in no class is passed over. */
  add(label: number, prediction: number, weight: number): void {
    const { classes } = this;
    const isInClass = (value: number): boolean => value >= 0 && value < classes;
    if (!isInClass(label) || !isInClass(prediction)) return;
    const [target, predicted] = [Math.trunc(label), Math.trunc(prediction)];
    this.#add(target, weight);
    this.#add(classes + predicted, weight);
    if (target === predicted) this.#add(2 * classes + target, weight);
  }

  #add(index: number, weight: number): void {
    this.#weights[index] = (this.#weights[index] ?? 0) + weight;
  }

  /** The mean over those of the classes that have occurred. */
  mean(classes: readonly number[]): number {
    let [sum, count] = [0, 0];
    for (const one of classes) {
      const [targets = 0, predictions = 0, both = 0] = [0, 1, 2].map(
        (row) => this.#weights[row * this.classes + one],
      );
      const union = targets + predictions - both;
      if (union <= 1e-9) continue;
      sum += both / (union + EPSILON);
      count++;
    }
    return sum / (count + EPSILON);
  }

  reset(): void {
    this.#weights.fill(0);
  }

  getState(): number[] {
    return [...this.#weights];
  }

  /** @throws ValueError for the state of another number of classes. */
  setState(state: readonly number[]): void {
    const { length } = this.#weights;
    if (state.length !== length) {
      throw new ValueError(
        `${this.owner}: a state of ${state.length} numbers came, expected ${length}.`,
      );
    }
    this.#weights.set(state);
  }
}

/** How weights are added up. */
const weightType: Option<string | SerializedObject | null, 'int32' | 'float32'> = {
  default: 'int32',
  check: (given, { owner }) => {
    const name = dtypeName(owner, given);
    if (name === 'int' || name === 'int32') return 'int32';
    if (name === 'float32') return name;
    throw new ValueError(
      `${owner}: dtype must be 'int32', which cuts weights to whole numbers, or 'float32', got ${describeValue(name)}.`,
    );
  },
};

/** Classes, each from 0 up to the number of classes. */
function classIds(spec: { readonly default?: readonly number[] } = {}): Option<readonly number[]> {
  const check = (given: unknown, { owner, name, object }: OptionContext): readonly number[] => {
    const { numClasses = 2 } = object as { readonly numClasses?: number };
    const isClass = (id: unknown): id is number =>
      Number.isInteger(id) && (id as number) >= 0 && (id as number) < numClasses;
    if (isListOf(given, isClass) && given.length > 0) return [...given];
    throw new ValueError(
      `${owner}: ${name} must be a list of classes from 0 to ${numClasses - 1}, got ${describeValue(given)}.`,
    );
  };
  return { ...spec, check };
}

const classCount = number({ min: 1, max: 2 ** 20, integer: true });
const ignoredClass = number({ default: null, integer: true });
const classAxis = number({ default: -1, integer: true });

/** Which classes count, and how targets and predictions tell them. */
interface OverlapSettings {
  readonly numClasses: number;
  readonly targetClassIds?: readonly number[];
  readonly ignoreClass?: number | null;
  readonly sparseYTrue?: boolean;
  readonly sparseYPred?: boolean;
  readonly axis?: number;
}

/** What the classes of targets and of predictions have in common. */
abstract class OverlapMetric extends configurable(GatheringMetric, 'OverlapMetric', {
  /**
   * How sample weights count: `'int32'` truncates weights to whole numbers, as Keras does; `'float32'` uses them unchanged.
   * Default `'int32'`.
   */
  dtype: weightType,
}) {
  static override readonly direction = 'up';
  /** How sample weights count: `'int32'` truncates weights to whole numbers, `'float32'` uses them unchanged. */
  declare readonly dtype: 'int32' | 'float32';
  #gathered: ClassOverlaps | undefined;

  /** @internal */
  protected override get gathered(): ClassOverlaps {
    return (this.#gathered ??= new ClassOverlaps(this.name, this.settings.numClasses));
  }

  /** @internal */
  protected abstract get settings(): OverlapSettings;

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight?: TensorLike | null,
  ): void {
    const { ignoreClass: ignored = null, sparseYTrue = true, sparseYPred = true } = this.settings;
    tidy(() => {
      const targets = this.#classesOf(yTrue, sparseYTrue);
      const predictions = this.#classesOf(yPred, sparseYPred);
      const { length } = targets.values;
      if (predictions.values.length !== length) {
        throw new ShapeError(
          `${this.name}: the classes of yTrue have shape ${formatShape(targets.shape)}, those of yPred ` +
            `${formatShape(predictions.shape)}.`,
        );
      }
      const weightAt = this.#weightsFor(targets.shape, length, sampleWeight);
      for (let i = 0; i < length; i++) {
        const label = targets.values[i] ?? NaN;
        if (label !== ignored) this.gathered.add(label, predictions.values[i] ?? NaN, weightAt(i));
      }
    });
  }

  /** Numbers of classes. */
  #classesOf(
    given: TensorLike,
    isSparse: boolean,
  ): { shape: readonly number[]; values: ArrayLike<number> } {
    const classes = isSparse ? toTensor(given) : argmax(given, this.settings.axis ?? -1);
    const values = classes.data();
    const isCut = this.dtype === 'int32' && classes.dtype === 'float32';
    return { shape: classes.shape, values: isCut ? values.map(Math.trunc) : values };
  }

  /** The weight of each value: one for all, one for each sample, or one for each value. */
  #weightsFor(
    shape: readonly number[],
    length: number,
    sampleWeight: TensorLike | null | undefined,
  ): (i: number) => number {
    const weights = weightTensor(sampleWeight);
    if (weights === undefined) return () => 1;
    const { size } = weights;
    if (size !== 1 && size !== shape[0] && size !== length) {
      throw new ShapeError(
        `${this.name}: sampleWeight has shape ${formatShape(weights.shape)}, but there are classes of shape ` +
          `${formatShape(shape)}. Give one weight for each sample, or one for each value.`,
      );
    }
    const values = weights.data();
    const cut = this.dtype === 'int32' ? Math.trunc : (weight: number): number => weight;
    return (i) => cut(values[Math.floor((i * size) / length)] ?? NaN);
  }

  override result(): MetricValue {
    const { numClasses, targetClassIds } = this.settings;
    return this.gathered.mean(targetClassIds ?? Array.from({ length: numClasses }, (_, i) => i));
  }
}

/** Options of `IoU`. */
export interface IoUOptions extends OptionsOf<typeof IoU> {}

/**
 * Intersection over union, TP / (TP + FP + FN), for the classes of a segmentation: the mean over those of `targetClassIds`
 * that have occurred. Targets and predictions are class indices of the same shape. Keras: `IoU`.
 *
 * @example
 * const metric = new metrics.IoU(2, [0]);
 * metric.updateState([0, 0, 1, 1], [0, 1, 0, 1]);
 * metric.result(); // 0.3333, of 1 pixel in both and 3 in one of them
 */
export class IoU extends configurable(
  OverlapMetric,
  'IoU',
  {
    /** The number of classes, which are numbered from 0. */
    numClasses: classCount,
    /** The classes whose mean is the result. */
    targetClassIds: classIds(),
    /** A class in the targets to ignore, such as 255 for pixels without a label. Default null: all classes count. */
    ignoreClass: ignoredClass,
    /** Whether targets are class indices; otherwise the class is the position of the largest value along `axis`. Default true. */
    sparseYTrue: boolean({ default: true }),
    /** Whether predictions are class indices; otherwise the class is the position of the largest value along `axis`. Default true. */
    sparseYPred: boolean({ default: true }),
    /** The axis of the classes, if targets or predictions have one. Default −1. */
    axis: classAxis,
  },
  { positional: ['numClasses', 'targetClassIds'] },
) {
  /** @throws ValueError for an option that is unknown or out of range. */
  constructor(numClasses: number, targetClassIds: readonly number[], options: IoUOptions = {}) {
    super(options, [numClasses, targetClassIds]);
  }

  /** @internal */
  protected override get settings(): OverlapSettings {
    return this;
  }
}

/** Options of `BinaryIoU`. */
export interface BinaryIoUOptions extends OptionsOf<typeof BinaryIoU> {}

/**
 * Intersection over union of two classes, for targets 0 or 1 and predictions that are probabilities or logits. Keras:
 * `BinaryIoU`.
 *
 * @example
 * const metric = new metrics.BinaryIoU({ threshold: 0.3 });
 * metric.updateState([0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7]);
 * metric.result(); // 0.3333
 */
export class BinaryIoU extends configurable(OverlapMetric, 'BinaryIoU', {
  /** The classes whose mean is the result. Default [0, 1]. */
  targetClassIds: classIds({ default: [0, 1] }),
  /** Predictions of at least this value are of class 1. Default 0.5. */
  threshold: number({ default: 0.5 }),
}) {
  /** @internal */
  protected override get settings(): OverlapSettings {
    return { numClasses: 2, targetClassIds: this.targetClassIds };
  }

  /** Adds a batch of targets 0 or 1 and of predictions, which are compared with `threshold`. */
  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight?: TensorLike | null,
  ): void {
    tidy(() => {
      const isPositive = greaterEqual(yPred, this.threshold);
      super.updateState(yTrue, isPositive, sampleWeight);
    });
  }
}

/** Options of `MeanIoU`. */
export interface MeanIoUOptions extends OptionsOf<typeof MeanIoU> {}

/**
 * The mean intersection over union of all classes that have occurred. Keras: `MeanIoU`.
 *
 * @example
 * const metric = new metrics.MeanIoU(2);
 * metric.updateState([0, 0, 1, 1], [0, 1, 0, 1]);
 * metric.result(); // 0.3333
 */
export class MeanIoU extends configurable(
  OverlapMetric,
  'MeanIoU',
  {
    /** The number of classes, which are numbered from 0. */
    numClasses: classCount,
    /** A class in the targets to ignore, such as 255 for pixels without a label. Default null: all classes count. */
    ignoreClass: ignoredClass,
    /** Whether targets are class indices; otherwise the class is the position of the largest value along `axis`. Default true. */
    sparseYTrue: boolean({ default: true }),
    /** Whether predictions are class indices; otherwise the class is the position of the largest value along `axis`. Default true. */
    sparseYPred: boolean({ default: true }),
    /** The axis of the classes, if targets or predictions have one. Default −1. */
    axis: classAxis,
  },
  { positional: ['numClasses'] },
) {
  /** @throws ValueError for an option that is unknown or out of range. */
  constructor(numClasses: number, options: MeanIoUOptions = {}) {
    super(options, [numClasses]);
  }

  /** @internal */
  protected override get settings(): OverlapSettings {
    return this;
  }
}

/** Options of `OneHotIoU`. */
export interface OneHotIoUOptions extends OptionsOf<typeof OneHotIoU> {}

/**
 * `IoU` for one-hot targets and predictions with a value for each class. Keras: `OneHotIoU`.
 *
 * @example
 * const metric = new metrics.OneHotIoU(3, [0, 2]);
 * metric.updateState([[0, 0, 1], [1, 0, 0], [0, 1, 0], [1, 0, 0]], [[0.2, 0.3, 0.5], [0.1, 0.2, 0.7], [0.5, 0.3, 0.1], [0.1, 0.4, 0.5]]);
 * metric.result(); // 0.1667
 */
export class OneHotIoU extends configurable(
  OverlapMetric,
  'OneHotIoU',
  {
    /** The number of classes, which are numbered from 0. */
    numClasses: classCount,
    /** The classes whose mean is the result. */
    targetClassIds: classIds(),
    /** A class in the targets to ignore. Default null: all classes count. */
    ignoreClass: ignoredClass,
    /** Whether predictions are class indices; otherwise the class is the position of the largest value along `axis`. Default false. */
    sparseYPred: boolean({ default: false }),
    /** The axis of the classes. Default −1. */
    axis: classAxis,
  },
  { positional: ['numClasses', 'targetClassIds'] },
) {
  /** @throws ValueError for an option that is unknown or out of range. */
  constructor(
    numClasses: number,
    targetClassIds: readonly number[],
    options: OneHotIoUOptions = {},
  ) {
    super(options, [numClasses, targetClassIds]);
  }

  /** @internal */
  protected override get settings(): OverlapSettings {
    const { numClasses, targetClassIds, ignoreClass, sparseYPred, axis } = this;
    return { numClasses, targetClassIds, ignoreClass, sparseYPred, axis, sparseYTrue: false };
  }
}

/** Options of `OneHotMeanIoU`. */
export interface OneHotMeanIoUOptions extends OptionsOf<typeof OneHotMeanIoU> {}

/**
 * `MeanIoU` for one-hot targets and predictions with a value for each class. Keras: `OneHotMeanIoU`.
 *
 * @example
 * const metric = new metrics.OneHotMeanIoU(2);
 * metric.updateState([[1, 0], [1, 0], [0, 1], [0, 1]], [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.3, 0.7]]);
 * metric.result(); // 0.3333
 */
export class OneHotMeanIoU extends configurable(
  OverlapMetric,
  'OneHotMeanIoU',
  {
    /** The number of classes, which are numbered from 0. */
    numClasses: classCount,
    /** A class in the targets to ignore. Default null: all classes count. */
    ignoreClass: ignoredClass,
    /** Whether predictions are class indices; otherwise the class is the position of the largest value along `axis`. Default false. */
    sparseYPred: boolean({ default: false }),
    /** The axis of the classes. Default −1. */
    axis: classAxis,
  },
  { positional: ['numClasses'] },
) {
  /** @throws ValueError for an option that is unknown or out of range. */
  constructor(numClasses: number, options: OneHotMeanIoUOptions = {}) {
    super(options, [numClasses]);
  }

  /** @internal */
  protected override get settings(): OverlapSettings {
    const { numClasses, ignoreClass, sparseYPred, axis } = this;
    return { numClasses, ignoreClass, sparseYPred, axis, sparseYTrue: false };
  }
}
