// A run of operations for the shapes and dtypes of what they give, as on PyTorch's device `meta`.
import { LanegradError } from '../../errors.js';
import type { Kernels } from '../wasm/kernels.js';
import type { Pointer } from '../wasm/generated/kernels.js';
import { plainRuntime, withRuntime } from './current.js';
import type { Views } from './heap.js';
import type { Runtime, WorkingRuntime } from './runtime.js';

/** Addresses from here on are of no block: memory ends before. */
const FIRST_ADDRESS = 2 ** 33;

/** A view into which everything is written in vain. */
const nowhere = <T extends object>(view: T): T => Object.assign(view, { set: () => undefined });

const NOWHERE: Views = {
  float32: nowhere(new Float32Array(0)),
  int32: nowhere(new Int32Array(0)),
  uint8: nowhere(new Uint8Array(0)),
};

/**
 * Runs `f` without elements: tensors that it makes have addresses but no memory, and no kernel runs. Where elements decide,
 * the usual answer counts (`Runtime.decide`); nothing is drawn from generators. Tensors that were made before must not be
 * used, as what is known of their elements would be wrong.
 *
 * @param f consists of operations; what it makes must not live longer
 * @throws LanegradError if it reads elements
 */
export function withoutElements<T>(f: () => T): T {
  return withRuntime(metaRuntime(plainRuntime()), f);
}

function metaRuntime(runtime: Runtime): WorkingRuntime {
  let next = FIRST_ADDRESS;
  const address = (bytes: number): Pointer => {
    const pointer = next;
    next += Math.max(16, Math.ceil(bytes / 16) * 16);
    return pointer;
  };
  const own: Partial<WorkingRuntime> = {
    threads: runtime.threads,
    // Those that say how much room others need look at sizes alone.
    kernels: new Proxy(runtime.kernels, {
      get: (kernels, name: keyof Kernels): unknown => {
        if (!/(Bytes|Words)$/.test(name)) refuse(`the kernel ${name}`);
        // eslint-disable-next-line @typescript-eslint/unbound-method -- kernels use no `this`
        return kernels[name];
      },
    }),
    with(module) {
      runtime.with(module);
      return meta;
    },
    run: () => undefined,
    guard: (_look, usual) => usual,
    hint: (_look, usual) => usual,
    redraw: () => undefined,
    copy: () => undefined,
    allocate: address,
    release: () => undefined,
    allocateCache: () => undefined,
    withScratch: (bytes, use) => use(address(bytes)),
    workspace: address,
    layoutBlock: runtime.layoutBlock,
    writing: (block) => (block < FIRST_ADDRESS ? runtime.writing(block) : NOWHERE),
    noteEffect: () => undefined,
  };
  const meta = new Proxy(runtime, {
    get: (_, name) => (name in own ? own[name as keyof WorkingRuntime] : refuse(String(name))),
  }) as WorkingRuntime;
  return meta;
}

function refuse(what: string): never {
  throw new LanegradError(
    `An operation asks for ${what} while its shape is found out, when there are no elements: a fault of lanegrad, please report it.`,
  );
}

/** Lengths that were given in place of such as elements decide. */
let unknownLengths = 0;

/** The usual answer of `guard` where elements decide a length: another number each time, so that two runs differ in it. */
export function unknownLength(): number {
  unknownLengths++;
  return 1 + (unknownLengths % 1024);
}

/** How many lengths elements have decided so far. */
export const countUnknownLengths = (): number => unknownLengths;
