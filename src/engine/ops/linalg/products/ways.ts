// A product or a convolution can be computed in several ways. A list has a row for each of them, and `fastest` chooses.
import { currentRuntime } from '../../../runtime/index.js';
import type { CountQuestion, WorkingRuntime } from '../../../runtime/index.js';

/** Nanoseconds that depend on the numbers, of which S is a sample. Recorded steps keep it, so it must hold no tensor. */
export type Time<S> = (sample: S) => number;

/** A way of computing a problem P, of whose numbers a sample S is known. */
export interface Way<P, S> {
  readonly name: string;
  /** Whether the result has the bits that the other ways of the list with `sameBits` give. */
  readonly sameBits: boolean;
  /** Whether the way is open to a problem of these shapes. */
  fits(problem: P): boolean;
  /**
   * How long the way takes, in a unit that the ways of a list share. 0: it is taken, whatever others take. Infinity: it is
   * not taken; the first way is if no other is left.
   */
  nanoseconds(problem: P): number | Time<S>;
  /** Whether the numbers allow the way. Asked of the fastest way alone, as it may take a look at all of them. */
  isSafe?(problem: P): boolean;
  run(problem: P): void;
}

/** A sample that a kernel counts, for compiled programs. */
export interface Counted<S> {
  readonly call: CountQuestion<S>['call'];
  /** The largest number that the kernel can return; 0 is the least. */
  readonly most: number;
  readonly sampleOf: (count: number) => S;
}

/** The ways of computing a problem. */
export interface Ways<P, S> {
  /** The first way fits any problem, and is safe. */
  readonly rows: readonly [Way<P, S>, ...Way<P, S>[]];
  /** Gives what takes a sample of the numbers. Recorded steps keep it, so it must hold no tensor. */
  sample(problem: P): (runtime: WorkingRuntime) => S;
  /** The sample as a count. Needed where ways of other bits depend on it. */
  counted?(problem: P): Counted<S>;
}

/** The fastest way that fits and is safe. */
export function fastest<P, S>(ways: Ways<P, S>, problem: P): Way<P, S> {
  let open = ways.rows.filter((way) => way.fits(problem));
  for (;;) {
    const way = (open.length > 1 ? fastestOf(open, ways, problem) : undefined) ?? ways.rows[0];
    if (way.isSafe?.(problem) ?? true) return way;
    open = open.filter((other) => other !== way);
  }
}

/** Computes a problem in the fastest way. */
export function compute<P, S>(ways: Ways<P, S>, problem: P): void {
  fastest(ways, problem).run(problem);
}

/** The nanoseconds of the fastest of some ways, whether they fit or not. */
export const leastTime = <P, S>(ways: readonly Way<P, S>[], problem: P): Time<S> =>
  leastOf(ways.map((way) => way.nanoseconds(problem)));

const leastOf =
  <S>(times: readonly (number | Time<S>)[]): Time<S> =>
  (sample) =>
    Math.min(...times.map((time) => (typeof time === 'number' ? time : time(sample))));

interface Rival<P, S> {
  readonly way: Way<P, S>;
  readonly time: Time<S>;
}

/**
 * The fastest of ways. What the numbers tell is a choice (`Runtime.choose`) between ways of the same bits, but a decision
 * (`Runtime.decide`) where bits depend on it.
 */
function fastestOf<P, S>(
  open: readonly Way<P, S>[],
  ways: Ways<P, S>,
  problem: P,
): Way<P, S> | undefined {
  const rivals: Rival<P, S>[] = [];
  // Of the ways whose time is known, one alone can be the fastest.
  let known: Way<P, S> | undefined;
  let least = Infinity;
  for (const way of open) {
    const time = way.nanoseconds(problem);
    if (typeof time === 'function') rivals.push({ way, time });
    else if (time < least) [known, least] = [way, time];
  }
  if (least === 0) return known;
  if (known !== undefined) rivals.push({ way: known, time: () => least });
  if (rivals.length <= 1) return rivals[0]?.way;
  const runtime = currentRuntime();
  const sample = ways.sample(problem);
  const same = rivals.filter(({ way }) => way.sameBits);
  const others = rivals.filter(({ way }) => !way.sameBits);
  // −1: one of those with the same bits.
  const other =
    others.length === 0
      ? -1
      : runtime.guard(
          (of) => others.indexOf(shortest(rivals, sample(of))),
          0,
          ways.counted && questionOf(ways.counted(problem), rivals, others),
        );
  if (other !== -1) return others[other]?.way;
  const at =
    same.length === 1 ? 0 : runtime.hint((of) => same.indexOf(shortest(same, sample(of))), 0);
  return same[at]?.way;
}

const shortest = <P, S>(rivals: readonly Rival<P, S>[], sample: S): Rival<P, S> =>
  rivals.reduce((best, next) => (next.time(sample) < best.time(sample) ? next : best));

/** How a compiled program finds which of the ways of other bits is the fastest, −1 if none is. */
const questionOf =
  <P, S>(
    { call, most, sampleOf }: Counted<S>,
    rivals: readonly Rival<P, S>[],
    others: readonly Rival<P, S>[],
  ) =>
  (): CountQuestion<number> => ({
    call,
    most,
    answerTo: (count) => others.indexOf(shortest(rivals, sampleOf(count))),
  });
