import { describeValue } from '../../config/describe-value.js';
import { checkBoolean, checkOptions, isUrl } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { fusesMultiplyAdd, isCore, loadRelaxedBuild } from '../wasm/binary.js';
import type { Core } from '../wasm/instantiate.js';
import { platform } from './platform.js';
import { Runtime } from './runtime.js';
import type { WorkingRuntime } from './runtime.js';

/** The most shares that one call is cut into. The number after it means that none is left. */
const MAX_SHARES = 254;

/** Settings of the runtime. They are fixed when the first tensor is created. */
export interface RuntimeOptions {
  /**
   * The number of threads for kernels, including the calling thread. `'auto'`: as many as the machine has, at most 16.
   * If memory cannot be shared (in a page that is not cross-origin isolated), there is one thread, and `backendInfo()`
   * says why. Results do not depend on the number of threads. Default `'auto'`.
   */
  readonly threads?: number | 'auto';
  /**
   * The URL of the module `lanegrad/worker`, if a bundler has moved it; a relative URL is relative to the page.
   * Default: `worker.js` next to this module, which Vite and webpack find automatically.
   */
  readonly workerUrl?: string | URL;
  /**
   * Whether to use fused multiply-add, which is faster if the engine (Node >= 21) and the processor support it. The last
   * bits of results differ, but are the same on all such processors, x86 or Arm: see `backendInfo().arithmetic`. The build
   * is loaded on demand: await `configure`. If the engine does not support it, the default build is used, and
   * `backendInfo()` says so. Default false.
   */
  readonly relaxedSimd?: boolean;
  /**
   * The compiled core, for hosts that forbid compiling at run time, such as Cloudflare Workers, where you get it by
   * `import wasmModule from 'lanegrad/wasm/lanegrad.simd.wasm'`. It runs on one thread. Default: the core that is
   * embedded in this package.
   */
  readonly wasmModule?: Core;
  /** Limit of linear memory in bytes, 1 MiB … 4 GiB. Default 4 GiB. */
  readonly maxMemory?: number;
}

/** What the runtime uses, and why it does not use more. */
export interface BackendInfo {
  /** Whether kernels use SIMD instructions: always true. */
  readonly simd: true;
  /** Whether the build with relaxed SIMD instructions is loaded, as requested by `configure`. */
  readonly relaxedSimd: boolean;
  /**
   * How a · b + c is rounded, which determines the last bits. `'strict'`: after the product and after the sum; results are
   * the same, bit for bit, in all engines on all processors. `'fused'`: once, after the sum; results are the same wherever
   * arithmetic is `'fused'`. With `relaxedSimd` it is `'fused'` if the processor supports it.
   */
  readonly arithmetic: 'strict' | 'fused';
  /** The number of threads for kernels, including the calling thread. */
  readonly threads: number;
  /** Why this number of threads is used, and what is missing; parts are separated by semicolons. */
  readonly reason: string;
}

const OPTIONS = [
  'threads',
  'workerUrl',
  'relaxedSimd',
  'wasmModule',
  'maxMemory',
] as const satisfies readonly (keyof RuntimeOptions)[];

const MIN_MEMORY = 2 ** 20;
const MAX_MEMORY = 2 ** 32;

/** More threads than this find too little work in one layer to be worth it. */
const MAX_AUTO_THREADS = 16;

let current: Runtime | undefined;
/** What `currentRuntime` gives: the runtime, or what stands in its place. */
let working: WorkingRuntime | undefined;
let options: RuntimeOptions = {};
let relaxed: 'off' | 'loading' | 'missing' | 'on' = 'off';

/** The runtime that all tensors share, or what stands in its place; made when it is first asked for. */
export function currentRuntime(): WorkingRuntime {
  return (working ??= plainRuntime());
}

/** The runtime itself. */
export function plainRuntime(): Runtime {
  if (current === undefined && relaxed === 'loading') {
    throw new ValueError(
      'The relaxed build is still being loaded. Await configure({ relaxedSimd: true }) before the first tensor.',
    );
  }
  current ??= new Runtime({
    core: options.wasmModule ?? (relaxed === 'on' ? 'relaxed' : 'strict'),
    maximumBytes: options.maxMemory ?? MAX_MEMORY,
    threads: chooseThreads().threads,
    workerUrl,
  });
  return current;
}

/** Runs `f` with `runtime` in place of the runtime. */
export function withRuntime<T>(runtime: WorkingRuntime, f: () => T): T {
  const outer = working;
  working = runtime;
  try {
    return f();
  } finally {
    working = outer;
  }
}

/** Whether operations run on the runtime itself, and nothing stands in its place. */
export function isRuntimePlain(): boolean {
  return working === undefined || working === current;
}

/**
 * Called by what has an effect apart from its result: a run that does it is more than its kernels.
 *
 * @param isLoss whether something is added to a loss, which no prediction gives
 */
export function noteEffect(isLoss = false): void {
  working?.noteEffect(isLoss);
}

/** Asked for by the first shared call: not every host knows the URL of a module. */
function workerUrl(): URL {
  const { workerUrl: given } = options;
  // The default is spelt out, because bundlers look for just this expression.
  if (given === undefined) return new URL('./worker.js', import.meta.url);
  const base = globalThis.document?.baseURI ?? import.meta.url;
  return new URL(given, base);
}

/** The settings, with `workerUrl` as it is seen from anywhere: another thread's runtime can be set alike. */
export function runtimeOptions(): RuntimeOptions {
  return options.workerUrl === undefined ? options : { ...options, workerUrl: workerUrl().href };
}

/** How many threads there will be, and why. */
function chooseThreads(): { readonly threads: number; readonly reason: string } {
  const { threads: wanted = 'auto' } = options;
  if (wanted === 1) return { threads: 1, reason: 'threads: 1 was asked for' };
  if (options.wasmModule !== undefined) {
    return { threads: 1, reason: 'the core was given as wasmModule, which has no shared memory' };
  }
  const obstacle = platform().sharingObstacle();
  if (obstacle !== undefined) {
    return { threads: 1, reason: `memory cannot be shared between threads: ${obstacle}` };
  }
  if (wanted !== 'auto') return { threads: wanted, reason: `threads: ${wanted} was asked for` };
  const available = platform().availableThreads();
  return {
    threads: Math.min(available, MAX_AUTO_THREADS),
    reason: `the machine has ${available} threads`,
  };
}

/**
 * Configures the runtime. Call it before the first tensor is created. Await the promise if you set `relaxedSimd`, which
 * has to be loaded; everything else is set at once.
 *
 * @throws ValueError for a setting that is out of range or not supported by this build, and after the first tensor has
 * been created.
 * @example await configure({ threads: 4, relaxedSimd: true });
 */
export function configure(settings: RuntimeOptions): Promise<void> {
  checkOptions('configure', settings, OPTIONS);
  const { threads = 'auto', relaxedSimd = false, wasmModule, maxMemory } = settings;
  if (threads !== 'auto' && !(Number.isInteger(threads) && threads >= 1 && threads <= MAX_SHARES)) {
    throw new ValueError(
      `configure: threads must be 'auto' or a whole number from 1 to ${MAX_SHARES}, got ${describeValue(threads)}.`,
    );
  }
  checkBoolean('configure', 'relaxedSimd', relaxedSimd);
  if (
    settings.workerUrl !== undefined &&
    typeof settings.workerUrl !== 'string' &&
    !isUrl(settings.workerUrl)
  ) {
    throw new ValueError(
      `configure: workerUrl must be a URL or a text, got ${describeValue(settings.workerUrl)}.`,
    );
  }
  if (wasmModule !== undefined && (relaxedSimd || !isCore(wasmModule))) {
    throw new ValueError(
      relaxedSimd
        ? 'configure: wasmModule is a core and relaxedSimd loads another one. Give one of the two.'
        : 'configure: wasmModule must be a WebAssembly.Module of a file in lanegrad/wasm/.',
    );
  }
  if (
    maxMemory !== undefined &&
    !(typeof maxMemory === 'number' && maxMemory >= MIN_MEMORY && maxMemory <= MAX_MEMORY)
  ) {
    throw new ValueError(
      `configure: maxMemory must be between ${MIN_MEMORY} (1 MiB) and ${MAX_MEMORY} (4 GiB) bytes, ` +
        `got ${describeValue(maxMemory)}.`,
    );
  }
  const isChanged =
    maxMemory !== options.maxMemory ||
    threads !== (options.threads ?? 'auto') ||
    relaxedSimd !== (options.relaxedSimd ?? false) ||
    wasmModule !== options.wasmModule ||
    String(settings.workerUrl) !== String(options.workerUrl);
  if (current !== undefined && isChanged) {
    throw new ValueError(
      'configure: the runtime already works, so its settings are fixed. Call configure before the ' +
        'first tensor is made.',
    );
  }
  options = settings;
  relaxed = 'off';
  return relaxedSimd ? useRelaxedBuild() : Promise.resolve();
}

async function useRelaxedBuild(): Promise<void> {
  relaxed = 'loading';
  relaxed = (await loadRelaxedBuild()) ? 'on' : 'missing';
}

/**
 * What the runtime uses, or would use if it started now.
 *
 * @example const { threads, reason } = backendInfo(); // why as many as that
 */
export function backendInfo(): BackendInfo {
  const { threads, reason } = chooseThreads();
  const failure = current?.poolFailure;
  const reasons = [reason];
  if (failure !== undefined) reasons.push(`a worker is missing: ${failure}`);
  if (current?.refusal !== undefined) reasons.push(current.refusal);
  if (relaxed === 'missing') reasons.push('this engine has no relaxed SIMD');
  return {
    simd: true,
    relaxedSimd: relaxed === 'on',
    arithmetic: relaxed === 'on' && fusesMultiplyAdd() ? 'fused' : 'strict',
    threads: current === undefined ? threads : current.threads - current.missingWorkers,
    reason: reasons.join('; '),
  };
}
