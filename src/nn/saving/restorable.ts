import { camelCase, classNameOf, isDeclared, messageOf } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import type { AnyLayer } from '../layers/core/layer.js';
import { Layer } from '../layers/core/layer.js';
import { LAYER_DECLARATION } from '../layers/core/layer-options.js';
import { OperationLayer } from '../layers/operation-layer.js';
import { globalGenerator } from '../../engine/random/seed-generator.js';
import { Network } from '../models/network.js';

type LayerType = typeof Layer & (new (options: object) => AnyLayer);

/** Layers that are known to be made again by their configs. */
const known = new WeakSet<AnyLayer>();

/**
 * Refuses a model with a layer that could not be loaded again, as its class has arguments of its own and no `getConfig` that
 * writes them. Each such layer is made once by its config, as loading does it. Only what is certain is refused.
 *
 * @throws ValueError that names the layer, what would be lost and what to write.
 */
export function requireRestorable(model: AnyLayer): void {
  const seen = new Set<AnyLayer>();
  const visit = (layer: AnyLayer): void => {
    if (seen.has(layer)) return;
    seen.add(layer);
    const isOwn = !isDeclared(layer.constructor) && !(layer instanceof OperationLayer);
    // Layers inside of a user's class are made by it, and stand in no config; so are cells that a layer of the library makes.
    if (isOwn && !(layer instanceof Network)) requireConfig(layer);
    else
      layer
        .subLayers()
        .filter((inner) => stands(inner, layer))
        .forEach(visit);
  };
  visit(model);
}

/** Whether the config of a layer holds a layer inside, if that is of a user's class. */
function stands(inner: AnyLayer, layer: AnyLayer): boolean {
  if (layer instanceof Network || isDeclared(inner.constructor)) return true;
  const fields = layer as unknown as Readonly<Record<string, unknown>>;
  const { declared } = layer.constructor as LayerType;
  return Object.keys(declared).some((name) => [fields[name]].flat().includes(inner));
}

/** @throws ValueError if the config of a layer of a user's class does not make the layer again. */
function requireConfig(layer: AnyLayer): void {
  if (known.has(layer) || writesConfig(layer)) return;
  const type = layer.constructor as LayerType;
  const { given, read } = watched(layer);
  const before = globalGenerator().getState();
  let made: AnyLayer;
  try {
    made =
      type.fromConfig === Layer.fromConfig ? new type(given) : type.fromConfig(layer.getConfig());
  } catch (error) {
    throw refusal(layer, `its config makes no such layer again (${messageOf(error)})`, '…', {
      cause: error,
    });
  } finally {
    globalGenerator().setState(before);
  }
  // It is not disposed: the class may hold a layer that the whole program shares.
  const [now, then] = [propertiesOf(layer), propertiesOf(made)];
  const taken = Object.keys(now).find((key) => then[key] === given && typeof now[key] !== 'object');
  if (taken !== undefined) {
    const why = `loading calls new ${classNameOf(layer)}(options), which makes '${taken}' an object`;
    throw refusal(layer, why, `'${taken}'`);
  }
  const lost = [...read].filter(
    (key) => !isObject(then[key]) && now[key] !== undefined && !Object.is(now[key], then[key]),
  );
  if (lost.length > 0) {
    const names = lost.map((key) => `'${key}'`).join(', ');
    throw refusal(layer, `its config lacks what the constructor reads: ${names}`, names);
  }
  known.add(layer);
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const propertiesOf = (layer: AnyLayer): Record<string, unknown> =>
  Object.fromEntries(Object.entries(layer));

/** Whether a class of the user's own has a `getConfig`. */
function writesConfig(layer: AnyLayer): boolean {
  for (let at: object = layer; at !== Layer.prototype; at = Object.getPrototypeOf(at) as object) {
    if (at !== layer && isDeclared(at.constructor)) return false;
    if (Object.hasOwn(at, 'getConfig')) return true;
  }
  return false;
}

/** The options that the config of a layer gives, and the names of others that a constructor asks them for. */
function watched(layer: AnyLayer): { readonly given: object; readonly read: ReadonlySet<string> } {
  const entries = Object.entries(layer.getConfig());
  const options = Object.fromEntries(entries.map(([key, value]) => [camelCase(key), value]));
  const read = new Set<string>();
  const given = new Proxy(options, {
    get(target, key): unknown {
      const isKnown = typeof key !== 'string' || key in target || key in LAYER_DECLARATION;
      if (!isKnown) read.add(key);
      return Reflect.get(target, key);
    },
  });
  return { given, read };
}

function refusal(layer: AnyLayer, why: string, names: string, options?: ErrorOptions): ValueError {
  return new ValueError(
    `save: ${classNameOf(layer)} layer '${layer.name}' could not be loaded again: ${why}. Let the constructor take one object ` +
      `of options, and give the class static optionNames = [${names}], or a getConfig() that adds them to super.getConfig().`,
    options,
  );
}
