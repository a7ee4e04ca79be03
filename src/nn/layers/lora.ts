// LoRA (Hu et al., 2021): a weight W stays as it is, and only A and B of W + scale · A · B are trained.
import { printable } from '../../config/describe-value.js';
import { checkLength, checkNumber, checkOptions, classNameOf } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { HeUniform } from '../initializers/variance-scaling.js';
import { add, dense, matmul, mul, reshape } from '../../engine/ops/index.js';
import { sizeOf } from '../../engine/tensor/index.js';
import type { Variable } from '../../engine/tensor/index.js';
import { adapters } from './core/adapter.js';
import type { AdaptedLayer, Adapter, LoraOptions } from './core/adapter.js';
import { withoutFile } from './core/weights-room.js';

/** The options of `enableLora` of a layer. */
export const LORA_OPTIONS = ['loraAlpha', 'aInitializer', 'bInitializer'] as const;

/** Makes LoRA possible. */
export function installLora(): void {
  adapters.make = adapt;
}

/**
 * What `enableLora` of layers does.
 *
 * @throws ValueError for a layer that has LoRA, for a weight with a constraint, for an option that is unknown or out of range, and
 * for a rank that needs many times the memory of a file which asks for it.
 */
function adapt(layer: AdaptedLayer, weight: Variable, rank: number, options: LoraOptions): void {
  const owner = `${classNameOf(layer)} layer '${printable(layer.name)}': enableLora`;
  checkOptions(owner, options, LORA_OPTIONS);
  checkLength(owner, 'rank', rank);
  const alpha = checkNumber(owner, 'loraAlpha', options.loraAlpha ?? rank);
  if (layer.adapter !== undefined) {
    throw new ValueError(`${owner} was called already, and can be called only once.`);
  }
  if (weight.constraint !== undefined) {
    const option = `${weight.name}Constraint`;
    throw new ValueError(
      `${owner}: ${option} constrains what LoRA leaves as it is. Make the layer without ${option}.`,
    );
  }
  layer.makingWeights(() => {
    const [a, b] = factorsOf(owner, layer, weight, rank, options);
    const isTable = weight.name === 'embeddings';
    const named = isTable
      ? { loraEmbeddingsA: a, loraEmbeddingsB: b }
      : { loraKernelA: a, loraKernelB: b };
    Object.assign(layer, { loraRank: rank, loraAlpha: alpha, ...named });
    Object.defineProperty(layer, 'adapter', { value: adapterOf(weight, a, b, alpha / rank) });
    weight.trainable = false;
  });
}

/** A [… the axes of W but the last, rank] and B [rank, last axis], as weights of the layer. */
function factorsOf(
  owner: string,
  layer: AdaptedLayer,
  { name, path, regularizer, shape }: Variable,
  rank: number,
  { aInitializer = new HeUniform(), bInitializer = 'zeros' }: LoraOptions,
): readonly [a: Variable, b: Variable] {
  const [first, last = 1] = [shape.slice(0, -1), shape.at(-1)];
  const made = (part: string, lengths: readonly number[], initializer: unknown): Variable => {
    const factor = layer.addWeight(`lora_${name}_${part}`, lengths, { initializer });
    // Models are around the layer only while they are built.
    factor.path = path.replace(/[^/]*$/, factor.name);
    factor.regularizer = regularizer;
    return factor;
  };
  const elements = rank * (sizeOf(first) + last);
  const refuse = (): ValueError =>
    new ValueError(
      `${owner}: A and B have ${elements} elements, many more than all weights of the file. Choose a smaller rank.`,
    );
  return withoutFile(elements, refuse, () => [
    made('a', [...first, rank], aInitializer),
    made('b', [rank, last], bInitializer),
  ]);
}

function adapterOf(weight: Variable, a: Variable, b: Variable, scale: number): Adapter {
  const merged: Adapter['merged'] = () =>
    weight.lend((value) => add(value, reshape(mul(matmul(a.value, b.value), scale), weight.shape)));
  const productOf: Adapter['dense'] = (x, bias) => {
    const y = weight.quantized?.dense(x, bias, 'linear') ?? dense(x, weight.value, bias, 'linear');
    return add(y, dense(mul(dense(x, a.value, null), scale), b.value, null));
  };
  return { weight, a, b, scale, merged, dense: productOf };
}
