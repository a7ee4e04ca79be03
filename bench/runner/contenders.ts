// The contenders: the programs that train the networks, how they are started, and how to install them.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ContenderSpec } from './contender.js';
import type { Command } from './line-process.js';

const bench = fileURLToPath(new URL('..', import.meta.url));

/** Node, this one or another, with the arguments that let it run TypeScript. */
const typescript = (file: string, args: string[], node = process.execPath): Command => ({
  file: node,
  args: [...process.execArgv, `${bench}runner/${file}`, ...args],
});

/** The steps of `npm run bench:growth`. */
export const growthProcess = (threads: number): Command =>
  typescript('growth.ts', [String(threads)]);

const peer = (file: string, ...args: string[]): Command => ({
  file: process.execPath,
  args: [`${bench}peers/${file}`, ...args],
});

const installPeers = 'npm ci --prefix bench/peers';

export function missingPeer(packageName: string): string | undefined {
  return existsSync(`${bench}peers/node_modules/${packageName}`) ? undefined : 'not installed';
}

/** The Python that can run `code`: BENCH_PYTHON, that of the tests against Keras, the system's, or the first on the path. */
function findPython(code: string): string | undefined {
  return [process.env['BENCH_PYTHON'], ...pythonsOfTests(), '/usr/bin/python3', 'python3']
    .filter((file): file is string => file !== undefined && file !== '')
    .find((file) => spawnSync(file, ['-c', code]).status === 0);
}

/** Where `.ci/run` installs Keras. */
function pythonsOfTests(): string[] {
  const cache = path.join(
    process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'),
    'lanegrad',
  );
  if (!existsSync(cache)) return [];
  const folders = readdirSync(cache).filter((name) => name.startsWith('keras-'));
  return folders.map((name) => path.join(cache, name, 'bin/python'));
}

const pythons = new Map<string, string | undefined>();
function python(code: string): string | undefined {
  if (!pythons.has(code)) pythons.set(code, findPython(code));
  return pythons.get(code);
}

const missingModule = (code: string): string | undefined =>
  python(code) === undefined ? `no Python that runs '${code}'` : undefined;

/** Threads of OpenMP (PyTorch's own kernels) and of OpenBLAS, and how idle threads of OpenMP wait. */
interface PythonThreads {
  readonly openmp: number;
  readonly openblas: number;
  readonly waiting?: 'PASSIVE';
}

/** A Python program; settings of OpenBLAS that would slow it down are taken out of its environment. */
function pythonProgram(
  code: string,
  file: string,
  { openmp, openblas, waiting }: PythonThreads,
): Command {
  return {
    file: python(code) ?? 'python3',
    args: [`${bench}peers/${file}`, String(openmp)],
    env: {
      OMP_NUM_THREADS: String(openmp),
      MKL_NUM_THREADS: String(openmp),
      OPENBLAS_NUM_THREADS: String(openblas),
      OMP_WAIT_POLICY: waiting,
      OPENBLAS_CORETYPE: undefined,
      OPENBLAS_L2_SIZE: undefined,
      PYTHONDONTWRITEBYTECODE: '1',
    },
  };
}

/** All that may be fastest on this many threads: both libraries keep threads, which can be in each other's way. */
function threadSettings(threads: number): PythonThreads[] {
  const all = { openmp: threads, openblas: threads };
  if (threads === 1) return [all];
  return [
    all,
    { ...all, waiting: 'PASSIVE' },
    { openmp: threads, openblas: 1 },
    { openmp: 1, openblas: threads },
  ];
}

const plural = (threads: number): string => (threads === 1 ? '1 thread' : `${threads} threads`);

const lanegrad = (threads: number, workload: string): ContenderSpec => ({
  id: `lanegrad-${threads}`,
  name: `lanegrad, ${plural(threads)}`,
  commands: () => [typescript('lanegrad.ts', [String(threads), workload])],
});

/** The relaxed build, in the Node that BENCH_NODE names: not every one has relaxed SIMD. */
const relaxed = (threads: number, workload: string): ContenderSpec => ({
  id: `relaxed-${threads}`,
  name: `lanegrad, relaxed, ${plural(threads)}`,
  commands: () => [
    typescript('lanegrad.ts', [String(threads), workload, 'relaxed'], process.env['BENCH_NODE']),
  ],
  install: 'Node 21 or later, whose path is in BENCH_NODE',
});

const IMPORT_TORCH = 'import torch';

const torch = (threads: number, file = 'torch_train.py'): ContenderSpec => ({
  id: `torch-${threads}`,
  name: `PyTorch, raw loop, ${plural(threads)}`,
  commands: () =>
    threadSettings(threads).map((setting) => pythonProgram(IMPORT_TORCH, file, setting)),
  install:
    'pip install torch==2.6.0 (BENCH_PYTHON names its python), or Debian: apt-get install python3-torch libopenblas0-pthread',
  missing: () => missingModule(IMPORT_TORCH),
});

/** What resizes images beside lanegrad: a library of Python, and for PyTorch where its images have their channels. */
export type ResizePeer = 'pillow' | 'torch' | 'torch-last';

/** The process of such a peer on one thread; undefined if no Python has the library. */
export function resizeProcess(library: ResizePeer): Command | undefined {
  const code = library === 'pillow' ? 'import numpy, PIL' : 'import numpy, torch';
  if (python(code) === undefined) return undefined;
  const program = pythonProgram(code, 'resize.py', { openmp: 1, openblas: 1 });
  return { ...program, args: [...program.args, library] };
}

/** Calls of NumPy on one thread; undefined if no Python has it. */
export function numpyProcess(): Command | undefined {
  if (python('import numpy') === undefined) return undefined;
  return pythonProgram('import numpy', 'numpy_calls.py', { openmp: 1, openblas: 1 });
}

/** Keras's layers of text on TensorFlow, on one thread; undefined if no Python has it. */
export const textProcess = (file: string): Command | undefined =>
  textPeer('import tensorflow, keras', 'texts', file);

/** pandas and NumPy on one thread; undefined if no Python has them. */
export const tableProcess = (file: string): Command | undefined =>
  textPeer('import pandas, numpy', 'table', file);

function textPeer(code: string, what: string, file: string): Command | undefined {
  if (python(code) === undefined) return undefined;
  const program = pythonProgram(code, 'text.py', { openmp: 1, openblas: 1 });
  return { ...program, args: [...program.args, what, file] };
}

const keras = (backend: 'jax' | 'torch', threads: number, maxSteps = Infinity): ContenderSpec => {
  const code = `import os; os.environ['KERAS_BACKEND'] = '${backend}'; import keras, ${backend}`;
  const name = { jax: 'JAX', torch: 'PyTorch' }[backend];
  return {
    id: `keras-${backend}-${threads}`,
    name: `Keras on ${name}, ${plural(threads)}`,
    commands: () => {
      const program = pythonProgram(code, 'keras_train.py', { openmp: threads, openblas: threads });
      return [{ ...program, args: [...program.args, backend] }];
    },
    maxSteps,
    install: `pip install keras ${backend} (BENCH_PYTHON names their python)`,
    missing: () => missingModule(code),
  };
};

/** Contenders that train every network: lanegrad, both builds, and PyTorch. */
const trainers = (workload: string): readonly ContenderSpec[] => [
  lanegrad(1, workload),
  lanegrad(2, workload),
  relaxed(1, workload),
  relaxed(2, workload),
  torch(1),
  torch(2),
];

const onnx = (threads: number): ContenderSpec => ({
  id: `ort-${threads}`,
  name: `ONNX Runtime Web, ${plural(threads)}`,
  commands: () => [peer('onnx-predict.js', String(threads))],
  install: installPeers,
  missing: () => missingPeer('onnxruntime-web'),
});

/** Contenders that predict. */
export const predictors = (workload: string): readonly ContenderSpec[] => [
  lanegrad(1, workload),
  lanegrad(2, workload),
  relaxed(1, workload),
  relaxed(2, workload),
  onnx(1),
  onnx(2),
  torch(1, 'torch_predict.py'),
  torch(2, 'torch_predict.py'),
];

const tfjs = (backend: 'wasm' | 'cpu', file: string, maxSteps: number): ContenderSpec => ({
  id: `tfjs-${backend}`,
  name: `TensorFlow.js, ${backend}`,
  commands: () => [peer(file, backend)],
  maxSteps,
  install: installPeers,
  missing: () => missingPeer('@tensorflow/tfjs'),
});

const jaxJs = (maxSteps = Infinity): ContenderSpec => ({
  id: 'jax-js',
  name: 'jax-js, Wasm',
  commands: () => [peer('jax-train.js')],
  maxSteps,
  install: installPeers,
  missing: () => missingPeer('@jax-js/jax'),
});

/** Steps of a segment of slow peers at most, so that it takes a few seconds. */
interface SlowSteps {
  /** Default: an epoch. */
  readonly keras?: number;
  /** Default: an epoch. */
  readonly jax?: number;
  /** Default 3. */
  readonly tfjs?: number;
}

/** Contenders that train a network that is not recurrent. */
export const networkContenders = (
  workload: string,
  { keras: kerasSteps, jax, tfjs: tfjsSteps = 3 }: SlowSteps = {},
): readonly ContenderSpec[] => [
  ...trainers(workload),
  keras('torch', 1, kerasSteps),
  keras('torch', 2, kerasSteps),
  keras('jax', 1, kerasSteps),
  keras('jax', 2, kerasSteps),
  jaxJs(jax),
  tfjs('wasm', 'tfjs-train.js', tfjsSteps),
];

/** Contenders that train a network of any layers: what reads the architecture, and knows more than dense and convolutional ones. */
export const graphContenders = (workload: string): readonly ContenderSpec[] => [
  ...trainers(workload),
  keras('torch', 1),
  keras('torch', 2),
  keras('jax', 1),
  keras('jax', 2),
];

/** Contenders that train a recurrent network. A step of TensorFlow.js takes seconds. */
export const recurrentContenders = (workload: string): readonly ContenderSpec[] => [
  ...trainers(workload),
  keras('jax', 1),
  tfjs('wasm', 'tfjs-recurrent.js', 1),
  tfjs('cpu', 'tfjs-recurrent.js', 1),
];

/**
 * Contenders that train the seed network, in the order of the table. `maxSteps` keeps a segment of a slow one to a few seconds.
 */
export const seedContenders = (workload: string): readonly ContenderSpec[] => [
  ...networkContenders(workload, { tfjs: 40 }),
  tfjs('cpu', 'tfjs-train.js', 8),
  {
    id: 'javascript',
    name: 'pure JavaScript',
    commands: () => [typescript('javascript.ts', [])],
    maxSteps: 30,
  },
  {
    id: 'javascript-sparse',
    name: 'pure JavaScript that skips zeros',
    commands: () => [typescript('javascript.ts', ['skip-zeros'])],
    maxSteps: 60,
  },
];
