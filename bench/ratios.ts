// The table of ratios in docs/performance.md: how many times as long another program takes on each processor, from the
// medians of docs/measurements-*.md.
import {
  hasMeasurements,
  milliseconds,
  nameOf,
  processors,
  readMeasurements,
} from './measurements.js';
import type { PageName, RunName } from './measurements.js';
import type { Table } from './report.js';

interface Comparison {
  readonly work: string;
  readonly run: RunName;
  /** The beginning of the heading under which the table stands. */
  readonly heading: string;
  readonly ours: string;
  readonly peer: string;
  /** How the peer is called in the table of ratios. Default: as in its own */
  readonly called?: string;
}

const MNIST = 'a dense network on MNIST, an epoch';
const FASHION = 'the same on Fashion-MNIST';
const CONVOLUTIONS = 'a small convolutional network on MNIST, an epoch';
const ONE = 'lanegrad, 1 thread';
const TWO = 'lanegrad, 2 threads';
const torch = (threads: string): string => `PyTorch, raw loop, ${threads}`;

const withTorch = (work: string, run: RunName, heading: string): Comparison[] => [
  { work, run, heading, ours: ONE, peer: torch('1 thread'), called: 'PyTorch, 1 thread' },
  { work, run, heading, ours: TWO, peer: torch('2 threads'), called: 'PyTorch, 2 threads' },
];
/** PyTorch, and TensorFlow.js on one thread. */
const withPeers = (work: string, run: RunName, heading: string): Comparison[] => [
  ...withTorch(work, run, heading),
  { work, run, heading, ours: ONE, peer: 'TensorFlow.js, wasm' },
];
const seed = { work: MNIST, run: 'seed', heading: 'Seed program', ours: ONE } as const;
const bench = { run: 'bench' } as const;

const comparisons: readonly Comparison[] = [
  ...withTorch(MNIST, 'seed', 'Seed program'),
  { ...seed, peer: 'jax-js, Wasm' },
  { ...seed, peer: 'TensorFlow.js, wasm' },
  { ...seed, peer: 'TensorFlow.js, cpu' },
  { ...seed, peer: 'pure JavaScript' },
  ...withTorch(FASHION, 'seed-images', 'Seed program'),
  ...withPeers(CONVOLUTIONS, 'conv', 'Convolutional network'),
  ...withTorch('the dense network on noise, a step', 'dense', 'The network of the seed program'),
  ...withTorch('three dense layers of 1,024, a step', 'mlp', 'Three layers'),
  ...withPeers('a convolutional network on 32 × 32 × 3, a step', 'cifar', 'Convolutional network'),
  ...withPeers('Embedding, Conv1D and GlobalMaxPooling1D, a step', 'text', 'Text'),
  ...withPeers('LSTM(128) on [64, 100, 64], a step', 'lstm128', 'LSTM'),
  ...withTorch('GRU(128) on [64, 100, 64], a step', 'gru128', 'GRU'),
  ...withTorch('LSTM(32) on [128, 500, 32], a step', 'lstm32', 'LSTM'),
  ...withPeers('a small GPT, a step', 'gpt', 'NanoGPT'),
  ...withPeers('GRU(32) on [128, 500, 32], a step', 'gru32', 'GRU'),
  {
    work: 'the dense network in a page, a step',
    run: 'browser',
    heading: 'A step of the seed program in a plain page',
    ours: 'lanegrad, on the page',
    peer: 'TensorFlow.js wasm, 1 thread',
    called: 'TensorFlow.js, wasm',
  },
  {
    ...bench,
    work: 'a tiny network (4-16-1), a step',
    heading: 'Tiny network',
    ours: 'lanegrad, fit',
    peer: 'TensorFlow.js wasm, optimizer.minimize',
    called: 'TensorFlow.js, wasm',
  },
  {
    ...bench,
    work: 'a prediction of one row by the dense network',
    heading: 'Predict one sample',
    ours: 'lanegrad, dense vector',
    peer: 'TensorFlow.js wasm, dense, predictOnBatch',
    called: 'TensorFlow.js, wasm',
  },
  {
    ...bench,
    work: 'a product of two matrices, 1024³',
    heading: 'Matmul 1024³',
    ours: 'lanegrad',
    peer: 'jax-js 0.1.25',
    called: 'jax-js, Wasm',
  },
];

/** The table of docs/performance.md: what was measured on each processor. */
export function ratioTable(): Table {
  const pages = Object.keys(processors) as PageName[];
  return {
    header: [
      'work',
      'compared with',
      ...pages.flatMap((page) => [
        `${processors[page]}: lanegrad`,
        `${processors[page]}: the other`,
        `${processors[page]}: times as long`,
      ]),
    ],
    rows: comparisons.flatMap((comparison) => {
      const { work, peer, called = peer } = comparison;
      const cells = pages.flatMap((page) => cellsOf(page, comparison));
      return cells.every((cell) => cell === '') ? [] : [[work, called, ...cells]];
    }),
  };
}

/** Both times and their ratio on a processor; empty where one of them was not measured. */
function cellsOf(page: PageName, comparison: Comparison): [string, string, string] {
  const own = medianOf(page, comparison, comparison.ours);
  const other = medianOf(page, comparison, comparison.peer);
  if (own === undefined || other === undefined) return ['', '', ''];
  return [format(own), format(other), formatRatio(other / own)];
}

/** Milliseconds; undefined for a run that is not on the page, and for a contender that did not take part. */
function medianOf(page: PageName, { run, heading }: Comparison, name: string): number | undefined {
  if (!hasMeasurements(page, run)) return undefined;
  const { sections } = readMeasurements(page, run);
  const section = sections.find((found) => found.heading.startsWith(heading));
  if (section === undefined) {
    throw new Error(`${nameOf(page)}: \`${run}\` has nothing under '${heading}'`);
  }
  for (const { header, rows } of section.tables) {
    const column = header.findIndex((text) => text.endsWith('median'));
    const cell = rows.find(([first]) => first === name)?.[column];
    if (cell !== undefined) return milliseconds(cell);
  }
  return undefined;
}

function format(time: number): string {
  if (time >= 1000) return `${short(time / 1000)} s`;
  return time >= 1 ? `${short(time)} ms` : `${short(time * 1000)} µs`;
}

function short(value: number): number {
  return Number(value.toPrecision(3));
}

function formatRatio(ratio: number): string {
  return ratio < 10 ? ratio.toPrecision(2) : ratio.toFixed(0);
}
