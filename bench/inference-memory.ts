// `npm run bench:memory`: the memory that ResNet50 takes to predict, compared with what its graph requires.
//   --batch 1
import './help.js';
import { parseArgs } from 'node:util';
import type { layers } from 'lanegrad';
import { memory, ones } from 'lanegrad';
import { ResNet50 } from 'lanegrad/applications';
import { printHeading, printMachine, printTable } from './report.js';

const { values: options } = parseArgs({ options: { batch: { type: 'string', default: '1' } } });
const batch = Number(options.batch);
const model = ResNet50({ inputShape: [75, 75, 3], classes: 10 });
const { graph } = model;
if (graph === undefined) throw new Error('The model has no graph.');

/** Bytes of a float32 tensor of that shape. */
const bytesOf = (shape: readonly (number | null)[]): number =>
  shape.reduce<number>((product, length) => product * (length ?? batch), 4);

// The largest sum over a node of its inputs, its outputs and what is needed later.
let necessary = 0;
const alive = new Set(graph.inputs);
const lastReader = new Map(
  graph.nodes.flatMap((node) => node.inputs.map((input) => [input, node] as const)),
);
for (const node of graph.nodes) {
  for (const output of node.outputs) alive.add(output);
  let sum = 0;
  for (const { shape } of alive) sum += bytesOf(shape);
  necessary = Math.max(necessary, sum);
  for (const input of node.inputs) if (lastReader.get(input) === node) alive.delete(input);
}

// Looked at after each layer, when what it was given and what it gives are there.
let most = 0;
for (const layer of model.layers) {
  const call = layer.call.bind(layer) as (x: unknown, options: layers.CallOptions) => unknown;
  layer.call = (x: unknown, callOptions: layers.CallOptions) => {
    const y = call(x, callOptions);
    most = Math.max(most, memory().bytes);
    return y;
  };
}

const x = ones([batch, ...(model.inputs[0]?.shape.slice(1) ?? []).map((length) => length ?? 1)]);
model.predictOnBatch(x).dispose();
const before = memory().bytes - x.byteLength;
most = 0;
model.predictOnBatch(x).dispose();
const used = most - before;

printMachine();
printHeading(`memory of ResNet50 while it predicts a batch of ${batch}`);
const inMega = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(2)} MiB`;
printTable(
  ['', 'bytes'],
  [
    ['weights', inMega(before)],
    ['necessary: inputs, outputs and what is needed later, of the largest node', inMega(necessary)],
    ['used beside the weights', inMega(used)],
    ['used / necessary', (used / necessary).toFixed(2)],
  ],
);
