import { messageOf } from '../../config/index.js';
import { FormatError, OutOfMemoryError, ValueError } from '../../errors.js';
import type { LayerDescription, Topology } from '../../formats/keras/topology.js';
import type { Layer, LayerClass } from '../../layers/index.js';
import { deserializeLayer, layerRegistry } from '../../layers/registry.js';
import { limitWeights } from '../../layers/weight-holder.js';
import { Sequential } from '../sequential.js';
import { readAs } from './keras-weights.js';
import type { CustomObjects } from './options.js';

/** How a model is read. */
export interface Loading {
  /** Whether the model is compiled as the file says. */
  readonly compile: boolean;
  readonly customObjects: CustomObjects;
  /** The most bytes that what is compressed may unpack to. */
  readonly maxBytes: number;
}

/** What bounds the building of a model that a file describes. */
export interface BuildContext {
  /** What messages call the file. */
  readonly label: string;
  /** Numbers that the file's weights have: no layer needs more. */
  readonly room: number;
  /** Classes that count before those that are registered. */
  readonly customObjects: CustomObjects;
}

/**
 * The model of a file, with new weights if its input shape is known.
 *
 * @throws FormatError for a class nobody registered (all of them are listed), for configs that their classes refuse,
 * and for a layer that needs more weights than the file has.
 */
export function buildSequential(topology: Topology, context: BuildContext): Sequential {
  requireKnownLayers(topology, context);
  const { label } = context;
  let model: Sequential | undefined;
  try {
    model = newSequential(topology);
    addLayers(model, topology, context, undefined);
    return model;
  } catch (error) {
    model?.dispose();
    if (error instanceof OutOfMemoryError) throw error;
    // Whatever a config makes a class throw: it came from the file.
    throw new FormatError(`${label}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function newSequential({ name, trainable }: Topology): Sequential {
  return new Sequential([], {
    ...(name === undefined ? {} : { name }),
    ...(trainable === undefined ? {} : { trainable }),
  });
}

function requireKnownLayers(topology: Topology, { label, customObjects }: BuildContext): void {
  const unknown = new Set<string>();
  const visit = ({ layers }: Topology): void => {
    for (const layer of layers) {
      if ('layers' in layer) visit(layer);
      else if (!Object.hasOwn(customObjects, layer.class_name) && !isKnown(layer)) {
        unknown.add(layer.class_name);
      }
    }
  };
  visit(topology);
  if (unknown.size === 0) return;
  throw new FormatError(
    `${label}: holds layers of classes that are not known here: ${[...unknown].join(', ')}. Make them known with ` +
      `layers.registerLayer(Class), or give them with the option customObjects. (With 'lanegrad/core' also Keras's ` +
      `own: layers.register(layers.Dense).)`,
  );
}

/** A class of somebody else's may be called as one of Keras's and be another. */
function isKnown({ module, class_name: name }: LayerDescription): boolean {
  return layerRegistry.has(
    name,
    module === null || (module !== undefined && !/^keras\b/.test(module)),
  );
}

/** @param outer shape of what a model inside of another is given, if it is known */
function addLayers(
  model: Sequential,
  { layers, inputShape }: Topology,
  context: BuildContext,
  outer: readonly unknown[] | undefined,
): void {
  layers.forEach((layer, i) => {
    const declared = Array.isArray(inputShape) ? (inputShape as unknown[]) : undefined;
    const shape = i === 0 ? (outer ?? declared) : model.outputShape;
    if ('layers' in layer) {
      const inner = newSequential(layer);
      readAs(inner, layer.className);
      orDispose(inner, () => {
        addLayers(inner, layer, context, shape);
        model.add(inner);
      });
      return;
    }
    const { class_name: name, config } = layer;
    const hasShape =
      'batch_input_shape' in config || 'batch_shape' in config || name === 'InputLayer';
    const needsShape = i === 0 && outer === undefined && declared !== undefined && !hasShape;
    const given = needsShape ? { ...config, batch_input_shape: declared } : config;
    const made = createLayer(layer, given, context.customObjects);
    const refuse = (): FormatError =>
      new FormatError(
        `layer ${i} (${name}) needs more weights than the ${context.room} numbers of the file`,
      );
    orDispose(made, () => {
      limitWeights(context.room, refuse, () => model.add(made));
    });
  });
}

/** Until a layer is in its model, nobody else frees the weights that it may have. */
function orDispose(layer: Layer, add: () => void): void {
  try {
    add();
  } catch (error) {
    layer.dispose();
    throw error;
  }
}

function createLayer(
  { class_name: name, module }: LayerDescription,
  config: LayerDescription['config'],
  customObjects: CustomObjects,
): Layer {
  if (Object.hasOwn(customObjects, name)) {
    return (customObjects[name] as LayerClass).fromConfig(config);
  }
  return deserializeLayer({ class_name: name, config, module: module ?? null });
}

/** @throws ValueError unless all of them are classes or functions. */
export function checkCustomObjects(owner: string, objects: unknown): CustomObjects {
  if (objects === undefined || objects === null) return {};
  const isRecord = typeof objects === 'object' && !Array.isArray(objects);
  if (isRecord && Object.values(objects).every((value) => typeof value === 'function')) {
    return objects as CustomObjects;
  }
  throw new ValueError(
    `${owner}: customObjects must hold classes and functions by their names, such as { Scale, myLoss }.`,
  );
}
