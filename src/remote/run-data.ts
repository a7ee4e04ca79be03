import { isBatchIterable } from '../data/batches/index.js';
import { validationParts } from '../models/training/fit-data.js';
import type { DataLike, ValidationData } from '../models/index.js';
import type { PartialShape, TensorLike } from '../tensor/index.js';
import type { WireData, WireRun } from './protocol.js';
import type { SentData } from './sent-data.js';

/** The methods that take data. */
export type Method = 'fit' | 'evaluate' | 'predict';

/** The data that a method was given. */
export interface GivenData {
  readonly x: DataLike;
  readonly y?: TensorLike | undefined;
  readonly sampleWeight?: TensorLike | null | undefined;
  readonly validationData?: ValidationData | null | undefined;
}

/** The data of a call as the worker knows them. */
export type RunData = Pick<WireRun, 'x' | 'y' | 'sampleWeight' | 'validation'>;

/**
 * Sends all data of a call; of those that were sent nothing stays in the worker if one cannot be.
 *
 * @param sampleShape of x, as far as the model knows it
 */
export async function sendRun(
  sender: SentData,
  method: Method,
  { x, y, sampleWeight, validationData }: GivenData,
  sampleShape: PartialShape | undefined,
  signal: AbortSignal | undefined,
): Promise<RunData> {
  const sent: WireData[] = [];
  const send = async (name: string, value: DataLike, isX = false): Promise<WireData> => {
    const data = await sender.send(`${method}: ${name}`, value, {
      isX,
      sampleShape: isX ? sampleShape : undefined,
      signal,
    });
    sent.push(data);
    return data;
  };
  const sendIfGiven = async (name: string, value: TensorLike | null | undefined) =>
    value === undefined || value === null ? undefined : await send(name, value);
  const sendValidation = async (given: ValidationData): Promise<WireData | WireData[]> => {
    const parts = validationParts(given);
    const name = 'validationData: ';
    if (isBatchIterable(parts)) return send(name, parts);
    const [first, targets, weights] = parts;
    const list = [await send(`${name}x`, first, true), await send(`${name}y`, targets)];
    const last = await sendIfGiven(`${name}sampleWeight`, weights);
    return last === undefined ? list : [...list, last];
  };
  try {
    return {
      x: await send('x', x, true),
      y: await sendIfGiven('y', y),
      sampleWeight: await sendIfGiven('sampleWeight', sampleWeight),
      validation:
        validationData === undefined || validationData === null
          ? undefined
          : await sendValidation(validationData),
    };
  } catch (error) {
    await sender.forget(sent).catch(() => undefined);
    throw error;
  }
}

/** All that a run was sent. */
export function dataOf({ x, y, sampleWeight, validation }: RunData): WireData[] {
  const list: readonly WireData[] =
    validation === undefined || 'tensor' in validation || 'iterable' in validation
      ? [validation].filter((data) => data !== undefined)
      : validation;
  return [x, y, sampleWeight, ...list].filter((data) => data !== undefined);
}
