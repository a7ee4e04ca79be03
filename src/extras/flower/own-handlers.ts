import { printable } from '../../config/describe-value.js';
import { FormatError } from '../../errors.js';
import { orAbort } from '../../nn/data/or-abort.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { refusing } from './errors.js';
import type { FlowerMessage } from './message.js';
import { lentTensor } from './object-writer.js';
import { demandOf, NORM_BIT, protectUpdate } from './privacy.js';
import type { Demand, LocalDp } from './privacy.js';
import type { FlowerHandler, Handler } from './progress.js';
import { ArrayRecord, disposeArrays, entriesOf, MetricRecord, onlyRecord } from './records.js';
import type { FlowerRecord, RecordsLike } from './records.js';
import { requireFinite } from './weights.js';

/**
 * A handler of the caller's own: what it answers to a message of type `'train'` is clipped and gets noise as is demanded.
 *
 * @internal
 */
export function ownHandler(
  type: string,
  handler: FlowerHandler,
  localDp: LocalDp | undefined,
): Handler {
  const owner = `the answer of ${type}`;
  return async (message, writer) => {
    const own: Tensor[] = [];
    let isHandedOver = false;
    try {
      const demand = type === 'train' ? refusing(() => demandOf(message, localDp)) : undefined;
      const received = demand === undefined ? undefined : refusing(() => copyOf(message, own));
      // From here on the tensors of the message belong to the handler.
      isHandedOver = true;
      // A handler may not heed the signal. It is not waited for then.
      const pending = (async () => handler(message))();
      const answer = await orAbort(pending, message.signal);
      if (demand === undefined || received === undefined)
        return await writer.records(owner, answer);
      const records = protectedAnswer(owner, demand, received, answer, own);
      return await writer.records(owner, records);
    } finally {
      for (const tensor of own) tensor.dispose();
      if (!isHandedOver) disposeArrays(message.records);
    }
  };
}

/** @param own takes the copies */
function copyOf({ arrays, arraysName }: FlowerMessage, own: Tensor[]): ArrayRecord {
  requireFinite(arrays, `record '${printable(arraysName)}'`);
  const copies = [...arrays].map(([name, array]) => [name, array.clone()] as const);
  own.push(...copies.map(([, copy]) => copy));
  return new ArrayRecord(new Map(copies));
}

/** The answer with an update that may be sent. @param own takes what was made */
function protectedAnswer(
  owner: string,
  demand: Demand,
  received: ArrayRecord,
  answer: RecordsLike,
  own: Tensor[],
): Map<string, FlowerRecord> {
  const records = new Map(entriesOf<FlowerRecord>(owner, answer));
  const failure = (kind: string) => (count: number) =>
    new FormatError(`${owner}: an update that is clipped must have one ${kind}, got ${count}.`);
  const [arraysName, arrays] = onlyRecord(records, ArrayRecord, failure('ArrayRecord'));
  const names = [...received.keys()];
  if (names.join('\0') !== [...arrays.keys()].join('\0')) {
    throw new FormatError(
      `${owner}: an update that is clipped must have the arrays of the message, by the same names in the same order: ` +
        `${printable(names.join(', '), 200)}.`,
    );
  }
  for (const [name, { shape }] of arrays) {
    if (String(shape) === String(received.get(name)?.shape)) continue;
    throw new FormatError(
      `${owner}: array '${printable(name)}' has another shape than in the message.`,
    );
  }
  requireFinite(arrays, owner);
  const trained = [...arrays.values()].map(lentTensor);
  const update = protectUpdate(demand, [...received.values()], trained);
  own.push(...update.arrays);
  records.set(
    arraysName,
    new ArrayRecord(new Map(update.arrays.map((array, i) => [names[i] ?? String(i), array]))),
  );
  if (update.normBit !== undefined) {
    const [metricsName, metrics] = onlyRecord(records, MetricRecord, failure('MetricRecord'));
    // One that the handler has found itself counts: an update that was clipped before is not clipped again.
    records.set(metricsName, new MetricRecord([[NORM_BIT, update.normBit], ...metrics]));
  }
  return records;
}
