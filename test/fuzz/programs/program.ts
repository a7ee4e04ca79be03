// A random program as data: a model, how it is compiled, and what is done with it. So a program can run twice, be shrunk until it
// is small, and be read.

/** A layer, and the arguments of its call. Functions in options are named by texts, `'~activation'` (user-functions.ts). */
export interface LayerPlan {
  readonly id: string;
  /** The class: of the library, or of own-layers.ts. */
  readonly kind: string;
  /** Options as configs have them. */
  readonly options: Options;
  /** The layers whose outputs it takes, or `'x'`, the input. */
  readonly from: readonly string[];
  /** The layers that it holds, of a wrapper or a model. */
  readonly inside?: readonly LayerPlan[];
}

export type Options = Readonly<Record<string, unknown>>;

export interface ModelPlan {
  readonly kind: 'functional' | 'sequential' | 'subclass' | 'pure subclass';
  /** The shape of a sample. */
  readonly sample: readonly number[];
  readonly isOfIndices: boolean;
  readonly layers: readonly LayerPlan[];
  /** The layer whose output is one of the model's as well, beside that of the last layer. */
  readonly secondOutput?: string;
}

/** A class of the library with its options, or a name in quotes of its own: `'~loss'`. */
export interface PartPlan {
  readonly kind: string;
  readonly options: Options;
}

export interface CompilePlan {
  readonly optimizer: PartPlan;
  readonly loss: PartPlan;
  readonly metrics: readonly PartPlan[];
  readonly weightedMetrics: readonly PartPlan[];
}

/** Where a batch comes from. */
export type Form =
  'tensor' | 'the same tensor' | 'lists' | 'slice' | 'int32' | 'bool' | 'softmax' | 'weight' | 'masked' | 'disposed' | 'wrong shape'; // prettier-ignore

export interface BatchPlan {
  readonly form: Form;
  readonly samples: number;
  /** The kind of numbers, as `nasty` knows them. */
  readonly numbers: number;
  /** Whether each step gets other numbers. */
  readonly isNewEachTime: boolean;
  readonly weights: 'none' | 'of samples' | 'of classes';
}

export type StepMethod = 'predictOnBatch' | 'trainOnBatch' | 'testOnBatch' | 'apply';
export type LoopMethod = 'fit' | 'evaluate' | 'predict';

/** Where a property is, and what it becomes. */
export interface Alteration {
  readonly object: string;
  readonly property: string;
  /** The place in a list, or in a list within it, which is changed as it is. */
  readonly place?: readonly number[];
  readonly value: unknown;
}

/** A method that an object, or a class, gets in place of its own. */
export interface Override {
  readonly object: string;
  readonly method: string;
}

/** What an override does beside what the method did: it is counted in any case. */
export type Manner =
  'counts' | 'reads' | 'scales' | 'keeps' | 'disposes gradients' | 'gives a constant' | 'throws';

/** What a program does. What depends on what is there is drawn, and found by the first run: `found`. */
export type Action =
  | { readonly do: 'steps'; readonly method: StepMethod; readonly times: number; readonly batch: BatchPlan; readonly within?: 'tidy' | 'grad' }
  | { readonly do: 'loop'; readonly method: LoopMethod; readonly batch: BatchPlan; readonly batchSize: number; readonly epochs: number; readonly shuffle: boolean; readonly hasCallback: boolean }
  | { readonly do: 'alter'; readonly draw: number; readonly found?: Alteration }
  | { readonly do: 'override'; readonly draw: number; readonly ofClass: boolean; readonly manner: Manner; readonly found?: Override }
  | { readonly do: 'restore' }
  | { readonly do: 'assign'; readonly draw: number; readonly numbers: number }
  | { readonly do: 'setWeights'; readonly numbers: number }
  | { readonly do: 'dispose weight'; readonly draw: number; readonly hasView: boolean }
  | { readonly do: 'quantize'; readonly hasView: boolean }
  | { readonly do: 'seed'; readonly seed: number; readonly draw?: number }
  | { readonly do: 'add'; readonly layer: LayerPlan }
  | { readonly do: 'pop' }
  | { readonly do: 'compile'; readonly compile: CompilePlan }
  | { readonly do: 'exhaust memory' }
  | { readonly do: 'with memory full'; readonly action: Action }
  | { readonly do: 'knob'; readonly value: number }
  | { readonly do: 'inside'; readonly after: number; readonly action: Action }
  | { readonly do: 'throw' }
  | { readonly do: 'read losses' }
  | { readonly do: 'reset metrics' }
  | { readonly do: 'dispose kept' }; // prettier-ignore

export interface Program {
  readonly seed: number;
  readonly model: ModelPlan;
  readonly compile: CompilePlan;
  readonly actions: readonly Action[];
}

const json = (value: unknown): string =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : JSON.stringify(value);

const call = (kind: string, options: Options): string =>
  Object.keys(options).length === 0 ? `${kind}()` : `${kind}(${json(options)})`;

function textOfLayer({ id, kind, options, from, inside }: LayerPlan): string {
  const held =
    inside === undefined ? call(kind, options) : `${kind}(${json(options)}, [${inside.map(textOfLayer).join('; ')}])`; // prettier-ignore
  return `${id} = ${held}(${from.join(', ')})`;
}

const textOfPart = ({ kind, options }: PartPlan): string => call(kind, options);

function textOfCompile({ optimizer, loss, metrics, weightedMetrics }: CompilePlan): string {
  const list = (parts: readonly PartPlan[]): string => parts.map(textOfPart).join(', ');
  return `optimizer ${textOfPart(optimizer)}, loss ${textOfPart(loss)}, metrics [${list(metrics)}], weightedMetrics [${list(weightedMetrics)}]`;
}

/** What `nasty` gives by its kinds. */
const NUMBERS = ['ordinary', 'zeros', 'many zeros', 'some special', 'special', 'a NaN', 'subnormal', 'a huge one']; // prettier-ignore

function textOfBatch({ form, samples, numbers, isNewEachTime, weights }: BatchPlan): string {
  const weighted = weights === 'none' ? '' : `, weights ${weights}`;
  return `${samples} samples, ${form}, ${NUMBERS[numbers] ?? ''}${isNewEachTime ? ', new each time' : ''}${weighted}`;
}

/** Stands for what the first run has still to find. */
const NOTHING: Alteration & Override = { object: '?', property: '?', method: '?', value: '?' };

/** An action in a line. */
export function textOfAction(action: Action): string {
  switch (action.do) {
    case 'steps': {
      const within = action.within === undefined ? '' : `, within ${action.within}`;
      return `${action.times} × ${action.method}(${textOfBatch(action.batch)})${within}`;
    }
    case 'loop':
      return `${action.method}(${textOfBatch(action.batch)}; batchSize ${action.batchSize}, epochs ${action.epochs}, shuffle ${action.shuffle}${action.hasCallback ? ', a callback' : ''})`;
    case 'alter': {
      const { object, property, place = [], value } = action.found ?? NOTHING;
      return `${object}.${property}${place.map((i) => `[${i}]`).join('')} = ${json(value)}`;
    }
    case 'override': {
      const { object, method } = action.found ?? NOTHING;
      return `${action.ofClass ? 'the class of ' : ''}${object}.${method} = an own one that ${action.manner}`;
    }
    case 'assign':
      return `weights[${action.draw.toFixed(2)} of all].assign(${NUMBERS[action.numbers] ?? ''})`;
    case 'setWeights':
      return `setWeights(${NUMBERS[action.numbers] ?? ''})`;
    case 'dispose weight':
      return `weights[${action.draw.toFixed(2)} of all].dispose()${action.hasView ? ', and a view lives' : ''}`;
    case 'quantize':
      return `quantize('int8')${action.hasView ? ', and views of all weights live' : ''}`;
    case 'seed':
      return action.draw === undefined
        ? `setRandomSeed(${action.seed})`
        : `generator [${action.draw.toFixed(2)} of all].setState(seed ${action.seed})`;
    case 'add':
      return `add ${textOfLayer(action.layer)}`;
    case 'compile':
      return `compile: ${textOfCompile(action.compile)}`;
    case 'with memory full':
      return `with memory full: ${textOfAction(action.action)}`;
    case 'knob':
      return `own functions scale by ${action.value}`;
    case 'inside':
      return `within call ${action.after} of own functions from now on: ${textOfAction(action.action)}`;
    default:
      return action.do;
  }
}

/** A program to read. */
export function textOfProgram({ seed, model, compile, actions }: Program): string {
  return [
    `seed ${seed}, ${model.kind} model, x: ${model.isOfIndices ? 'indices' : 'numbers'} [${model.sample.join(', ')}]`,
    ...model.layers.map((layer) => `  ${textOfLayer(layer)}`),
    ...(model.secondOutput === undefined ? [] : [`  outputs: the last, ${model.secondOutput}`]),
    `  compile: ${textOfCompile(compile)}`,
    ...actions.map((action, i) => `  ${i + 1}. ${textOfAction(action)}`),
  ].join('\n');
}
