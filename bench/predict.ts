// The outputs for one sample: latency of the seed network, compared with the time of reading its weights once.
import { readFileSync } from 'node:fs';
import { random, tensor } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { howToInstall, importTfjs } from './peers.js';
import { formatRatio, formatUs } from './format.js';
import { printHeading, printNote, printTable } from './report.js';
import type { Samples } from './workloads/workload.js';
import { makeNetwork } from './seed-network.js';
import { seed } from './shapes.js';
import { targetHeader, targetRow } from './targets.js';
import { interleave } from './timing.js';
import type { Run, Timing } from './timing.js';

/** Calls of one measurement: a single one is near the resolution of the clock. */
const CALLS = 50;

/** Measurements that do not count: engines compile what runs often in several stages, the last after thousands of calls. */
const WARM_UP = 100;

export async function benchPredict(data: Samples, rounds: number): Promise<void> {
  printHeading('predict one sample with the seed network');
  const network = makeNetwork();
  const weights = network.getWeights().map((weight) => Float32Array.from(weight.data()));
  using dense = random.uniform([1, seed.inputs], { seed: 1 });
  using digit = data.x.slice([0, 1]);
  const digitValues = Float32Array.from(digit.data());
  const inputs = { dense, digit };
  const predict = (x: Tensor) => () => {
    network.predictOnBatch(x).dispose();
  };
  const byLayers = (x: Tensor) => () => {
    network.apply(x).dispose();
  };
  const runs: Record<string, Run> = {
    'one SIMD sum over the first kernel': makeSum(weights[0] ?? new Float32Array(0)),
    'lanegrad, dense vector': predict(dense),
    'lanegrad, digit': predict(digit),
    'lanegrad, dense vector, by the layers': byLayers(dense),
    'lanegrad, digit, by the layers': byLayers(digit),
    'lanegrad, digit, values in and out': () => {
      using x = tensor(digitValues, { shape: [1, seed.inputs] });
      using y = network.predictOnBatch(x);
      y.data();
    },
  };
  const tfjs = await (await importTfjs())?.makePredictors(seed, weights);
  if (tfjs !== undefined) {
    for (const [name, x] of Object.entries(inputs)) {
      const values = Float32Array.from(x.data());
      using own = network.predictOnBatch(x);
      checkEqual(own, tfjs.layers(values));
      checkEqual(own, tfjs.operations(values));
      runs[`TensorFlow.js wasm, ${name}, predictOnBatch`] = () => tfjs.layers(values);
      runs[`TensorFlow.js wasm, ${name}, operations`] = () => tfjs.operations(values);
    }
  }
  const timings = perCall(await interleave(repeated(runs), rounds, WARM_UP));
  const sum = timings['one SIMD sum over the first kernel'];
  printTable(
    ['', 'min', 'median', '÷ sum'],
    Object.entries(timings).map(([name, { min, median }]) => [
      name,
      formatUs(min),
      formatUs(median),
      sum === undefined ? '' : formatRatio(median / sum.median),
    ]),
  );
  if (tfjs === undefined) printNote(`TensorFlow.js ${howToInstall}`);

  const target = (what: string, top: string, bottom: string, limit: object): string[] =>
    targetRow({ what, top: timings[top], bottom: timings[bottom], ...limit });
  printHeading('targets of predict');
  printTable(targetHeader, [
    target('dense ÷ sum', 'lanegrad, dense vector', 'one SIMD sum over the first kernel', {
      atMost: 1.25,
    }),
    target('digit ÷ sum', 'lanegrad, digit', 'one SIMD sum over the first kernel', { atMost: 0.5 }),
    ...Object.keys(inputs).flatMap((name) =>
      ['predictOnBatch', 'operations'].map((path) =>
        target(
          `TensorFlow.js wasm ${path} ÷ lanegrad, ${name}`,
          `TensorFlow.js wasm, ${name}, ${path}`,
          name === 'dense' ? 'lanegrad, dense vector' : 'lanegrad, digit',
          { atLeast: 5 },
        ),
      ),
    ),
  ]);
}

/** The kernel `reduceF32` over all `values`, without anything around it, in a separate instance. */
function makeSum(values: Float32Array): () => void {
  const binary = readFileSync(new URL('../dist/wasm/lanegrad.simd.wasm', import.meta.url));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), {
    env: { memory, abort: () => undefined },
  });
  const { allocate, reduceF32 } = exports as Record<string, (...args: number[]) => number>;
  if (allocate === undefined || reduceF32 === undefined) throw new Error('the core lacks a kernel');
  const out = allocate(4);
  const x = allocate(values.byteLength);
  new Float32Array(memory.buffer, x, values.length).set(values);
  const sumOp = 0;
  return () => {
    reduceF32(0, 1, out, x, 1, values.length, 1, sumOp);
  };
}

function repeated(runs: Readonly<Record<string, Run>>): Record<string, Run> {
  const repeat = (run: Run) => () => {
    for (let i = 0; i < CALLS; i++) run();
  };
  return Object.fromEntries(Object.entries(runs).map(([name, run]) => [name, repeat(run)]));
}

function perCall(timings: Readonly<Record<string, Timing>>): Record<string, Timing> {
  return Object.fromEntries(
    Object.entries(timings).map(([name, { min, median }]) => [
      name,
      { min: min / CALLS, median: median / CALLS },
    ]),
  );
}

/** No contender wins by computing something else. */
function checkEqual(own: Tensor, other: ArrayLike<number>): void {
  const error = Math.max(...Array.from(own.data(), (v, i) => Math.abs(v - (other[i] ?? NaN))));
  if (!(error < 1e-5)) throw new Error(`predictions differ by ${error}`);
}
