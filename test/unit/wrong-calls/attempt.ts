import { LanegradError } from '../../../src/index.js';
import { OwnError, WRONG_VALUES } from './wrong-values.js';

/** No argument is large: a call that takes longer works on something that it should have refused. */
const SLOW_MS = 20_000;

/** Texts that no message may hold: of a value that was not described, or of an error of the engine. */
const UNDESCRIBED = /\[object |cannot read propert|is not a function\b/i;

/**
 * What is wrong with how a call ends: undefined if it returns, or throws an error of the library or the caller's own.
 *
 * @param mustThrow whether it may not return
 */
export async function faultOf(call: () => unknown, mustThrow = false): Promise<string | undefined> {
  const start = performance.now();
  try {
    const result = call();
    if (result instanceof Promise && !(await hasEnded(result))) return 'never ends';
    if (mustThrow) return 'is accepted';
  } catch (error) {
    const fault = faultOfError(error);
    if (fault !== undefined) return fault;
  }
  const time = performance.now() - start;
  return time > SLOW_MS ? `takes ${time.toFixed(0)} ms` : undefined;
}

async function hasEnded(promise: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, SLOW_MS, false);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

function faultOfError(error: unknown): string | undefined {
  if (error instanceof OwnError) return undefined;
  if (error instanceof LanegradError) {
    return UNDESCRIBED.test(error.message) ? `says: ${error.message}` : undefined;
  }
  if (!(error instanceof Error)) return 'throws no error';
  // The engine's answer to a class that is called like a function is the caller's own error.
  return error.message.startsWith('Class constructor Thing ')
    ? undefined
    : `${error.name}: ${error.message}`;
}

/** A call and arguments that it takes. */
interface ValidCall {
  readonly call: (...args: readonly unknown[]) => unknown;
  readonly args: readonly unknown[];
}

/**
 * The faults of calls without arguments, and with one wrong value each, by what was called with what:
 * `ops.sum(1: a text)`.
 *
 * @param make gives the call again: it may change or dispose of what it is given
 */
export async function faultsOf(
  name: string,
  make: () => ValidCall,
): Promise<[call: string, fault: string][]> {
  const faults: [string, string][] = [];
  const note = async (what: string, call: () => unknown, mustThrow = false): Promise<void> => {
    const fault = await faultOf(call, mustThrow);
    if (fault !== undefined) faults.push([`${name}(${what})`, fault]);
  };
  if (!isMeant(name, 0, undefined)) await note('', () => make().call());
  const count = make().args.length;
  const places = Math.max(1, count);
  for (let place = 0; place < places; place++) {
    for (const [label, value] of Object.entries(WRONG_VALUES)) {
      if (isMeant(name, place, value())) continue;
      const isList = Array.isArray(make().args[place]);
      await note(
        `${place}: ${label}`,
        () => {
          const { call, args } = make();
          return call(...args.slice(0, place), value(), ...args.slice(place + 1));
        },
        isList && hasGaps(value()),
      );
      if (place + 1 >= count) continue;
      // One mistake seldom comes alone: nothing is known of what stands behind.
      await note(`${place}: ${label}, and no more`, () => {
        const { call, args } = make();
        return call(...args.slice(0, place), value());
      });
    }
  }
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      await note(`${i} and ${j} swapped`, () => {
        const { call, args } = make();
        return call(...args.with(i, args[j]).with(j, args[i]));
      });
    }
  }
  // An argument too many, behind a mistake where that can be seen.
  for (const [label, value] of Object.entries(WRONG_VALUES)) {
    await note(`${count}: ${label}, too many`, () => {
      const { call, args } = make();
      const last = isObject(args.at(-1)) ? [...args.slice(0, -1), { noSuchOption: 1 }] : args;
      return call(...last, value());
    });
  }
  return faults;
}

/** Whether a value is a list with gaps, which means nothing wherever a list is taken. */
export const hasGaps = (value: unknown): boolean =>
  Array.isArray(value) && Object.keys(value).length < value.length;

/** Whether a value is an object of options. */
export const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Whether the value is none that is wrong there: the path of a file that would be written, or options of a download. */
function isMeant(name: string, place: number, value: unknown): boolean {
  if (place !== 0) return false;
  if (typeof value === 'string') return /[.#](write\w+|save|saveImg|saveWeights)$/.test(name);
  if (!/mnist\.loadData/i.test(name)) return false;
  return value === undefined || (typeof value === 'object' && value !== null);
}
