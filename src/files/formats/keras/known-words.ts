import { describeValue, printable } from '../../../config/describe-value.js';
import { findCustomObject, FLOAT32_POLICY } from '../../../config/index.js';
import { FormatError } from '../../../errors.js';
import { isJsonObject } from '../json.js';

// What files say in words that are not known here, and what is read in their place:
//
//     dtype mixed_float16, float16, bfloat16, …    float32
//     dtype int8_from_float32                      float32: the arrays tell which weights are int8
//     lora_rank, lora_alpha in TensorFlow.js's     null: the kernels are merged
//       files
//     'block1/dw', name of a layer                 'block1_dw', as Keras 3 has no '/' in names
//     CuDNNLSTM, CuDNNGRU                          LSTM, GRU
//     optimizer Custom>Adam                        Adam
//     lr, decay of optimizers                      learning_rate: a number, or InverseTimeDecay

type Fields = Readonly<Record<string, unknown>>;

/** Types that are float32 here. */
const FLOATS: readonly string[] = [
  'mixed_float16',
  'mixed_bfloat16',
  'float16',
  'bfloat16',
  'float64',
];

/** Layers of Keras 2 for graphics cards, and what they compute. */
const CUDNN: Readonly<Record<string, readonly [className: string, config: Fields]>> = {
  CuDNNLSTM: ['LSTM', {}],
  CuDNNGRU: ['GRU', { reset_after: true }],
};

/** A class of Keras's own that it registers under `Custom>`, as it does all optimizers of TensorFlow 2.11 to 2.15. */
const REGISTERED = 'Custom>CustomScaleLayer';

/** Keys whose value is an optimizer. */
const OPTIMIZERS: readonly string[] = ['optimizer', 'optimizer_config', 'inner_optimizer'];

/** Levels of nesting: more than files of JSON may have. */
const MAX_DEPTH = 128;

/** The object of a file that what is read belongs to. */
interface Owner {
  readonly className: string;
  readonly name: unknown;
  readonly isKeras: boolean;
}

/** Reads what one file describes, and gathers what its user should know of it. */
export class KnownWords {
  /** Types in the file that are float32 here. */
  readonly types = new Set<string>();
  /** Names of layers whose policy is int8. */
  readonly int8 = new Set<string>();
  readonly #merged = new Set<string>();
  #nadam: number | undefined;
  /** The lists and objects around a value. Those that a program gives may contain themselves. */
  readonly #around: unknown[] = [];
  #renamed: readonly [from: string, to: string] | undefined;

  /**
   * @param label the name of the file in messages
   * @param isTfjs whether the file is TensorFlow.js's, of which no layer has LoRA
   */
  constructor(
    readonly label: string,
    readonly isTfjs = false,
  ) {}

  /** What the file describes. @throws FormatError for layers that are quantized in another way than int8. */
  read<T extends Fields | undefined>(described: T): T {
    return this.#visit(described, undefined) as T;
  }

  /** Warns once of what is read differently from what the file says. */
  warn(): void {
    const notes: string[] = [];
    if (this.types.size > 0) {
      notes.push(
        `${[...this.types].join(', ')} is read as float32, in which all is computed here, so predictions differ by what ` +
          `the other type loses`,
      );
    }
    if (this.#merged.size > 0) {
      const [first = ''] = this.#merged;
      notes.push(
        `LoRA, as of layer '${printable(first)}', is left out: the kernels in the file are merged, and are trained as a whole`,
      );
    }
    if (this.#renamed !== undefined) {
      const [from, to] = this.#renamed;
      notes.push(
        `'/' in names of layers is read as '_': layer '${printable(from)}' is '${printable(to)}'`,
      );
    }
    if (this.#nadam !== undefined) {
      notes.push(
        `the decay of Nadam, ${this.#nadam}, is left out: its momentum has the schedule of Keras 3`,
      );
    }
    if (notes.length === 0) return;
    // eslint-disable-next-line no-console
    console.warn(`lanegrad: ${this.label}: ${notes.join('; ')}.`);
  }

  #visit(value: unknown, owner: Owner | undefined): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (this.#around.length > MAX_DEPTH || this.#around.includes(value)) {
      throw new FormatError(
        `${this.label}: what it describes contains itself, or stands more than ${MAX_DEPTH} levels deep.`,
      );
    }
    this.#around.push(value);
    const read = Array.isArray(value)
      ? value.map((item) => this.#visit(item, owner))
      : this.#object(value as Fields, owner);
    this.#around.pop();
    return read;
  }

  #object(value: Fields, owner: Owner | undefined): Fields {
    if (value['class_name'] === '__keras_tensor__') return value;
    const known = knownClass(value);
    const own = ownerOf(known) ?? owner;
    const isInt8 = policies(known['dtype']).some((policy) => policy.startsWith('int8_from_'));
    if (isInt8) this.int8.add(String(own?.name));
    const read = Object.entries(known).map(([key, item]): readonly [string, unknown] => {
      if (key === 'dtype') return [key, this.#type(item, own)];
      if (key === 'quantization_config' && isInt8) return [key, null];
      if (this.isTfjs && isLora(key, item) && own?.isKeras === true) {
        this.#merged.add(String(own.name));
        return [key, null];
      }
      if (OPTIMIZERS.includes(key)) return [key, this.#visit(this.#optimizer(item), own)];
      return [key, this.#visit(key === 'layers' ? this.#named(item) : item, own)];
    });
    return this.#unslashed(Object.fromEntries(read));
  }

  /** An object whose config has a name without '/'. */
  #unslashed(described: Fields): Fields {
    const { class_name: className, config } = described;
    if (typeof className !== 'string' || !isJsonObject(config)) return described;
    const { name } = config;
    if (typeof name !== 'string' || !name.includes('/')) return described;
    return { ...described, config: { ...config, name: this.#rename(name, plainName(name)) } };
  }

  #rename(from: string, to: string): string {
    this.#renamed ??= [from, to];
    return to;
  }

  /** The layers of a model, with names that are theirs alone. */
  #named(layers: unknown): unknown {
    if (!Array.isArray(layers)) return layers;
    const nameOf = (layer: unknown): unknown =>
      isJsonObject(layer) && isJsonObject(layer['config']) ? layer['config']['name'] : undefined;
    const isSlashed = (name: unknown): name is string =>
      typeof name === 'string' && name.includes('/');
    if (!layers.some((layer) => isSlashed(nameOf(layer)))) return layers;
    const taken = new Set(layers.map(nameOf));
    return layers.map((layer: Fields) => {
      const name = nameOf(layer);
      if (!isSlashed(name)) return layer;
      let free = plainName(name);
      for (let i = 1; taken.has(free); i++) free = `${plainName(name)}_${i}`;
      taken.add(free);
      return {
        ...layer,
        config: { ...(layer['config'] as Fields), name: this.#rename(name, free) },
      };
    });
  }

  /** An optimizer of Keras 2 as Keras 3 has it. */
  #optimizer(described: unknown): unknown {
    if (!isJsonObject(described) || !isJsonObject(described['config'])) return described;
    const { class_name: full, config } = described;
    const isOwn = (type: string): boolean =>
      findCustomObject({ ...described, class_name: type }) !== undefined;
    if (typeof full !== 'string' || described['module'] === null || isOwn(full)) return described;
    const name = full.replace(/^Custom>/, '').replace(/^(LossScaleOptimizer)V3$/, '$1');
    const { lr, learning_rate: rate = lr, decay, schedule_decay: ofMomentum, ...rest } = config;
    const { inner_optimizer: inner, initial_scale: scale, dynamic } = rest;
    if (name === 'LossScaleOptimizer' && typeof dynamic === 'boolean') {
      if (dynamic) return { ...described, class_name: name, config: { ...config, dynamic: null } };
      // A scale that does not change.
      const own = isJsonObject(inner) && isJsonObject(inner['config']) ? inner['config'] : {};
      const scaled = { ...own, loss_scale_factor: scale };
      return this.#optimizer({ ...(inner as Fields), config: scaled });
    }
    const options = rate === undefined ? rest : { ...rest, learning_rate: rate };
    const read = { ...described, class_name: name, config: options };
    const slowing = ofMomentum ?? decay ?? 0;
    if (slowing === 0) return read;
    if (name === 'Nadam' && typeof slowing === 'number') {
      this.#nadam = slowing;
      return read;
    }
    // The decay of a schedule is refused by the optimizer.
    if (typeof rate !== 'number' || typeof slowing !== 'number') {
      return { ...read, config: { ...options, decay: slowing } };
    }
    const schedule = {
      module: 'keras.optimizers.schedules',
      class_name: 'InverseTimeDecay',
      config: { initial_learning_rate: rate, decay_steps: 1, decay_rate: slowing },
      registered_name: null,
    };
    return { ...read, config: { ...rest, learning_rate: schedule } };
  }

  /** A dtype, or a policy in its place. */
  #type(dtype: unknown, owner: Owner | undefined): unknown {
    const names = policies(dtype);
    for (const name of names) {
      const [, mode, source = name] = /^(.+)_from_(.+)$/.exec(name) ?? [];
      if (mode !== undefined && mode !== 'int8') {
        throw new FormatError(
          `${this.label}: ${owner?.className ?? 'the'} layer '${printable(String(owner?.name))}' is quantized as ` +
            `${describeValue(name)}; readable is int8_from_float32. In Python, save the model as it was before it was quantized, or ` +
            `quantize it by model.quantize('int8').`,
        );
      }
      if (FLOATS.includes(source)) this.types.add(source);
    }
    const isKnown = names.every((name) => !FLOATS.includes(name) && !name.includes('_from_'));
    if (isKnown && !(isJsonObject(dtype) && dtype['class_name'] === 'DTypePolicyMap')) return dtype;
    return typeof dtype === 'string' ? 'float32' : FLOAT32_POLICY;
  }
}

/** A name of a layer as Keras 3 has it. */
export const plainName = (name: string): string => name.replaceAll('/', '_');

/** An object of a class that is known, in place of an older one. */
function knownClass(described: Fields): Fields {
  const { class_name: name, config } = described;
  if (typeof name !== 'string') return described;
  if (name === REGISTERED) return { ...described, class_name: name.slice(name.indexOf('>') + 1) };
  const known = Object.hasOwn(CUDNN, name) ? CUDNN[name] : undefined;
  if (known === undefined || !isJsonObject(config)) return described;
  const [className, further] = known;
  return { ...described, class_name: className, config: { ...config, ...further } };
}

function ownerOf({ class_name: className, config, module }: Fields): Owner | undefined {
  if (typeof className !== 'string' || !isJsonObject(config)) return undefined;
  const isKeras =
    module === undefined || (typeof module === 'string' && /^(tf_)?keras\b/.test(module));
  return { className, name: config['name'], isKeras };
}

const isLora = (key: string, value: unknown): boolean =>
  (key === 'lora_rank' || key === 'lora_alpha') && value !== null;

/** The names of the policies that a dtype stands for: several for a map of policies, none for anything but a policy. */
function policies(dtype: unknown): readonly string[] {
  if (typeof dtype === 'string') return [dtype];
  const { class_name: className, config } = isJsonObject(dtype) ? dtype : {};
  if (!isJsonObject(config)) return [];
  if (className === 'DTypePolicyMap') {
    const { default_policy: usual, policy_map: inside } = config;
    const all = [usual, ...(isJsonObject(inside) ? Object.values(inside) : [])];
    // A map in a map is none of Keras's.
    return all.flatMap((policy) =>
      isJsonObject(policy) && policy['class_name'] === className ? [] : policies(policy),
    );
  }
  const { name, mode, source_name: source } = config;
  // Keras has a class for each way to quantize: QuantizedDTypePolicy, QuantizedFloat8DTypePolicy, Int4DTypePolicy …
  if (typeof mode === 'string') return [`${mode}_from_${String(source)}`];
  return typeof name === 'string' ? [name] : [];
}
