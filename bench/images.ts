// Images: layers that augment them while a model trains, and a resize compared with Pillow and PyTorch.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { backendInfo, layers, ops, random } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { formatMs, formatRatio } from './format.js';
import { printHeading, printNote, printTable } from './report.js';
import { resizeProcess } from './runner/contenders.js';
import type { ResizePeer } from './runner/contenders.js';
import { LineProcess } from './runner/line-process.js';
import { interleave, summarize } from './timing.js';
import type { Timing } from './timing.js';

const BATCH = [32, 224, 224, 3] as const;

/** Height and width of a photo, and what networks take. */
const FROM = [375, 500] as const;
const TO = [224, 224] as const;

/** Calls of one measurement: one takes a millisecond. */
const CALLS = 10;

export async function benchImages(rounds: number): Promise<void> {
  await benchLayers(rounds);
  await benchResize(rounds);
}

async function benchLayers(rounds: number): Promise<void> {
  const [count] = BATCH;
  printHeading(
    `layers that augment ${BATCH.join(' × ')}, training, threads: ${backendInfo().threads}`,
  );
  using x = random.uniform(BATCH, { maxval: 255, seed: 1 });
  const flip = new layers.RandomFlip();
  const rotation = new layers.RandomRotation(0.1);
  const zoom = new layers.RandomZoom(0.2);
  const contrast = new layers.RandomContrast(0.2);
  const all = new layers.Pipeline([flip, rotation, zoom, contrast]);
  const run = (layer: { apply: (x: Tensor, options: object) => Tensor }) => () => {
    layer.apply(x, { training: true }).dispose();
  };
  const timings = await interleave(
    {
      RandomFlip: run(flip),
      'RandomRotation(0.1)': run(rotation),
      'RandomZoom(0.2)': run(zoom),
      'RandomContrast(0.2)': run(contrast),
      'all four': run(all),
      'a copy': () => x.add(1).dispose(),
    },
    rounds,
  );
  printTable(
    ['', 'a batch, min', 'median', 'pictures/s (median)'],
    Object.entries(timings).map(([name, { min, median }]) => [
      name,
      formatMs(min),
      formatMs(median),
      ((1000 * count) / median).toFixed(0),
    ]),
  );
}

/** Resizes `CALLS` times; the milliseconds of one. */
type Resize = () => number | Promise<number>;

async function benchResize(rounds: number): Promise<void> {
  printHeading(
    `resize ${FROM.join(' × ')} × 3 to ${TO.join(' × ')}, bilinear with antialias, threads: ${backendInfo().threads}; ` +
      `peers on one thread`,
  );
  const folder = mkdtempSync(path.join(tmpdir(), 'lanegrad-bench-'));
  const peers: Peer[] = [];
  try {
    using bytes = photo();
    using floats = bytes.astype('float32');
    const rows: string[][] = [];
    for (const [x, names] of [
      [bytes, ['pillow', 'torch', 'torch-last']],
      [floats, ['torch', 'torch-last']],
    ] as const) {
      const started = names.flatMap((library) => startPeer(library, x, folder));
      peers.push(...started);
      rows.push(...(await compare(x, started, rounds)));
    }
    printTable(['', 'dtype', 'min', 'median', 'lanegrad ÷ this (median)'], rows);
    printNote([...new Set(peers.map(({ version }) => version))].join('; '));
  } finally {
    for (const { process } of peers) await process.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A picture whose neighbours are alike, as those of photos are. */
function photo(): Tensor {
  using coarse = random.uniform([FROM[0] / 25, FROM[1] / 25, 3], { maxval: 256, seed: 1 });
  using smooth = ops.image.resize(coarse, FROM, { interpolation: 'bicubic' });
  using noise = random.uniform([...FROM, 3], { maxval: 20, seed: 2 });
  using sum = smooth.add(noise);
  using cut = ops.clip(sum, 0, 255);
  return cut.astype('uint8');
}

async function compare(x: Tensor, peers: readonly Peer[], rounds: number): Promise<string[][]> {
  const resize = (): Tensor => ops.image.resize(x, TO, { antialias: true });
  const own = (): number => {
    const started = performance.now();
    for (let i = 0; i < CALLS; i++) resize().dispose();
    return (performance.now() - started) / CALLS;
  };
  using result = resize();
  for (const peer of peers) await peer.check(result);
  const runs: Record<string, Resize> = {
    lanegrad: own,
    ...Object.fromEntries(peers.map(({ name, run }) => [name, run])),
  };
  const timings = await inTurns(runs, rounds);
  const median = timings['lanegrad']?.median ?? NaN;
  return Object.entries(timings).map(([name, timing]) => [
    name,
    x.dtype,
    formatMs(timing.min),
    formatMs(timing.median),
    name === 'lanegrad' ? '' : formatRatio(median / timing.median),
  ]);
}

/** As `interleave`, of what measures itself: the way to another process does not count. */
async function inTurns(
  runs: Readonly<Record<string, Resize>>,
  rounds: number,
): Promise<Record<string, Timing>> {
  const times = Object.fromEntries(Object.keys(runs).map((name): [string, number[]] => [name, []]));
  for (let round = -2; round < rounds; round++) {
    for (const [name, run] of Object.entries(runs)) {
      const milliseconds = await run();
      if (round >= 0) times[name]?.push(milliseconds);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, summarize(all)]));
}

interface Peer {
  readonly name: string;
  readonly process: LineProcess;
  /** Empty before the first check. */
  version: string;
  readonly run: Resize;
  /** Reads the image, and throws if the peer makes something else of it: no contender wins by that. */
  readonly check: (result: Tensor) => Promise<void>;
}

const NAMES: Readonly<Record<ResizePeer, string>> = {
  pillow: 'Pillow',
  torch: 'PyTorch, channels first',
  'torch-last': 'PyTorch, channels last',
};

function startPeer(library: ResizePeer, x: Tensor, folder: string): Peer[] {
  const command = resizeProcess(library);
  const name = NAMES[library];
  if (command === undefined) {
    printNote(`${name} is not installed: pip install ${library === 'pillow' ? 'pillow' : 'torch==2.6.0'}, and numpy (BENCH_PYTHON names their python)`); // prettier-ignore
    return [];
  }
  const { dtype } = x;
  const file = path.join(folder, `image.${dtype}`);
  const out = path.join(folder, `${library}.${dtype}`);
  writeFileSync(file, new Uint8Array(x.data().slice().buffer));
  const process = new LineProcess(command);
  const ask = async (request: object): Promise<Answer> => {
    const answer = JSON.parse(await process.ask(JSON.stringify(request))) as Answer;
    if (answer.error !== undefined) throw new Error(`${name}: ${answer.error}`);
    return answer;
  };
  const run: Resize = async () => (await ask({ calls: CALLS, out })).milliseconds ?? NaN;
  const peer: Peer = {
    name,
    process,
    version: '',
    run,
    check: async (result) => {
      peer.version = (await ask({ file, dtype, from: FROM, to: TO })).version ?? '';
      await run();
      const { buffer } = Uint8Array.from(readFileSync(out));
      const theirs = dtype === 'uint8' ? new Uint8Array(buffer) : new Float32Array(buffer);
      let off = 0;
      result.data().forEach((value, i) => {
        off = Math.max(off, Math.abs(value - (theirs[i] ?? NaN)));
      });
      if (!(off <= (dtype === 'uint8' ? 1 : 0.01))) throw new Error(`${name}: pixels differ by ${off}`); // prettier-ignore
    },
  };
  return [peer];
}

interface Answer {
  readonly version?: string;
  readonly milliseconds?: number;
  readonly error?: string;
}
