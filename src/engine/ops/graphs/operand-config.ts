// Operands of operations as Keras's files hold them: numbers as they are, arrays with their dtype.
import { describeValue } from '../../../config/describe-value.js';
import { isSerializedObject } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { Tensor, tensor, toTensor } from '../../tensor/index.js';
import type { TensorLike } from '../../tensor/index.js';
import type { DType } from '../../../config/dtype.js';
import { isTensorSpec } from './operation-shape.js';

/** Keras's names of operands that hold whole numbers. */
const INDICES = ['indices'];

/**
 * An operand as a file holds it. What stands for a tensor that is not computed yet stays as it is, also in a list.
 *
 * @param operand Keras's name of it
 * @throws ValueError for anything but an operand, and for NaN and infinities, which JSON does not have.
 */
export function encodeOperand(op: string, operand: string, value: unknown): unknown {
  if (isTensorSpec(value) || typeof value === 'boolean') return value;
  if (typeof value === 'number') return requireFinite(op, value);
  if (Array.isArray(value) && value.some((item) => isTensorSpec(item) || item instanceof Tensor)) {
    return value.map((item: unknown) => encodeOperand(op, operand, item));
  }
  if (value === undefined || value === null) {
    throw new ValueError(`${op}: ${operand} must be a tensor, got ${describeValue(value)}.`);
  }
  const isOwn = !(value instanceof Tensor);
  const array = toTensor(value as TensorLike);
  try {
    const values = requireFinite(op, array.toArray());
    const dtype = isOwn && INDICES.includes(operand) ? 'int32' : array.dtype;
    return { class_name: '__numpy__', config: { value: values, dtype } };
  } finally {
    if (isOwn) array.dispose();
  }
}

/** `value` if all numbers in it are finite. */
export function requireFinite<T>(op: string, value: T): T {
  const isFinite = (item: unknown): boolean =>
    Array.isArray(item) ? item.every(isFinite) : typeof item !== 'number' || Number.isFinite(item);
  if (isFinite(value)) return value;
  throw new ValueError(
    `${op}: ${describeValue(value)} cannot be written into a file, as JSON has no NaN and no infinities. Use a number ` +
      `such as ±1e30.`,
  );
}

/** An operand of a file: tensors where arrays are written; all else as it is. */
export function decodeOperand(op: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => decodeOperand(op, item));
  if (!isSerializedObject(value)) return value;
  if (value.class_name !== '__numpy__' && value.class_name !== '__tensor__') {
    throw new ValueError(
      `${op}: an argument is a ${describeValue(value.class_name)}, not a tensor.`,
    );
  }
  const { value: values, dtype } = value.config;
  return tensor(values as TensorLike, { dtype: dtypeOf(op, dtype) });
}

/** The dtype that holds the numbers of one of Keras's: its width is ours. */
function dtypeOf(op: string, dtype: unknown): DType {
  const name = String(dtype);
  if (name === 'bool' || name === 'uint8') return name;
  if (/^u?int\d+$/.test(name)) return 'int32';
  if (/^b?float\d+$/.test(name)) return 'float32';
  throw new ValueError(`${op}: an argument has dtype ${describeValue(dtype)}, which is unknown.`);
}
