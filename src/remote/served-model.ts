import { messageOf } from '../config/index.js';
import { ValueError } from '../errors.js';
import { fileArray } from '../data/file-tensors.js';
import type {
  DataLike,
  EvaluateOptions,
  FitOptions,
  Model,
  PredictOptions,
  ValidationData,
} from '../models/index.js';
import { configure } from '../runtime/index.js';
import type { TensorLike } from '../tensor/index.js';
import { describeMetrics, Forwarder } from './forwarder.js';
import { makeModel } from './make-model.js';
import { Parts } from './parts.js';
import { Peer } from './peer.js';
import type { Port } from './peer.js';
import type {
  CallerMethods,
  WireData,
  WireFile,
  WireModel,
  WireResult,
  WireRun,
  WorkerMethods,
} from './protocol.js';
import { ReceivedData } from './received-data.js';
import { dataOf } from './run-data.js';
import { StateMirror } from './state-mirror.js';

interface Served {
  readonly model: Model;
  readonly mirror: StateMirror;
}

/** The model that lives in this worker, and all that its caller may ask of it. */
export class ServedModel {
  readonly peer: Peer<CallerMethods>;
  readonly #data = new ReceivedData(
    () => this.peer,
    () => this.#current.mirror,
  );
  readonly #parts = new Parts();
  readonly #aborts = new Map<number, AbortController>();
  #served: Served | undefined;

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
      fit: (run) => this.#run(run, (...all) => this.#fit(...all)),
      evaluate: (run) => this.#run(run, (...all) => this.#evaluate(...all)),
      predict: (run) => this.#run(run, (...all) => this.#predict(...all)),
      abort: (run) => this.#aborts.get(run)?.abort(),
      stopTraining: () => {
        this.#current.model.stopTraining = true;
      },
      pull: () => this.#current.mirror.takeChanges(),
      capture: () => this.#progress().capture(),
      restore: (snapshot, label) => this.#progress().restore(snapshot, label),
      save: async (method, location, options, state) => {
        const { model, mirror } = this.#current;
        mirror.apply(state);
        const files: WireFile[] = [];
        const sink = { write: (name: string, bytes: Uint8Array<ArrayBuffer>) => void files.push({ name, bytes: bytes.slice() }) }; // prettier-ignore
        await model[method](location ?? sink, options);
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
    this.#parts.add(exported);
  }

  get #current(): Served {
    if (this.#served !== undefined) return this.#served;
    throw new ValueError('inWorker: the worker has no model yet.');
  }

  #progress(): NonNullable<Model['training']> {
    const { training } = this.#current.model;
    if (training !== undefined) return training;
    throw new ValueError('inWorker: no fit of the model runs.');
  }

  #setModel(description: WireModel): void {
    const old = this.#served?.model;
    old?.optimizer?.dispose();
    old?.dispose();
    this.#served = undefined;
    try {
      const model = makeModel(description, this.#parts);
      this.#served = { model, mirror: new StateMirror(model, () => model.compiled) };
    } catch (error) {
      if (!(error instanceof ValueError && error.message.startsWith('Unknown '))) throw error;
      throw new ValueError(
        `${error.message} A worker does not know the classes of this thread: give inWorker the module that exports ` +
          `yours, { modules: [url] }.`,
      );
    }
  }

  async #run(
    run: WireRun,
    work: (
      run: WireRun,
      served: Served,
      signal: AbortSignal,
    ) => Promise<Omit<WireResult, 'metrics'>>,
  ): Promise<WireResult> {
    const served = this.#current;
    served.mirror.apply(run.state);
    const abort = new AbortController();
    this.#aborts.set(run.number, abort);
    try {
      const result = await work(run, served, abort.signal);
      return { ...result, metrics: describeMetrics(served.model) };
    } finally {
      this.#aborts.delete(run.number);
      for (const data of dataOf(run)) await this.#data.release(data);
    }
  }

  #given(data: WireData | undefined): TensorLike | undefined {
    return data === undefined ? undefined : (this.#data.get(data) as TensorLike);
  }

  async #fit(run: WireRun, { model, mirror }: Served, signal: AbortSignal): Promise<object> {
    const { x, y, sampleWeight, validation } = run;
    const options: Record<string, unknown> = { ...run.options, verbose: 0, signal };
    if (sampleWeight !== undefined) options['sampleWeight'] = this.#given(sampleWeight);
    if (validation !== undefined) {
      options['validationData'] = (
        Array.isArray(validation)
          ? (validation as WireData[]).map((part) => this.#data.get(part))
          : this.#data.get(validation as WireData)
      ) as ValidationData;
    }
    const forwarder = new Forwarder(this.peer, run, model, mirror);
    options['callbacks'] = [forwarder];
    await model.fit(this.#data.get(x) as DataLike, this.#given(y), options as FitOptions);
    await forwarder.settle();
    return {};
  }

  async #evaluate(run: WireRun, { model, mirror }: Served, signal: AbortSignal): Promise<object> {
    const { x, y, sampleWeight } = run;
    const forwarder = new Forwarder(this.peer, run, model, mirror);
    const given = this.#given(sampleWeight);
    const options: EvaluateOptions<true> = {
      ...run.options,
      verbose: 0,
      signal,
      callbacks: [forwarder],
      returnDict: true,
      ...(given === undefined ? {} : { sampleWeight: given }),
    };
    const logs = await model.evaluate(this.#data.get(x) as DataLike, this.#given(y), options);
    await forwarder.settle();
    return { logs };
  }

  async #predict(run: WireRun, { model, mirror }: Served, signal: AbortSignal): Promise<object> {
    const forwarder = new Forwarder(this.peer, run, model, mirror);
    const callbacks = [forwarder];
    const options: PredictOptions = { ...run.options, verbose: 0, signal, callbacks };
    const output = await model.predict(this.#data.get(run.x) as DataLike, options);
    try {
      await forwarder.settle();
      return { array: fileArray(output) };
    } finally {
      output.dispose();
    }
  }
}
