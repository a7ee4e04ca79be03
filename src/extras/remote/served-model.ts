import { flattenNest, mapNest, messageOf } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import type {
  AnyData,
  PartialSamples,
  PredictOptions,
  ValidationData,
} from '../../nn/training/types.js';
import type { AnyModel } from '../../nn/models/model.js';
import { optimizersOf } from '../../nn/training/model-optimizers.js';
import { configure } from '../../engine/runtime/index.js';
import { isValue } from '../../engine/tensor/index.js';
import { describeMetrics, Forwarder } from './forwarder.js';
import { makeModel, UserExports } from './make-model.js';
import { Peer } from '../../engine/workers/peer.js';
import type { Port } from '../../engine/workers/peer.js';
import type {
  CallerMethods,
  WireArgument,
  WireFile,
  WireModel,
  WireResult,
  WireRun,
  WorkerMethods,
} from './protocol.js';
import { ReceivedData } from './received-data.js';
import { dataOf } from './sent-data.js';
import { StateMirror } from './state-mirror.js';
import { wireArray } from './wire-value.js';

/** Options of all that runs here. */
type RunOptions = PredictOptions & { readonly sampleWeight?: PartialSamples };

interface Served {
  readonly model: AnyModel;
  readonly mirror: StateMirror;
}

/** What messages say of a class, or of a function that a layer has as an option, before they advise. */
const UNKNOWN = /^(Unknown [^]*|\w+: the function .* of the config is not known here)/;

/** The model that lives in this worker, and all that its caller may ask of it. */
export class ServedModel {
  readonly peer: Peer<CallerMethods>;
  readonly #data = new ReceivedData(
    () => this.peer,
    () => this.#current.mirror,
  );
  readonly #userExports = new UserExports();
  readonly #aborts = new Map<number, AbortController>();
  #served: Served | undefined;
  #removeProximalTerm: (() => void) | undefined;

  /** @param port the way to the caller */
  constructor(port: Port) {
    const methods: WorkerMethods = {
      start: async (runtime, modules) => {
        await configure(runtime);
        for (const url of modules) await this.#import(url);
      },
      setModel: (description) => {
        this.#setModel(description);
      },
      makeTensor: (shape, dtype) => this.#data.make(shape, dtype),
      writeRows: (tensor, first, rows) => {
        this.#data.write(tensor, first, rows);
      },
      dropTensor: (tensor) => {
        this.#data.drop(tensor);
      },
      fit: (run) => this.#fit(run),
      evaluate: (run) =>
        this.#run(run, async (model, x, y, options) => ({
          logs: await model.evaluate(x, y as never, { ...options, returnDict: true }),
        })),
      predict: (run) => this.#predict(run),
      abort: (run) => this.#aborts.get(run)?.abort(),
      stopTraining: () => {
        this.#current.model.stopTraining = true;
      },
      pull: () => this.#current.mirror.takeChanges(),
      setProximalTerm: async (mu, state) => {
        const { model, mirror } = this.#current;
        mirror.apply(state);
        this.#endProximalTerm();
        if (mu === null) return;
        const { addProximalTerm } = await import('../../nn/training/proximal.js');
        this.#removeProximalTerm = addProximalTerm(model, mu);
      },
      snapshot: () => this.#progress().snapshot(),
      restore: (snapshot, label) => this.#progress().restore(snapshot, label),
      save: async (method, location, options, state) => {
        const { model, mirror } = this.#current;
        mirror.apply(state);
        const files: WireFile[] = [];
        const write = (name: string, bytes: Uint8Array<ArrayBuffer>): void => {
          files.push({ name, bytes: bytes.slice() });
        };
        await model[method](location ?? { write }, options);
        return files;
      },
    };
    this.peer = new Peer<CallerMethods>(port, { ...methods });
  }

  async #import(url: string): Promise<void> {
    let exported: Readonly<Record<string, unknown>>;
    try {
      // The user's module, known only now: no bundler is to look for it.
      exported = (await import(/* @vite-ignore */ /* webpackIgnore: true */ url)) as Readonly<
        Record<string, unknown>
      >;
    } catch (error) {
      const reason = messageOf(error);
      throw new ValueError(`inWorker: the module '${url}' cannot be loaded: ${reason}`, {
        cause: error,
      });
    }
    this.#userExports.add(exported);
  }

  get #current(): Served {
    if (this.#served !== undefined) return this.#served;
    throw new ValueError('inWorker: the worker has no model yet.');
  }

  #progress(): NonNullable<AnyModel['training']> {
    const { training } = this.#current.model;
    if (training !== undefined) return training;
    throw new ValueError('inWorker: no fit of the model runs.');
  }

  /** Takes the proximal term away, once. */
  #endProximalTerm(): void {
    this.#removeProximalTerm?.();
    this.#removeProximalTerm = undefined;
  }

  #setModel(description: WireModel): void {
    this.#endProximalTerm();
    const old = this.#served?.model;
    if (old !== undefined) for (const { optimizer } of optimizersOf(old)) optimizer.dispose();
    old?.dispose();
    this.#served = undefined;
    try {
      const model = makeModel(description, this.#userExports);
      this.#served = { model, mirror: new StateMirror(model) };
    } catch (error) {
      const unknown = error instanceof ValueError ? UNKNOWN.exec(error.message)?.[0] : undefined;
      if (unknown === undefined) throw error;
      throw new ValueError(
        `${unknown.replace(/\.?$/, '.')} A worker does not know the classes and functions of this thread: give inWorker the module that exports ` +
          `yours, { modules: [url] }.`,
      );
    }
  }

  async #run(
    run: WireRun,
    work: (
      model: AnyModel,
      x: AnyData,
      y: PartialSamples,
      options: RunOptions,
    ) => Promise<Omit<WireResult, 'metrics'>>,
  ): Promise<WireResult> {
    const { model, mirror } = this.#current;
    const { number, x, y, sampleWeight, state } = run;
    mirror.apply(state);
    const abort = new AbortController();
    this.#aborts.set(number, abort);
    try {
      const forwarder = new Forwarder(this.peer, run, model, mirror);
      const loop = { verbose: 0 as const, signal: abort.signal, callbacks: [forwarder] };
      const weights = sampleWeight === undefined ? {} : { sampleWeight: this.#given(sampleWeight) };
      const options = { ...run.options, ...loop, ...weights };
      const result = await work(model, this.#data.get(x) as AnyData, this.#given(y), options);
      await forwarder.settle();
      return { ...result, metrics: describeMetrics(model) };
    } finally {
      this.#aborts.delete(number);
      for (const data of dataOf(run)) await this.#data.release(data);
    }
  }

  #given(data: WireArgument | undefined): PartialSamples {
    return data === undefined ? undefined : (this.#data.get(data) as PartialSamples);
  }

  async #fit(run: WireRun): Promise<WireResult> {
    const { validation } = run;
    const given =
      validation === undefined
        ? {}
        : {
            validationData: (Array.isArray(validation)
              ? (validation as WireArgument[]).map((data) => this.#data.get(data))
              : this.#data.get(validation)) as ValidationData,
          };
    return this.#run(run, async (model, x, y, options) => {
      await model.fit(x, y as never, { ...options, ...given });
      return {};
    });
  }

  async #predict(run: WireRun): Promise<WireResult> {
    return this.#run(run, async (model, x, _, options) => {
      const output: unknown = await model.predict(x, options);
      try {
        return { output: mapNest(output, isValue, wireArray) };
      } finally {
        for (const value of flattenNest(output, isValue)) value.dispose();
      }
    });
  }
}
