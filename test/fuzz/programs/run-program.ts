// Runs a program, and reports what it could see.
import { flattenNest } from '../../../src/config/index.js';
import { resetNames } from '../../../src/config/names.js';
import * as layers from '../../../src/layers.js';
import { layersWithin } from '../../../src/nn/layers/core/inner-layers.js';
import type { AnyLayer, SymbolicTensor } from '../../../src/layers.js';
import * as losses from '../../../src/losses.js';
import * as metrics from '../../../src/metrics.js';
import { Model, Sequential } from '../../../src/models.js';
import type { AnyModel } from '../../../src/models.js';
import * as optimizers from '../../../src/optimizers.js';
import { valueAndGrad } from '../../../src/engine/ops/index.js';
import { globalGenerator, SeedGenerator } from '../../../src/random.js';
import { keep, tensor, Tensor, tidy, Variable, zeros } from '../../../src/engine/tensor/index.js';
import { setRandomSeed } from '../../../src/utils.js';
import { exhaustMemory, nasty } from '../../unit/models/repeated.js';
import { alter, findAlteration, findOverride, override } from './alterations.js';
import { Batches } from './batches.js';
import { Chained, ownFunctions, ownLayers, ownParts, PureChained } from './own-parts.js';
import type { Action, CompilePlan, LayerPlan, ModelPlan, PartPlan, Program } from './program.js';
import { filled, makeLayer } from './random-layers.js';
import { OwnError, textOf, textOfError, Witness } from './witness.js';

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

type Maker = new (options: object) => object;

/** One run of a program. */
class Run {
  readonly witness = new Witness();
  readonly #functions = ownFunctions(this.witness);
  readonly #layers = ownLayers(this.witness);
  readonly #parts = ownParts(this.witness) as Readonly<Record<string, Maker>>;
  readonly model: AnyModel;
  readonly batches: Batches;
  /** Actions with what was found for them. */
  readonly settled = new Map<Action, Action>();

  constructor(program: Program) {
    resetNames();
    setRandomSeed(program.seed);
    this.model = this.#makeModel(program.model);
    this.batches = new Batches(this.model, program.model);
    this.#compile(program.compile);
  }

  #make(plan: LayerPlan): AnyLayer {
    return makeLayer(plan, this.#layers, this.#functions);
  }

  #makeModel({ kind, sample, layers: plans, secondOutput }: ModelPlan): AnyModel {
    const made = plans.map((plan) => this.#make(plan));
    if (kind === 'sequential') return new Sequential([layers.Input(sample), ...made], { name: 'model' }) as AnyModel; // prettier-ignore
    if (kind !== 'functional') {
      const model = kind === 'subclass' ? new Chained(made) : new PureChained(made);
      tidy(() => model.apply(zeros([2, ...sample])));
      return model;
    }
    const x = layers.Input(sample);
    const values = new Map<string, SymbolicTensor>([['x', x]]);
    let outputs = x;
    plans.forEach(({ id, from }, i) => {
      const given = from.map((each) => values.get(each) ?? x);
      outputs = made[i]?.apply(given.length === 1 ? given[0] : given) as SymbolicTensor;
      values.set(id, outputs);
    });
    const second = secondOutput === undefined ? undefined : values.get(secondOutput);
    return new Model({
      inputs: x,
      outputs: second === undefined ? outputs : [outputs, second],
      name: 'model',
    }) as AnyModel;
  }

  #part({ kind, options }: PartPlan, of: object): object {
    if (kind.startsWith('~')) return this.#functions[kind] as object;
    const Part = this.#parts[kind] ?? (of as Readonly<Record<string, Maker>>)[kind];
    if (Part === undefined) throw new Error(`no ${kind}`);
    return new Part(filled(options, this.#functions));
  }

  #compile({ optimizer, loss, metrics: list, weightedMetrics }: CompilePlan): void {
    const metricsOf = (plans: readonly PartPlan[]): never =>
      plans.map((plan) => this.#part(plan, metrics)) as never;
    this.model.compile({
      optimizer: this.#part(optimizer, optimizers) as optimizers.Optimizer,
      loss: this.#part(loss, losses) as losses.Loss,
      metrics: metricsOf(list),
      weightedMetrics: metricsOf(weightedMetrics),
    });
    this.batches.loss = loss;
  }

  /** What can be read of all that is there. */
  state(): Record<string, string> {
    const { model } = this;
    const looks = {
      weights: () => model.weights,
      optimizer: () => model.optimizer?.variables,
      'learning rate': () => model.optimizer?.learningRate,
      generators: () => [globalGenerator(), ...this.#generators()].map((each) => each.getState()),
      metrics: () => model.metrics.map((metric) => [metric.name, metric.result()]),
    };
    return this.witness.quietly(() =>
      Object.fromEntries(Object.entries(looks).map(([name, look]) => [name, read(look)])),
    );
  }

  #generators(): SeedGenerator[] {
    return layersWithin(this.model).flatMap((layer) =>
      Object.values(layer).filter((value) => value instanceof SeedGenerator),
    );
  }

  /** What the program holds anyway: batches, and the values of weights. */
  get held(): readonly Tensor[] {
    return [...this.batches.all, ...this.model.weights.map(({ held }) => held).filter(isTensor)];
  }

  /** Does an action, and says what came of it. */
  async do(action: Action): Promise<void> {
    try {
      const result = await this.#result(action);
      this.witness.note(`gives ${textOf(result)}`);
    } catch (error) {
      this.witness.note(textOfError(error));
    }
  }

  async #result(action: Action): Promise<unknown> {
    if (action.do === 'loop') return this.#loop(action);
    if (action.do === 'quantize') {
      if (action.hasView)
        this.model.weights.forEach((weight) => {
          this.#keepView(weight);
        });
      return this.model.quantize('int8');
    }
    return this.now(action);
  }

  async #loop(action: Extract<Action, { do: 'loop' }>): Promise<unknown> {
    const { model, witness } = this;
    const { method, batchSize, epochs, shuffle, hasCallback, batch } = action;
    const { x, y, options } = this.batches.next(batch);
    const hook = (name: string) => (): void => {
      witness.called(name);
    };
    const hooks = { onTrainBatchEnd: hook('onTrainBatchEnd'), onTestBatchEnd: hook('onTestBatchEnd'), onPredictBatchEnd: hook('onPredictBatchEnd'), onEpochEnd: hook('onEpochEnd') }; // prettier-ignore
    const common = { batchSize, verbose: 0 as const, ...(hasCallback ? { callbacks: hooks } : {}) };
    if (method === 'predict') {
      const predicted: unknown = await model.predict(x, common);
      return this.#disposed(predicted);
    }
    const { sampleWeight } = options as { readonly sampleWeight?: never };
    const measured = sampleWeight === undefined ? common : { ...common, sampleWeight };
    if (method === 'evaluate') return model.evaluate(x, y as never, measured);
    const { history } = await model.fit(x, y as never, { ...common, ...options, epochs, shuffle }); // prettier-ignore
    return history;
  }

  /** The text of a result that is not needed any more. */
  #disposed(result: unknown): string {
    const text = textOf(result);
    for (const each of flattenNest(result, isTensor)) each.dispose();
    return text;
  }

  /** Does an action that takes no time. */
  now(action: Action): unknown {
    const { model, witness } = this;
    switch (action.do) {
      case 'steps':
        for (let i = 0; i < action.times; i++) this.#step(action, i);
        return undefined;
      case 'alter': {
        const found = action.found ?? witness.quietly(() => findAlteration(model, action.draw));
        if (found === undefined) return undefined;
        this.settled.set(action, { ...action, found });
        alter(model, found, this.#functions);
        return undefined;
      }
      case 'override': {
        const found = action.found ?? witness.quietly(() => findOverride(model, action.draw));
        if (found === undefined) return undefined;
        this.settled.set(action, { ...action, found });
        override(model, found, action.ofClass, action.manner, witness);
        return undefined;
      }
      case 'restore':
        witness.restoreLast();
        return undefined;
      case 'assign': {
        const weight = this.#weight(action.draw);
        weight?.assign(numbersFor(weight, action.numbers));
        return undefined;
      }
      case 'setWeights':
        model.setWeights(model.weights.map((weight) => numbersFor(weight, action.numbers)));
        return undefined;
      case 'dispose weight': {
        const weight = this.#weight(action.draw);
        if (action.hasView) this.#keepView(weight);
        weight?.dispose();
        return undefined;
      }
      case 'seed': {
        if (action.draw === undefined) setRandomSeed(action.seed);
        else {
          const generators = this.#generators();
          const chosen = generators[Math.floor(action.draw * generators.length)];
          chosen?.setState({ seed: action.seed, blocks: 5 });
        }
        return undefined;
      }
      case 'add':
        (model as unknown as Sequential).add(this.#make(action.layer));
        return undefined;
      case 'pop':
        return (model as unknown as Sequential).pop()?.name;
      case 'compile':
        this.#compile(action.compile);
        return undefined;
      case 'exhaust memory':
        exhaustMemory();
        return undefined;
      case 'with memory full':
        return this.#withMemoryFull(() => this.now(action.action));
      case 'knob':
        witness.knob = action.value;
        return undefined;
      case 'inside':
        witness.later(action.after, () => {
          this.#inside(action.action);
        });
        return undefined;
      case 'throw':
        throw new OwnError('an own function throws');
      case 'read losses':
        return this.#disposed(tidy(() => model.losses()));
      case 'reset metrics':
        model.resetMetrics();
        return undefined;
      case 'dispose kept':
        for (const kept of witness.kept.splice(0)) if (!this.held.includes(kept)) kept.dispose();
        return undefined;
      default:
        throw new Error(`${action.do} takes time`);
    }
  }

  #inside(action: Action): void {
    if (action.do === 'throw') this.now(action);
    try {
      this.witness.note(`inside: ${action.do}`);
      this.now(action);
    } catch (error) {
      this.witness.note(`inside: ${textOfError(error)}`);
    }
  }

  #keepView(weight: Variable | undefined): void {
    if (weight?.held instanceof Tensor && !weight.held.isDisposed)
      this.witness.keep([weight.held.reshape(weight.shape)]);
  }

  #weight(draw: number): Variable | undefined {
    const { weights } = this.model;
    return weights[Math.floor(draw * weights.length)];
  }

  #step({ method, batch, within }: Extract<Action, { do: 'steps' }>, i: number): void {
    const { model, witness } = this;
    const run = (): unknown => {
      const { x, y, options } = this.batches.next(batch);
      if (method === 'trainOnBatch') return model.trainOnBatch(x, y as never, options);
      if (method === 'testOnBatch') {
        const { sampleWeight } = options as { readonly sampleWeight?: never };
        const given = sampleWeight === undefined ? {} : { sampleWeight };
        return model.testOnBatch(x, y as never, given);
      }
      if (method === 'apply') return this.#disposed(model.apply(x, { training: i % 2 === 1 })); // prettier-ignore
      return this.#disposed(model.predictOnBatch(x));
    };
    try {
      const result =
        within === 'tidy' ? tidy(run) : within === 'grad' ? this.#withGradient(run) : run();
      witness.note(`${method} gives ${textOf(result)}`);
    } catch (error) {
      witness.note(`${method}: ${textOfError(error)}`);
    }
  }

  #withGradient(run: () => unknown): unknown {
    let result: unknown;
    const watched = new Variable([1]);
    try {
      tidy(() => {
        valueAndGrad(() => {
          result = run();
          return watched.value.square().sum();
        }, [watched]);
      });
      return result;
    } finally {
      watched.dispose();
    }
  }

  #withMemoryFull(f: () => unknown): unknown {
    const fillers: Tensor[] = [];
    try {
      for (const size of [2 ** 20, 2 ** 14, 2 ** 8, 2 ** 4, 1]) {
        try {
          for (;;) fillers.push(keep(zeros([size])));
        } catch {
          // Full.
        }
      }
      return f();
    } finally {
      for (const filler of fillers) filler.dispose();
    }
  }

  end(): void {
    this.witness.end();
    this.batches.end();
    this.model.optimizer?.dispose();
    this.model.dispose();
  }
}

function read(f: () => unknown): string {
  try {
    return textOf(f());
  } catch (error) {
    return textOfError(error);
  }
}

/** Other numbers for a weight. */
function numbersFor(weight: Variable, kind: number): number[] | Tensor {
  const size = weight.shape.reduce((a, b) => a * b, 1);
  return tidy(() => tensor(nasty(size, kind), { shape: weight.shape, dtype: weight.dtype }));
}

/** What a run of a program saw, action by action; and the program, with what was found for its actions. */
export interface Trace {
  readonly seen: readonly (readonly string[])[];
  readonly settled: Program;
}

/** Runs a program from its beginning to its end. */
export async function runProgram(program: Program): Promise<Trace> {
  let run: Run;
  try {
    run = new Run(program);
  } catch (error) {
    return { seen: [[textOfError(error)]], settled: program };
  }
  const seen: string[][] = [];
  try {
    for (const action of program.actions) {
      await run.do(action);
      seen.push(run.witness.report(run.state(), run.held));
    }
  } finally {
    run.end();
  }
  const settle = (action: Action): Action => {
    const settled = run.settled.get(action) ?? action;
    return 'action' in settled ? { ...settled, action: settle(settled.action) } : settled;
  };
  return { seen, settled: { ...program, actions: program.actions.map(settle) } };
}
