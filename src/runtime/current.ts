import { checkOptions } from '../config/index.js';
import { ValueError } from '../errors.js';
import { Runtime } from './runtime.js';

/** Settings of the runtime. They are fixed when the first tensor is made. */
export interface RuntimeOptions {
  /** Threads that kernels run on. `'auto'` takes what is there; this version has one. Default 'auto'. */
  readonly threads?: number | 'auto';
  /** Fused multiply-add, faster where the engine has it, but not the same bits everywhere. Default false. */
  readonly relaxedSimd?: boolean;
  /** Limit of linear memory in bytes, 1 MiB … 4 GiB. Default 4 GiB. */
  readonly maxMemory?: number;
}

/** What the runtime works with, and why not with more. */
export interface BackendInfo {
  readonly simd: true;
  readonly relaxedSimd: boolean;
  readonly threads: number;
  readonly reason: string;
}

const MIN_MEMORY = 2 ** 20;
const MAX_MEMORY = 2 ** 32;

let current: Runtime | undefined;
let options: RuntimeOptions = {};

/** The runtime that all tensors share; made when it is first asked for. */
export function currentRuntime(): Runtime {
  current ??= new Runtime(options.maxMemory ?? MAX_MEMORY);
  return current;
}

/**
 * Sets how the runtime works. Call it before the first tensor is made.
 *
 * @throws ValueError for a setting that is out of range or that this build does not have, and after
 * the first tensor.
 */
export function configure(settings: RuntimeOptions): void {
  checkOptions('configure', settings, ['threads', 'relaxedSimd', 'maxMemory']);
  const { threads = 'auto', relaxedSimd = false, maxMemory } = settings;
  if (threads !== 'auto' && (!Number.isInteger(threads) || threads < 1)) {
    throw new ValueError(
      `configure: threads must be 'auto' or a whole number of at least 1, got ${String(threads)}.`,
    );
  }
  if (threads !== 'auto' && threads > 1) {
    throw new ValueError(
      `configure: threads = ${threads}, but this version runs on one thread. Use 1 or 'auto'.`,
    );
  }
  if (relaxedSimd) {
    throw new ValueError(
      'configure: relaxedSimd = true, but this version has only the reproducible strict SIMD build.',
    );
  }
  if (maxMemory !== undefined && !(maxMemory >= MIN_MEMORY && maxMemory <= MAX_MEMORY)) {
    throw new ValueError(
      `configure: maxMemory must be between ${MIN_MEMORY} (1 MiB) and ${MAX_MEMORY} (4 GiB) bytes, ` +
        `got ${String(maxMemory)}.`,
    );
  }
  if (current !== undefined && maxMemory !== options.maxMemory) {
    throw new ValueError(
      'configure: the runtime already works, so its settings are fixed. Call configure before the ' +
        'first tensor is made.',
    );
  }
  options = settings;
}

/** What the runtime works with. */
export function backendInfo(): BackendInfo {
  return {
    simd: true,
    relaxedSimd: false,
    threads: 1,
    reason: 'this version runs on one thread, with strict (reproducible) SIMD',
  };
}
