import { flattenNest, packNest } from '../../config/index.js';
import type { Nest } from '../../config/index.js';
import { isBatchIterable, toSamples } from '../../nn/data/batches/index.js';
import { isOneTensor } from '../../nn/data/dataset/element.js';
import { isTensor } from '../../nn/layers/core/layer-checks.js';
import type { ValidationData } from '../../nn/training/fit-options.js';
import type { AnyData, PartialSamples } from '../../nn/training/data-types.js';
import type { AnyModel } from '../../nn/models/model.js';
import { partsOf, portsOf, sampleShapesOf } from '../../nn/layers/core/parts.js';
import type { Ports } from '../../nn/layers/core/parts.js';
import { isPort } from '../../nn/layers/core/parts.js';
import { loops } from '../../nn/training/loops/chunk.js';
import { isForAll } from '../../nn/training/inputs.js';
import { ValueError } from '../../errors.js';
import { isStrings, tidy } from '../../engine/tensor/index.js';
import type { Tensor, TensorLike, Value } from '../../engine/tensor/index.js';
import { isWireData } from './protocol.js';
import type { WireArgument, WireData, WireRun } from './protocol.js';
import { NO_STRINGS } from './sent-data.js';
import type { SentData } from './sent-data.js';

/** The methods that take data. */
export type Method = 'fit' | 'evaluate' | 'predict';

/** The data that a method was given. */
export interface GivenData {
  readonly x: AnyData;
  readonly y?: PartialSamples;
  readonly sampleWeight?: PartialSamples;
  readonly validationData?: ValidationData | null | undefined;
}

/** The data of a call as the worker knows them. */
export type RunData = Pick<WireRun, 'x' | 'y' | 'sampleWeight' | 'validation'>;

/** Sends the data of a call to the worker. */
export class RunSender {
  /** What has been sent. */
  readonly #sent: WireData[] = [];

  constructor(
    private readonly sender: SentData,
    private readonly method: Method,
    private readonly model: AnyModel,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** Sends all data; of those that were sent nothing stays in the worker if one cannot be. */
  async send({ x, y, sampleWeight, validationData }: GivenData): Promise<RunData> {
    try {
      return {
        x: await this.#inputs('x', x),
        y: await this.#targets('y', y),
        sampleWeight: await this.#targets('sampleWeight', sampleWeight),
        validation:
          validationData === undefined || validationData === null
            ? undefined
            : await this.#validation(validationData),
      };
    } catch (error) {
      await this.sender.forget(this.#sent).catch(() => undefined);
      throw error;
    }
  }

  async #validation(given: ValidationData): Promise<WireData | WireArgument[]> {
    const parts = await loops.use(async ({ validationParts }) => validationParts(given));
    const place = 'validationData: ';
    if (isBatchIterable(parts)) return this.#announce(parts);
    const [x, y, weights] = parts;
    const list = [
      await this.#inputs(`${place}x`, x),
      (await this.#targets(`${place}y`, y)) ?? null,
    ];
    const last = await this.#targets(`${place}sampleWeight`, weights);
    return last === undefined ? list : [...list, last];
  }

  #announce(iterable: Parameters<SentData['announce']>[0]): WireData {
    const data = this.sender.announce(iterable, this.signal);
    this.#sent.push(data);
    return data;
  }

  async #inputs(name: string, x: AnyData): Promise<WireArgument> {
    if (isBatchIterable(x)) return this.#announce(x);
    const { inputPorts } = this.model;
    const shapes = sampleShapesOf(this.model.inputShape);
    return this.#sendAll(name, inputPorts, x, (part, label, i) => toNumbers(label, toSamples(label, part, shapes[i])), true); // prettier-ignore
  }

  async #targets(name: string, value: PartialSamples): Promise<WireArgument | undefined> {
    if (value === undefined || value === null) return undefined;
    const isWeight = name.endsWith('sampleWeight');
    const ports = isWeight && isForAll(value) ? undefined : this.model.outputPorts;
    return this.#sendAll(name, ports, value, (part, label) =>
      toNumbers(label, toSamples(label, part)),
    );
  }

  /** Sends the tensors of an argument, and gives what stands for them in the structure of the model. */
  async #sendAll(
    name: string,
    ports: Ports | undefined,
    value: unknown,
    toTensor: (part: TensorLike, label: string, index: number) => Tensor,
    isX = false,
  ): Promise<WireArgument> {
    const label = `${this.method}: ${name}`;
    const { structure, names } = ports ?? portsOf(value, 'x');
    const parts =
      ports === undefined
        ? flattenNest(value, isOneTensor)
        : partsOf(label, ports, value, { isComplete: isX });
    const pack = <T>(leaves: readonly T[]): Nest<T> =>
      ports === undefined
        ? packNest(value, isOneTensor, leaves)
        : packNest(structure, isPortLeaf, leaves);
    const own: Tensor[] = [];
    try {
      const samples = tidy(() =>
        parts.map((part, i) => {
          if (part === undefined || part === null) return null;
          const which = names.length > 1 ? ` '${names[i] ?? i}'` : '';
          return toTensor(part as TensorLike, label + which, i);
        }),
      );
      for (const tensor of samples) {
        if (tensor !== null && !parts.includes(tensor)) own.push(tensor);
      }
      if (isX) this.sender.onSamples(pack(samples));
      const sent: (WireData | null)[] = [];
      for (const tensor of samples) {
        const data = tensor === null ? null : await this.sender.send(tensor, this.signal);
        if (data !== null) this.#sent.push(data);
        sent.push(data);
      }
      return pack(sent);
    } finally {
      for (const tensor of own) tensor.dispose();
    }
  }
}

/** Samples for a model in a worker. @throws ValueError for strings. */
function toNumbers(label: string, samples: Value): Tensor {
  if (!isStrings(samples)) return samples;
  throw new ValueError(`${label}: ${NO_STRINGS}`);
}

const isPortLeaf = (value: unknown): value is object => isPort(value);

/** All that a run was sent. */
export function dataOf({ x, y, sampleWeight, validation }: RunData): WireData[] {
  const all = [x, y ?? null, sampleWeight ?? null, validation ?? null];
  return flattenNest(all, isWireData).filter((data) => data !== null);
}

/** Whether all leaves of a structure are tensors. */
export function holdsTensorsOnly(structure: unknown): boolean {
  return flattenNest(structure, isOneTensor).every(isTensor);
}
