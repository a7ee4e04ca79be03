// Who trains the networks, how it is started, and how to get it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ContenderSpec } from './contender.js';
import type { Command } from './line-process.js';

const bench = fileURLToPath(new URL('..', import.meta.url));

/** Node, this one or another, with the arguments that let it run TypeScript. */
const typescript = (file: string, args: string[], node = process.execPath): Command => ({
  file: node,
  args: [...process.execArgv, `${bench}runner/${file}`, ...args],
});

const peer = (file: string, ...args: string[]): Command => ({
  file: process.execPath,
  args: [`${bench}peers/${file}`, ...args],
});

const installPeers = 'npm ci --prefix bench/peers';

export function missingPeer(packageName: string): string | undefined {
  return existsSync(`${bench}peers/node_modules/${packageName}`) ? undefined : 'not installed';
}

/** The Python that has `module`: BENCH_PYTHON, the system's, or the first on the path. */
function findPython(module: string): string | undefined {
  const candidates = [process.env['BENCH_PYTHON'], '/usr/bin/python3', 'python3'];
  return candidates
    .filter((file): file is string => file !== undefined && file !== '')
    .find((file) => spawnSync(file, ['-c', `import ${module}`]).status === 0);
}

const pythons = new Map<string, string | undefined>();
function python(module: string): string | undefined {
  if (!pythons.has(module)) pythons.set(module, findPython(module));
  return pythons.get(module);
}

const missingModule = (module: string): string | undefined =>
  python(module) === undefined ? `no Python that imports ${module}` : undefined;

/** Threads of OpenMP (PyTorch's own kernels) and of OpenBLAS, and how idle threads of OpenMP wait. */
interface PythonThreads {
  readonly openmp: number;
  readonly openblas: number;
  readonly waiting?: 'PASSIVE';
}

/** A Python program; settings of OpenBLAS that would slow it down are taken out of its environment. */
function pythonProgram(
  module: string,
  file: string,
  { openmp, openblas, waiting }: PythonThreads,
): Command {
  return {
    file: python(module) ?? 'python3',
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

/** All that may be fastest on so many threads: both libraries keep threads, which can be in each other's way. */
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

const lanegrad = (threads: number, network = 'seed'): ContenderSpec => ({
  id: `lanegrad-${threads}`,
  name: `lanegrad, ${plural(threads)}`,
  commands: () => [typescript('lanegrad.ts', [String(threads), network])],
});

/** The relaxed build, in the Node that BENCH_NODE names: not every one has relaxed SIMD. */
const relaxed = (threads: number, network: string): ContenderSpec => ({
  id: `relaxed-${threads}`,
  name: `lanegrad, relaxed, ${plural(threads)}`,
  commands: () => [
    typescript('lanegrad.ts', [String(threads), network, 'relaxed'], process.env['BENCH_NODE']),
  ],
  install: 'Node 21 or later, whose path is in BENCH_NODE',
});

const torch = (threads: number, file = 'torch_seed.py'): ContenderSpec => ({
  id: `torch-${threads}`,
  name: `PyTorch, raw loop, ${plural(threads)}`,
  commands: () => threadSettings(threads).map((setting) => pythonProgram('torch', file, setting)),
  install: 'Debian: apt-get install python3-torch libopenblas0-pthread; PyPI: pip install torch',
  missing: () => missingModule('torch'),
});

const keras = (threads: number): ContenderSpec => ({
  id: `keras-${threads}`,
  name: `Keras on PyTorch, ${plural(threads)}`,
  commands: () => [
    pythonProgram('keras, torch', 'keras_seed.py', { openmp: threads, openblas: threads }),
  ],
  install: 'pip install keras, in the environment that has torch (BENCH_PYTHON names its python)',
  missing: () => missingModule('keras, torch'),
});

/** Who trains the convolutional network. TensorFlow.js has no gradient of Conv2D on its Wasm backend. */
export const convContenders: readonly ContenderSpec[] = [
  lanegrad(1, 'conv'),
  lanegrad(2, 'conv'),
  torch(1, 'torch_conv.py'),
  torch(2, 'torch_conv.py'),
];

/** Who trains a network of `recurrentNets`. A step of TensorFlow.js takes seconds. */
export const recurrentContenders = (network: string): readonly ContenderSpec[] => [
  lanegrad(1, network),
  lanegrad(2, network),
  relaxed(1, network),
  relaxed(2, network),
  torch(1, 'torch_recurrent.py'),
  torch(2, 'torch_recurrent.py'),
  ...(['wasm', 'cpu'] as const).map((backend) => ({
    id: `tfjs-${backend}`,
    name: `TensorFlow.js, ${backend}`,
    commands: () => [peer('tfjs-recurrent.js', backend)],
    maxSteps: 1,
    install: installPeers,
    missing: () => missingPeer('@tensorflow/tfjs'),
  })),
];

/**
 * Who trains the seed network, in the order of the table. `maxSteps` keeps a segment of a slow one to a few seconds.
 */
export const seedContenders: readonly ContenderSpec[] = [
  lanegrad(1),
  lanegrad(2),
  torch(1),
  torch(2),
  keras(1),
  keras(2),
  {
    id: 'jax-js',
    name: 'jax-js, Wasm',
    commands: () => [peer('jax-seed.js')],
    install: installPeers,
    missing: () => missingPeer('@jax-js/jax'),
  },
  {
    id: 'tfjs-wasm',
    name: 'TensorFlow.js, wasm',
    commands: () => [peer('tfjs-seed.js', 'wasm')],
    maxSteps: 40,
    install: installPeers,
    missing: () => missingPeer('@tensorflow/tfjs-backend-wasm'),
  },
  {
    id: 'tfjs-cpu',
    name: 'TensorFlow.js, cpu',
    commands: () => [peer('tfjs-seed.js', 'cpu')],
    maxSteps: 8,
    install: installPeers,
    missing: () => missingPeer('@tensorflow/tfjs'),
  },
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
