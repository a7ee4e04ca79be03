import { ValueError } from '../errors.js';
import { isSerializedObject } from '../config/index.js';
import type { KerasClass, SerializedObject } from '../config/index.js';
import { Layer, registerLayer } from '../layers/index.js';
import type { LayerClass } from '../layers/index.js';
import { Loss } from '../losses/index.js';
import { lossRegistry } from '../losses/registry.js';
import { Metric } from '../metrics/index.js';
import { metricRegistry } from '../metrics/registry.js';
import { Optimizer } from '../optimizers/index.js';
import { optimizerRegistry } from '../optimizers/registry.js';
import type { Tensor } from '../tensor/index.js';
import type { WireIdentifier } from './protocol.js';

type PartFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

/** Classes and functions of the user's that modules have brought into the worker. */
export class Parts {
  readonly #functions = new Map<string, PartFunction>();

  /** Makes known what a module exports: layers, losses, metrics, optimizers by class, and functions by name. */
  add(exported: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(exported)) {
      if (typeof value !== 'function') continue;
      const { prototype } = value as { readonly prototype?: unknown };
      if (prototype instanceof Layer) registerLayer(value as unknown as LayerClass);
      else if (prototype instanceof Loss) lossRegistry.register(asClass(value));
      else if (prototype instanceof Metric) metricRegistry.register(asClass(value));
      else if (prototype instanceof Optimizer) optimizerRegistry.register(asClass(value));
      else {
        this.#functions.set(name, value as PartFunction);
        if (value.name !== '') this.#functions.set(value.name, value as PartFunction);
      }
    }
  }

  /** The part of a compile option that was described. @throws ValueError for a function that no module exports. */
  resolve(kind: string, identifier: WireIdentifier): string | SerializedObject | PartFunction {
    if (typeof identifier === 'string' || isSerializedObject(identifier)) return identifier;
    const found = this.#functions.get(identifier.function);
    if (found !== undefined) return found;
    throw new ValueError(
      `inWorker: the ${kind} '${identifier.function}' is a function, which cannot be sent to a worker. Export it from a ` +
        `module, and give the module to inWorker: { modules: [url] }.`,
    );
  }
}

function asClass<T>(value: unknown): KerasClass<T> {
  return value as KerasClass<T>;
}
