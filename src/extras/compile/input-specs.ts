// What a compiled model takes: tensors whose lengths are all known.
import { describeValue } from '../../config/describe-value.js';
import { didYouMean, flattenNest } from '../../config/index.js';
import type { DType } from '../../config/dtype.js';
import { formatShape, requireRoom } from '../../engine/tensor/index.js';
import type { PartialShape } from '../../engine/tensor/index.js';
import { ValueError } from '../../errors.js';
import { isPort } from '../../nn/layers/core/ports.js';
import { isSymbolic } from '../../nn/layers/core/symbolic-tensor.js';
import type { AnyModel } from '../../nn/models/model.js';
import type { InputSpec } from './recording/predictions.js';

/** The lengths of a sample, as the option says. */
type GivenShapes = readonly number[] | Readonly<Record<string, readonly number[]>> | undefined;

const isList = (value: unknown): value is readonly number[] => Array.isArray(value);

function checkNames(given: GivenShapes, names: readonly string[]): void {
  if (given === undefined) return;
  if (isList(given)) {
    if (names.length === 1) return;
    throw new ValueError(
      `compileModel: inputShapes must be an object, as the model has ${names.length} inputs: ${names.join(', ')}.`,
    );
  }
  if (typeof given !== 'object' || given === null) {
    throw new ValueError(
      `compileModel: inputShapes must be a shape or shapes by names, got ${describeValue(given)}.`,
    );
  }
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    throw new ValueError(
      `compileModel: inputShapes has ${describeValue(name)}, which is no input.${didYouMean(name, names)} Inputs: ${names.join(', ')}.`,
    );
  }
}

/** The shape of a sample: the model's, with lengths of the given one where they are unknown. */
function sampleShape(name: string, own: PartialShape, given: unknown): number[] {
  if (given !== undefined) {
    const fits =
      isList(given) &&
      given.length === own.length &&
      given.every(
        (length, i) =>
          Number.isSafeInteger(length) && length > 0 && (own[i] === null || own[i] === length),
      );
    if (fits) return [...given];
    throw new ValueError(
      `compileModel: inputShapes of '${name}' must fit ${formatShape(own)}, got ${describeValue(given)}.`,
    );
  }
  const known = own.filter((length): length is number => length !== null);
  if (known.length === own.length) return known;
  throw new ValueError(
    `compileModel: the lengths of a sample of '${name}' are unknown: ${formatShape(own)}. Say them: inputShapes: [${own.map((length) => length ?? 16).join(', ')}].`,
  );
}

/** What the model takes, in the order of its inputs. */
export function inputSpecs(model: AnyModel, batchSize: number, given: GivenShapes): InputSpec[] {
  const { inputPorts } = model;
  const names = inputPorts?.names ?? [];
  checkNames(given, names);
  const symbolic = model.inputs;
  const leaves = flattenNest(inputPorts?.structure as never, isPort) as unknown[];
  const structure = symbolic.length > 0 ? symbolic : leaves;
  return structure.map((leaf, i): InputSpec => {
    const name = names[i] ?? '';
    const shape = isSymbolic(leaf) ? leaf.shape : (leaf as PartialShape);
    const dtype = isSymbolic(leaf) ? (leaf.dtype as DType) : 'float32';
    const asked = isList(given) ? given : given?.[name];
    if (typeof shape[0] === 'number' && shape[0] !== batchSize) {
      throw new ValueError(
        `compileModel: batchSize is ${batchSize}, but '${name}' takes batches of ${shape[0]}.`,
      );
    }
    const whole = [batchSize, ...sampleShape(name, shape.slice(1), asked)];
    requireRoom(whole, dtype, () => `compileModel: input '${name}'`);
    return { name, shape: whole, dtype };
  });
}
