// Reads event files as test/oracles/verify_charts/read_tensorboard.py does, with the library's own reader of protobuf and PNG.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { crc32c } from '../../../src/files/formats/bytes.js';
import { DT_STRING, Event } from '../../../src/files/formats/event-file.js';
import type { EventValues, TensorValues } from '../../../src/files/formats/event-file.js';
import { readPng } from '../../../src/files/formats/pictures/png.js';
import type { LogsOfRuns, Tag } from './tensorboard-cases.js';

/** The events of a file, whose checksums must be right. */
export function eventsOf(bytes: Uint8Array): EventValues[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const events: EventValues[] = [];
  const requireSum = (from: number, to: number): void => {
    const crc = crc32c(bytes.subarray(from, to));
    const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
    if (view.getUint32(to, true) !== masked) throw new Error(`a wrong check sum at ${to}`);
  };
  for (let at = 0; at < bytes.length;) {
    const length = Number(view.getBigUint64(at, true));
    requireSum(at, at + 8);
    requireSum(at + 12, at + 12 + length);
    events.push(Event.decode(bytes.subarray(at + 12, at + 12 + length), 'an event'));
    at += length + 16;
  }
  return events;
}

/** Tags of all runs below a folder. */
export async function readLogs(folder: string): Promise<LogsOfRuns> {
  const runs: Record<string, Record<string, Tag>> = {};
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const name of names.filter((one) => one.includes('tfevents')).sort()) {
    const run = path.dirname(name) === '.' ? '' : path.dirname(name);
    const tags = (runs[run] ??= {});
    for (const { step, summary } of eventsOf(readFileSync(path.join(folder, name)))) {
      for (const { tag, tensor, metadata } of summary?.values ?? []) {
        const plugin = metadata?.plugin?.name ?? '';
        const { steps, values } = (tags[tag] ??= { plugin, steps: [], values: [] });
        (steps as number[]).push(step);
        (values as unknown[]).push(await valueOf(plugin, tensor));
      }
    }
  }
  return runs;
}

async function valueOf(plugin: string, tensor: TensorValues | undefined): Promise<unknown> {
  const { dtype, content = new Uint8Array(), strings = [] } = tensor ?? {};
  if (dtype !== DT_STRING) {
    const { buffer } = new Uint8Array(content);
    return [...(dtype === 1 ? new Float32Array(buffer) : new Float64Array(buffer))];
  }
  const texts = strings.map((bytes) => new TextDecoder().decode(bytes));
  if (plugin === 'graph_keras_model') {
    const { class_name: name } = JSON.parse(texts[0] ?? '{}') as { class_name: string };
    return name;
  }
  if (plugin !== 'images') return texts;
  const pictures = await Promise.all(
    strings.slice(2).map((bytes) =>
      readPng({
        bytes: new Uint8Array(bytes),
        name: 'a picture',
        maxPixels: 1e6,
        maxBytes: 1e8,
        madeOfPixel: 1,
      }),
    ),
  );
  return {
    width: Number(texts[0]),
    height: Number(texts[1]),
    shapes: pictures.map(({ height, width, data }) => [
      height,
      width,
      data.length / (height * width),
    ]),
    pixels: pictures.flatMap(({ data }) => [...data]),
  };
}
