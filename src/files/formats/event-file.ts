// Event files, which TensorBoard reads: records of TensorFlow (length and check sums around bytes), each an `Event` of protobuf.
// Fields that a writer does not need are left out.
//
// Sources: https://www.tensorflow.org/tutorials/load_data/tfrecord, tensorflow/core/util/event.proto,
// tensorflow/core/framework/summary.proto and tensor.proto.
import { crc32c } from './bytes.js';
import { list, nested, nestedList, optional, scalar, Schema } from './protobuf.js';
import type { Values } from './protobuf.js';

/** The most values of an event, and dimensions of a tensor. */
const MOST = 2 ** 16;

/** Numbers of TensorFlow's element types. */
export const DT_FLOAT = 1;
export const DT_DOUBLE = 2;
export const DT_STRING = 7;

/** What kind of data a summary has: numbers, tensors, or bytes such as pictures. */
export const DataClass = { SCALAR: 1, TENSOR: 2, BLOB_SEQUENCE: 3 } as const;

const Dimension = new Schema('Dim', { size: [1, scalar('int64AsNumber')] });

const TensorShape = new Schema('TensorShapeProto', {
  dim: [2, nestedList(() => Dimension, MOST)],
});

const TensorProto = new Schema('TensorProto', {
  dtype: [1, scalar('int64AsNumber')],
  shape: [2, nested(() => TensorShape)],
  content: [4, scalar('bytes')],
  strings: [8, list('bytes')],
});

/** A tensor as an event holds it. */
export type TensorValues = Values<(typeof TensorProto)['fields']>;

const PluginData = new Schema('PluginData', {
  name: [1, scalar('string')],
  content: [2, scalar('bytes')],
});

const Metadata = new Schema('SummaryMetadata', {
  plugin: [1, nested(() => PluginData)],
  displayName: [2, scalar('string')],
  description: [3, scalar('string')],
  dataClass: [4, scalar('int64AsNumber')],
});

const SummaryValue = new Schema('Value', {
  tag: [1, scalar('string')],
  tensor: [8, nested(() => TensorProto)],
  metadata: [9, nested(() => Metadata)],
});

const Summary = new Schema('Summary', { values: [1, nestedList(() => SummaryValue, MOST)] });

/** One entry of an event file: a time in seconds since 1970, a step, and what was written at it. */
export const Event = new Schema('Event', {
  wallTime: [1, scalar('double')],
  step: [2, scalar('int64AsNumber')],
  fileVersion: [3, optional('string')],
  summary: [5, nested(() => Summary)],
});

/** What an event says. */
export type EventValues = Values<(typeof Event)['fields']>;

/** What a summary is: the plugin of TensorBoard that shows it, and its tensor. */
export interface SummaryData {
  readonly plugin: string;
  readonly pluginContent?: Uint8Array;
  readonly dataClass: number;
  readonly description?: string;
  readonly tensor: TensorValues;
}

/** A tensor of that shape. */
export function tensorProto(
  dtype: number,
  shape: readonly number[],
  elements: Pick<Partial<TensorValues>, 'content' | 'strings'>,
): TensorValues {
  const dim = shape.map((size) => ({ size }));
  const none = { content: new Uint8Array(), strings: undefined };
  return { dtype, shape: { dim }, ...none, ...elements };
}

/** The event that opens a file. */
export function versionEvent(wallTime: number): Uint8Array<ArrayBuffer> {
  return record(Event.encode({ wallTime, fileVersion: 'brain.Event:2' }));
}

/** The event of one summary. */
export function summaryEvent(
  wallTime: number,
  step: number,
  tag: string,
  data: SummaryData,
): Uint8Array<ArrayBuffer> {
  const { plugin, pluginContent = new Uint8Array(), dataClass, description = '', tensor } = data;
  const metadata = {
    plugin: { name: plugin, content: pluginContent },
    displayName: '',
    description,
    dataClass,
  };
  const value = { tag, metadata, tensor };
  return record(Event.encode({ wallTime, step, summary: { values: [value] } }));
}

/** Bytes as a record: length (8 bytes), its check sum (4), the bytes, their check sum (4). */
export function record(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(bytes.length + 16);
  const view = new DataView(whole.buffer);
  view.setBigUint64(0, BigInt(bytes.length), true);
  view.setUint32(8, masked(crc32c(whole.subarray(0, 8))), true);
  whole.set(bytes, 12);
  view.setUint32(bytes.length + 12, masked(crc32c(bytes)), true);
  return whole;
}

/** A check sum as records hold it: rotated by 15 bits, so that the check sum of what holds check sums is a good one. */
function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
