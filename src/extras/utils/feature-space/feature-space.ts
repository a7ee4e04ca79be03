import { checkOptions, choice, configurable, length, mapNest, own } from '../../../config/index.js';
import type { Config, OptionsOf } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { Layer } from '../../../nn/layers/core/layer.js';
import { Input } from '../../../nn/layers/input.js';
import { HashedCrossing } from '../../../nn/layers/preprocessing/hashing.js';
import { CategoryEncoding } from '../../../nn/layers/preprocessing/category-encoding.js';
import type { SymbolicTensor } from '../../../nn/layers/core/symbolic-tensor.js';
import type { ApplyOptions } from '../../../nn/layers/core/layer-options.js';
import type { AnyLayer } from '../../../nn/layers/core/layer.js';
import type { Keeping } from '../../../nn/layers/core/keeping.js';
import { isSymbolic } from '../../../nn/layers/core/symbolic-tensor.js';
import { layerRegistry } from '../../../nn/layers/registry.js';
import type { SaveLayerOptions } from '../../../nn/training/file-options.js';
import { reshape } from '../../../engine/ops/index.js';
import type { Target } from '../../../files/locations/target.js';
import { Tensor } from '../../../engine/tensor/index.js';
import type { Value } from '../../../engine/tensor/index.js';
import type { AdaptColumns, Columns } from './adapt.js';
import { columnOf, mapValues, requireColumns, toBatch } from './columns.js';
import type { Features } from './columns.js';
import { adaptFeatures } from './adapt.js';
import { encodeFeatures, requireOneTensor } from './encode.js';
import {
  builtFor,
  Cross,
  crossConfig,
  Feature,
  featureConfig,
  isAdapting,
  TFDConcat,
  TFDIdentity,
} from './feature.js';
import type { CrossOptions, FeatureOptions } from './feature.js';
import { crossesOf, featuresOf } from './specification.js';
import type { FeatureTypeName } from './specification.js';
import * as standard from './standard-features.js';
import type {
  CategoricalOptions,
  FeatureName,
  FloatDiscretizedOptions,
  FloatRescaledOptions,
  LookupOptions,
} from './standard-features.js';

/** How encoded features are given, in Keras's spelling. */
export type SpaceMode = 'concat' | 'dict';

/** The result of `apply`. */
type Encoded = Tensor | Readonly<Record<string, Tensor>>;

const Base = configurable(
  Layer<Readonly<Record<string, Value>>, Encoded>,
  'FeatureSpace',
  {
    /** The features by the names of their columns: what `FeatureSpace.float()` and the like make, or names such as `'float_normalized'`. */
    features: own<Readonly<Record<string, Feature | FeatureTypeName>>>(),
    /** `'concat'` for one tensor (default), `'dict'` for an object with a tensor for each feature and cross. */
    outputMode: choice(['concat', 'dict'], { default: 'concat' }),
    /** Features to hash together: lists of names, or results of `FeatureSpace.cross`. Default: none. */
    crosses: own<readonly (Cross | readonly string[])[] | null>(),
    /** The number of bins of crosses given as lists. Default 32. */
    crossingDim: length({ default: 32 }),
    /** The number of bins of features `'integer_hashed'` and `'string_hashed'`. Default 32. */
    hashingDim: length({ default: 32 }),
    /** The number of bins of features `'float_discretized'`. Default 32. */
    numDiscretizationBins: length({ default: 32 }),
  },
  { positional: ['features'], module: 'keras.utils' },
);

/** Options of `FeatureSpace`. */
export interface FeatureSpaceOptions<Mode extends SpaceMode = SpaceMode> extends Pick<
  OptionsOf<typeof Base>,
  'crosses' | 'crossingDim' | 'hashingDim' | 'numDiscretizationBins' | 'name'
> {
  /** `'concat'` for one tensor (default), `'dict'` for an object with a tensor for each feature and cross. */
  readonly outputMode?: Mode;
}

/** What `apply` takes and gives, which depends on the output mode. */
interface Encoding<Mode extends SpaceMode> {
  /**
   * Encodes the features of columns: lists, tensors or arrays of strings of the same length; or of one row, with a value for each column.
   *
   * @throws ValueError for missing or additional columns, and before `adapt`; DTypeError naming row and column for a value of a
   * wrong type; ShapeError for columns of different lengths.
   */
  apply(
    columns: Columns,
    options?: ApplyOptions,
  ): Mode extends 'dict' ? Record<string, Tensor> : Tensor;
}

/** The base class, of a type that knows the output mode. */
const FeatureSpaceBase = Base as unknown as Omit<typeof Base, 'prototype'> &
  (new <Mode extends SpaceMode>(
    options: FeatureSpaceOptions<Mode>,
    args: readonly [features: unknown],
  ) => Encoding<Mode> & InstanceType<typeof Base>);

/**
 * Encodes the columns of a table as numbers for a network: each feature passes through its own layer, and categories become a number
 * for each category. `adapt` learns vocabularies, statistics and boundaries. Keras: `FeatureSpace`.
 *
 * float32 [batch, n] with `outputMode: 'concat'`, with features in the order of their names, followed by crosses; with `'dict'` an object
 * of tensors [batch, n], int32 if a feature's `outputMode` is `'int'`. The layers for strings match those of TensorFlow bit for bit.
 *
 * @typeParam Mode the form of the encoded features
 * @throws ValueError for invalid features, and for crosses with unknown or duplicate features.
 * @example
 * const space = new utils.FeatureSpace({ age: 'float', job: 'string_categorical' });
 * await space.adapt({ age: [31, 54, 18], job: ['clerk', 'smith', 'clerk'] });
 * space.apply({ age: [20, 60], job: ['clerk', 'cook'] }); // [[20, 0, 1, 0], [60, 1, 0, 0]]
 */
export class FeatureSpace<Mode extends SpaceMode = 'concat'> extends FeatureSpaceBase<Mode> {
  /** Whether files hold such a layer without a model. @internal */
  static readonly isSavedAlone = true;
  /** The features, by column name. */
  readonly features: Features;
  /** The crosses of features. */
  readonly crosses: readonly Cross[];
  /** The layers of the features, by column name. */
  readonly preprocessors: Readonly<Record<string, AnyLayer>>;
  /** The layers of the crosses, by name: `job_X_city`. */
  readonly crossers: Readonly<Record<string, HashedCrossing>>;
  /** The layers that encode category indices, by the names of features and crosses; empty before they are first needed. */
  readonly oneHotEncoders: Readonly<Record<string, CategoryEncoding>> = {};
  /** The layer that concatenates all encoded features into one tensor. */
  readonly concat: AnyLayer | null;
  readonly #inputs: Readonly<Record<string, SymbolicTensor>>;
  #encoded: unknown;
  /** Whether models may have been made of the encoded features. */
  #isGiven = false;
  #isAdapted = false;

  /**
   * @param features the features, by column name
   * @throws ValueError for invalid features, and for crosses with unknown or duplicate features.
   */
  constructor(
    features: Readonly<Record<string, Feature | FeatureTypeName>>,
    options: FeatureSpaceOptions<Mode> = {},
  ) {
    super(options, [features]);
    // Before any file names them.
    layerRegistry.register(TFDConcat, TFDIdentity);
    this.features = featuresOf(features, this);
    this.crosses = crossesOf(options.crosses ?? [], this.features, this.crossingDim);
    this.preprocessors = Object.freeze(mapValues(this.features, (feature) => feature.preprocessor));
    this.crossers = Object.freeze(
      Object.fromEntries(
        this.crosses.map(({ name, crossingDim }) => [
          name,
          new HashedCrossing(crossingDim, { name }),
        ]),
      ),
    );
    this.concat = this.outputMode === 'concat' ? new TFDConcat() : null;
    this.#inputs = mapValues(this.features, ({ dtype }, name) => Input([1], { dtype, name }));
  }

  override get readsStrings(): boolean {
    return true;
  }

  /** @internal */
  override subLayers(): readonly AnyLayer[] {
    const { preprocessors, crossers, oneHotEncoders, concat } = this;
    const inside = [preprocessors, crossers, oneHotEncoders].flatMap((one) =>
      Object.values<AnyLayer>(one),
    );
    return concat === null ? inside : [...inside, concat];
  }

  /**
   * Adapts the layers of all features to columns; they forget what they learned before. The rows of an iterable, such as a `Dataset`,
   * are read once, 32 at a time if they come one by one; in [x, y], only x is used.
   *
   * @throws ValueError for missing or additional columns, if there are no rows, and after `getEncodedFeatures` has been called, since
   * existing models would not change; DTypeError naming row and column for a value of a wrong type.
   */
  async adapt(data: AdaptColumns): Promise<void> {
    const owner = `${this.label}: adapt`;
    if (this.#isGiven) {
      throw new ValueError(
        `${owner}: encoded features were given away already, and models that were made of them would not follow. Make a new ` +
          `FeatureSpace.`,
      );
    }
    this.#isAdapted = false;
    this.#encoded = undefined;
    (this as { oneHotEncoders: Record<string, CategoryEncoding> }).oneHotEncoders = {};
    await adaptFeatures(owner, this.features, data);
    this.#isAdapted = true;
  }

  #requireAdapted(): void {
    if (this.#isAdapted || !Object.values(this.preprocessors).some(isAdapting)) return;
    throw new ValueError(`${this.label} has learned nothing yet. Call await adapt(data) first.`);
  }

  /**
   * The inputs of a model that takes columns, by column name: symbolic tensors [batch, 1].
   *
   * @throws ValueError before `adapt`.
   */
  getInputs(): Record<string, SymbolicTensor> {
    this.#requireAdapted();
    return { ...this.#inputs };
  }

  /**
   * The encoded features of the inputs, as the beginning of a network. A model from the inputs to the network's outputs takes columns; a
   * model from the encoded features takes the result of `apply`.
   *
   * @throws ValueError before `adapt`.
   * @example
   * const space = new utils.FeatureSpace({ age: 'float' });
   * const outputs = new layers.Dense(1).apply(space.getEncodedFeatures());
   * const model = new models.Model({ inputs: space.getInputs(), outputs });
   */
  getEncodedFeatures(): Mode extends 'dict' ? Record<string, SymbolicTensor> : SymbolicTensor {
    const encoded = this.#symbols();
    this.#isGiven = true;
    return encoded as Mode extends 'dict' ? Record<string, SymbolicTensor> : SymbolicTensor;
  }

  /** The encoded features as symbolic tensors. */
  #symbols(): unknown {
    this.#requireAdapted();
    return (this.#encoded ??= this.#encode(this.#inputs));
  }

  /** The encoded features of columns that are batches, or of symbolic tensors. */
  #encode(columns: Readonly<Record<string, unknown>>): unknown {
    const encoders = this.oneHotEncoders as Record<string, CategoryEncoding>;
    const encoded = encodeFeatures(this, columns, (name, count) => {
      return (encoders[name] ??= new CategoryEncoding(count));
    });
    if (this.concat === null) return Object.fromEntries(encoded);
    requireOneTensor(encoded);
    return this.concat.apply(encoded.map(([, x]) => x));
  }

  /** @internal */
  protected override givenTensors(given: unknown): unknown {
    const columns = requireColumns(this.label, this.features, given);
    return mapValues(this.features, ({ dtype }, name) =>
      columnOf(this.label, name, dtype, columns[name]),
    );
  }

  /** @param columns tensors by feature name: batches, or one row */
  override call(columns: Readonly<Record<string, Value>>): Encoded {
    requireColumns(this.label, this.features, columns);
    this.#requireAdapted();
    const encoded = this.#encode(toBatch(this.label, columns, reshape)) as Encoded;
    // Of one row a row comes back.
    if (!Object.values(columns).some(({ shape }) => shape.length === 0)) return encoded;
    const row = (x: Tensor): Tensor => reshape(x, x.shape.slice(1));
    return encoded instanceof Tensor ? row(encoded) : mapValues(encoded, row);
  }

  /** There are no weights but those of the layers inside. @internal */
  override build(_inputShape: unknown): void {
    // The layers inside are built by `adapt`, or when they are first called.
  }

  /**
   * The shapes of the encoded features.
   *
   * @param inputShape the shapes of the columns; the result does not depend on them
   * @throws ValueError before `adapt`.
   */
  override computeOutputShape(_inputShape: unknown): never {
    return mapNest(this.#symbols(), isSymbolic, ({ shape }) => shape) as never;
  }

  /** @throws ValueError always: graphs contain the layers inside. */
  override computeOutputSpec(): never {
    throw new ValueError(
      `${this.label} cannot be part of a graph. Begin the model with getInputs(), and the network with getEncodedFeatures().`,
    );
  }

  /** The options in Keras's spelling, including features with their layers. */
  override getConfig(): Config {
    return {
      features: mapValues(this.features, featureConfig),
      output_mode: this.outputMode,
      crosses: this.crosses.map(crossConfig),
      crossing_dim: this.crossingDim,
      hashing_dim: this.hashingDim,
      num_discretization_bins: this.numDiscretizationBins,
    };
  }

  /** What a file says in addition to the config: the shapes that layers were built for. @internal */
  getBuildConfig(): Config {
    return mapValues(this.preprocessors, builtFor);
  }

  /** @internal */
  get storedArrays(): Keeping['storedArrays'] {
    return new Map();
  }

  /** @internal */
  get assets(): Keeping['assets'] {
    return new Map();
  }

  /** Layers inside take what a file keeps of them: they need not adapt. @internal */
  restore(): void {
    this.#isAdapted = true;
  }

  /**
   * Saves the features, vocabularies, statistics and boundaries as a `.keras` file, which `models.loadModel<utils.FeatureSpace>`
   * and Keras can load.
   *
   * @param target the path of a `.keras` file; indexeddb://, localstorage:// or downloads:// and a name; or { write(name, bytes) }
   * @throws ValueError for an unknown format, and for a layer that cannot be saved.
   * @example
   * const space = new utils.FeatureSpace({ age: 'float', job: 'string_hashed' });
   * await space.save('table.keras');
   */
  async save(target: Target, options: SaveLayerOptions = {}): Promise<void> {
    const { saveLayer } = await import('../../../nn/saving/index.js');
    await saveLayer(this, target, options);
  }

  /** Numbers, unchanged. */
  static float(options: FeatureName = {}): Feature {
    return standard.float(options);
  }

  /** x · scale + offset. */
  static floatRescaled(options: FloatRescaledOptions = {}): Feature {
    return standard.floatRescaled(options);
  }

  /** (x − mean) / √variance, with the statistics that `adapt` has computed. */
  static floatNormalized(options: FeatureName = {}): Feature {
    return standard.floatNormalized(options);
  }

  /**
   * The bin into which a number falls, with a number for each bin.
   *
   * @param numBins number of bins, whose boundaries `adapt` finds; null if you give `binBoundaries`
   */
  static floatDiscretized(numBins: number | null, options: FloatDiscretizedOptions = {}): Feature {
    return standard.floatDiscretized(numBins, options);
  }

  /** The index of a whole number in a vocabulary, with a number for each entry. */
  static integerCategorical(options: LookupOptions = {}): Feature {
    return standard.integerCategorical(options);
  }

  /** The index of a string in a vocabulary, with a number for each entry. */
  static stringCategorical(options: LookupOptions = {}): Feature {
    return standard.stringCategorical(options);
  }

  /** The bin of a whole number by a hash, with a number for each bin. */
  static integerHashed(numBins: number, options: CategoricalOptions = {}): Feature {
    return standard.integerHashed(numBins, options);
  }

  /** The bin of a string by a hash, with a number for each bin. */
  static stringHashed(numBins: number, options: CategoricalOptions = {}): Feature {
    return standard.stringHashed(numBins, options);
  }

  /** A feature with a layer of your own choice. @throws ValueError for anything but a layer, and for strings to a layer of numbers. */
  static feature(options: FeatureOptions): Feature {
    checkOptions('FeatureSpace.feature', options, ['dtype', 'preprocessor', 'outputMode']);
    return new Feature('FeatureSpace.feature', options);
  }

  /**
   * Combines several features into one: a hash maps each pair (or triple …) of categories to a bin.
   *
   * @param featureNames names of two or more categorical features
   * @param crossingDim number of bins
   */
  static cross(
    featureNames: readonly string[],
    crossingDim: number,
    options: CrossOptions = {},
  ): Cross {
    const owner = 'FeatureSpace.cross';
    checkOptions(owner, options, ['outputMode']);
    return new Cross(owner, featureNames, crossingDim, options.outputMode ?? 'one_hot');
  }
}
