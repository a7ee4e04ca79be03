import {
  isSerializedObject,
  disposeOnError,
  mapNest,
  Registry,
  requireObject,
} from '../../config/index.js';
import type { Config, KerasClass, SerializedObject } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import { ValueError } from '../../errors.js';
import { checkPartialShape } from './core/layer-options.js';
import { Layer } from './core/layer.js';
import { isShape } from './core/symbolic-tensor.js';
import type { PartialShape } from '../../engine/tensor/index.js';
import type { AnyLayer } from './core/layer.js';

/** A class of layers that files can name. */
export type LayerClass = KerasClass<AnyLayer>;

/** The layers that are known by name. @internal */
export const layerRegistry = new Registry<AnyLayer>({
  kind: 'layer',
  module: 'keras.layers',
  base: Layer,
  expected: 'a layer, or an object with class_name and config',
  shownAs: (className) => className,
  advice: ' Register your own class with layers.registerLayer(Class), or give it as customObjects.',
});

/**
 * Registers your own layer class by its `static readonly className`, so that models that contain it can be loaded and
 * cloned.
 *
 * @throws ValueError if the class has no `className` of its own.
 * @example
 * class Doubling extends layers.Layer {
 *   static override readonly className = 'Doubling';
 *   override call(x) { return x.mul(2); }
 * }
 * layers.registerLayer(Doubling);
 */
export function registerLayer(type: LayerClass): void {
  layerRegistry.register(type);
}

/**
 * Creates the layer that a serialized object describes, and builds its weights if the object's `build_config` contains
 * an input shape.
 *
 * @throws ValueError for an unknown class, listing the known ones.
 * @example layers.deserialize({ class_name: 'Dense', config: { units: 10 } })
 */
export function deserializeLayer(config: SerializedObject): Layer {
  if (!isSerializedObject(config)) {
    throw new ValueError(
      `layers.deserialize: expected an object with class_name and config, got ${describeValue(config)}.`,
    );
  }
  return disposeOnError(() => {
    const layer = disposeOnError(() => layerRegistry.create(config) as Layer);
    const shapes = builtFor(layer, config.build_config);
    if (shapes !== undefined) {
      // Of a layer that takes several inputs there are several.
      const check = (shape: unknown): PartialShape =>
        checkPartialShape(layer.name, 'build_config', shape);
      layer.build(mapNest(shapes, isShape, check, check) as PartialShape);
    }
    return layer;
  });
}

/** The shapes for which a layer was built; undefined if it was not. */
function builtFor({ inputArguments }: AnyLayer, built: unknown): unknown {
  if (typeof built !== 'object' || built === null) return undefined;
  if ('input_shape' in built) return built.input_shape ?? undefined;
  if (inputArguments === undefined || !('shapes_dict' in built)) return undefined;
  const shapes = requireObject('layers.deserialize', 'shapes_dict', built.shapes_dict) as Config;
  return inputArguments
    .map((name) => shapes[`${name}_shape`] ?? null)
    .filter((shape) => shape !== null);
}

/**
 * A layer as Keras writes it into JSON.
 *
 * @param layer the layer; its weights are not written
 * @example layers.serialize(new layers.Dense(10))
 */
export const serializeLayer = (layer: AnyLayer): SerializedObject =>
  // A model inside of a layer says how it was built as well.
  layer instanceof Layer && 'serialized' in layer
    ? (layer as { serialized(): SerializedObject }).serialized()
    : layerRegistry.serialize(layer);

/**
 * Registers classes by their names: your own and, in programs that import `lanegrad/core`, which knows none, those of
 * this package.
 *
 * @param types classes of layers
 * @throws ValueError if a class has no `className` of its own.
 * @example layers.register(layers.Dense, layers.Dropout)
 */
export function registerLayers(...types: readonly LayerClass[]): void {
  layerRegistry.register(...types);
}
