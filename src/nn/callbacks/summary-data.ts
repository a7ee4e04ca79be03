// What summaries hold: numbers, histograms, pictures and texts as tensors for TensorBoard's plugins, with the numbers that
// TensorFlow's summaries of the same values have.
import { bytesOfData, concatenate } from '../../files/formats/bytes.js';
import {
  DataClass,
  DT_DOUBLE,
  DT_FLOAT,
  DT_STRING,
  summaryEvent,
  tensorProto,
  versionEvent,
} from '../../files/formats/event-file.js';
import type { SummaryData } from '../../files/formats/event-file.js';
import { encodePng } from '../../files/formats/pictures/png-write.js';
import { bucketsOf } from './buckets.js';
import type { Summary } from './summary.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/**
 * The events of summaries, one behind the other.
 *
 * @param isFirst whether the file begins with them
 */
export async function encodeSummaries(
  summaries: readonly Summary[],
  isFirst: boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  const first = isFirst ? [versionEvent(summaries[0]?.time ?? 0)] : [];
  const events = summaries.map(async (summary) => {
    const { time, step, tag, description } = summary;
    return summaryEvent(time, step, tag, { ...(await dataOf(summary)), description });
  });
  return concatenate([...first, ...(await Promise.all(events))]);
}

async function dataOf({ content }: Summary): Promise<SummaryData> {
  switch (content.kind) {
    case 'scalar':
      return scalarSummary(content.value);
    case 'text':
      return textSummary(content.data);
    case 'model':
      return modelSummary(content.json);
    case 'histogram':
      return histogramSummary(content.values, content.buckets);
    case 'image':
      return imageSummary(content.shape, content.pixels);
  }
}

/** A number. */
function scalarSummary(value: number): SummaryData {
  const content = bytesOfData(new Float32Array([value]));
  const tensor = tensorProto(DT_FLOAT, [], { content });
  return { plugin: 'scalars', dataClass: DataClass.SCALAR, tensor };
}

/** One text, or a list of texts. */
function textSummary(data: string | readonly string[]): SummaryData {
  const isOne = typeof data === 'string';
  const strings = (isOne ? [data] : data).map(encode);
  const tensor = tensorProto(DT_STRING, isOne ? [] : [strings.length], { strings });
  return { plugin: 'text', dataClass: DataClass.TENSOR, tensor };
}

/** The description of a model, which TensorBoard's graph plugin draws. */
function modelSummary(json: string): SummaryData {
  const tensor = tensorProto(DT_STRING, [], { strings: [encode(json)] });
  return { plugin: 'graph_keras_model', pluginContent: encode('1'), dataClass: 0, tensor };
}

/** How many values lie in each of the buckets of the same width between the smallest and the largest. */
function histogramSummary(values: Iterable<number>, buckets: number): SummaryData {
  const rows = bucketsOf(values, buckets);
  const tensor = tensorProto(DT_DOUBLE, [buckets, 3], { content: bytesOfData(rows) });
  return { plugin: 'histograms', dataClass: DataClass.TENSOR, tensor };
}

/** PNG files of pictures [pictures, height, width, channels]. Floats are clipped to 0 … 1. */
async function imageSummary(
  shape: readonly number[],
  pixels: Float32Array | Uint8Array,
): Promise<SummaryData> {
  const [count = 0, height = 0, width = 0, channels = 0] = shape;
  const size = height * width * channels;
  const made = channels === 2 ? 4 : (channels as 1 | 3 | 4);
  const files = await Promise.all(
    Array.from({ length: count }, (_, i) => {
      const data = pixelsOf(pixels.subarray(i * size, (i + 1) * size), channels);
      return encodePng({ width, height, channels: made, data });
    }),
  );
  const strings = [encode(String(width)), encode(String(height)), ...files];
  const tensor = tensorProto(DT_STRING, [strings.length], { strings });
  return { plugin: 'images', dataClass: DataClass.BLOB_SEQUENCE, tensor };
}

/** Bytes of pixels; a gray with transparency becomes four channels. */
function pixelsOf(values: Float32Array | Uint8Array, channels: number): Uint8Array<ArrayBuffer> {
  // As TensorFlow converts them: 255.5 gives each byte a share of the same width.
  const isFloat = values.BYTES_PER_ELEMENT === 4;
  const toByte = (value: number): number =>
    isFloat ? (value >= 1 ? 255 : value > 0 ? Math.floor(value * 255.5) : 0) : value;
  if (channels !== 2) return Uint8Array.from(values, toByte);
  const wide = new Uint8Array(2 * values.length);
  for (let i = 0; i < values.length; i += 2) {
    const gray = toByte(values[i] ?? 0);
    wide.set([gray, gray, gray, toByte(values[i + 1] ?? 0)], 2 * i);
  }
  return wide;
}
