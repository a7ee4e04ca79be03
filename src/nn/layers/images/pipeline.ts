import { configurable } from '../../../config/index.js';
import type { Config, Option, OptionsOf, SerializedObject } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { requireList } from '../../../engine/tensor/index.js';
import type { PartialShape, Tensor, TensorLike } from '../../../engine/tensor/index.js';
import type { ApplyOptions, CallOptions } from '../core/layer-options.js';
import { Layer } from '../core/layer.js';
import type { AnyLayer } from '../core/layer.js';
import { GraphNode } from '../core/symbolic-tensor.js';
import type { Symbolic, SymbolicTensor, TensorSpec } from '../core/symbolic-tensor.js';
import { layerOption } from '../weight-settings.js';
import { serializeLayer } from '../registry.js';
import type { LabeledImages } from './image-preprocessing.js';

/** A list of layers, or of the configs of layers. */
const layersOption = (): Option<readonly (AnyLayer | SerializedObject)[], readonly AnyLayer[]> => ({
  check: (given, context) => {
    const { label, name } = context;
    requireList(label, name, given);
    const { check } = layerOption();
    const found = (given as readonly unknown[]).map((layer, i) =>
      check(layer, { ...context, name: `${name}[${i}]` }),
    );
    if (found.length > 0) return Object.freeze(found);
    throw new ValueError(`${label}: ${name} is an empty list. Give at least one layer.`);
  },
  toConfig: (layers) => layers.map((layer) => serializeLayer(layer)),
});

/** Options of `Pipeline`. */
export interface PipelineOptions extends OptionsOf<typeof Pipeline> {}

/**
 * Several layers in sequence, as one layer. It takes whatever the first layer takes, including an object of `images` with `labels`,
 * `boundingBoxes` and `segmentationMasks`. A call without `training` is a training call if that is the default of one of the layers
 * and none of them has weights. Keras: `Pipeline`.
 *
 * @example
 * const augment = new layers.Pipeline([new layers.RandomFlip('horizontal'), new layers.RandomRotation(0.1)]);
 * const augmented = augment.apply(random.uniform([4, 32, 32, 3]));
 */
export class Pipeline extends configurable(
  Layer<Tensor, Tensor>,
  'Pipeline',
  {
    /** The layers, in order. */
    layers: layersOption(),
  },
  { positional: ['layers'] },
) {
  /**
   * @param layers the layers, in order
   * @throws ValueError if one of them is not a layer, if there is none, or if an option is unknown.
   */
  constructor(layers: readonly AnyLayer[], options: PipelineOptions = {}) {
    super(options, [layers]);
  }

  override build(inputShape: PartialShape): void {
    this.#shapesBehind(inputShape);
  }

  /**
   * The output of the last layer.
   *
   * @param x the input of the first layer
   */
  override apply(x: Symbolic<Tensor>, options?: ApplyOptions): Symbolic<Tensor>;
  override apply(x: TensorLike, options?: ApplyOptions): Tensor;
  override apply(
    x: LabeledImages<SymbolicTensor>,
    options?: ApplyOptions,
  ): LabeledImages<SymbolicTensor>;
  override apply(x: LabeledImages<TensorLike>, options?: ApplyOptions): LabeledImages;
  override apply(x: unknown, options?: ApplyOptions): never {
    return super.apply(x as Tensor, options) as never;
  }

  override call(x: Tensor, { training, mask = null }: CallOptions): Tensor {
    return this.layers.reduce<Tensor>(
      (given, layer, i) => layer.apply(given, i === 0 && mask !== null ? { training, mask } : { training }) as Tensor, // prettier-ignore
      x,
    );
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return this.#shapesBehind(inputShape);
  }

  /** The shape of what the last layer gives. Layers that are not built are. */
  #shapesBehind(inputShape: PartialShape): PartialShape {
    return this.layers.reduce<PartialShape>((shape, layer) => {
      if (!layer.built) layer.build(shape);
      return layer.computeOutputShape(shape) as PartialShape;
    }, inputShape);
  }

  override computeOutputSpec(x: Symbolic<Tensor>, options?: ApplyOptions): TensorSpec {
    super.computeOutputSpec(x, options);
    let given: unknown = x;
    let specs: unknown;
    for (const layer of this.layers) {
      specs = layer.computeOutputSpec(given, options);
      // A node that no layer knows of: the graph has the pipeline as one call.
      given = new GraphNode(layer, given, {}, specs as TensorSpec).output;
    }
    return specs as TensorSpec;
  }

  /** The layers and the name, as in Keras. */
  override getConfig(): Config {
    const { name, layers } = super.getConfig();
    return { layers, name };
  }
}
