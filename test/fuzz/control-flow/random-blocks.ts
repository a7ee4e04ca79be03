// Random programs of nested loops and branches. A block takes values of some shapes and returns values of the same shapes, each of
// which depends on its own value, so that blocks can be nested and follow each other.
import type { Draws } from '../../specs/operation-spec.js';
import type { Machine, Outline } from './machines.js';

/** Everything random is drawn when a block is made, so it computes the same each time. */
export type Block = <T>(machine: Machine<T>, values: readonly T[]) => readonly T[];

type Shapes = readonly (readonly number[])[];

type Make = (draws: Draws, shapes: Shapes, depth: number) => Block;

/** A random structure of this many leaves: lists, and objects with the keys a, b … in their order. */
function outlineOf(draws: Draws, leaves: number): Outline {
  const depth = leaves === 1 ? draws.below(3) : 1 + draws.below(2);
  const grouped = (items: readonly Outline[]): Outline =>
    draws.below(2) === 0
      ? [...items]
      : Object.fromEntries(items.map((item, i) => [String.fromCharCode(97 + i), item]));
  let items: Outline[] = new Array<number>(leaves).fill(0);
  for (let level = 0; level < depth; level++) {
    const at = draws.below(items.length);
    items = [...items.slice(0, at), grouped(items.slice(at))];
  }
  return items.length === 1 ? items[0] : grouped(items);
}

/** From 0.25 to 1 in some steps, of either sign. */
const factor = (draws: Draws): number =>
  ((1 + draws.below(4)) / 4) * (draws.below(2) === 0 ? 1 : -1);

/** Each value as a sum of itself and of a function of it and of another value that broadcasts to it. */
const mixed: Make = (draws, shapes) => {
  const rows = shapes.map((shape, i) => {
    const others = shapes.flatMap((other, j) =>
      j !== i && (other.length === 0 || other.join() === shape.join()) ? [j] : [],
    );
    return {
      kind: draws.below(5),
      other: others[draws.below(others.length || 1)] ?? i,
      own: 0.5 + draws.below(3) / 8,
      part: factor(draws),
    };
  });
  return (m, values) =>
    rows.map(({ kind, other, own, part }, i) => {
      const [x, y] = [values[i], values[other]];
      if (x === undefined || y === undefined) throw new Error('a value is missing');
      const kinds = [
        () => m.tanh(m.times(y, part)),
        () => m.tanh(m.mul(x, y)),
        () => m.tanhOfProduct(m.times(x, part), m.add(m.times(x, 0), y)),
        () => m.times(m.mean(m.tanh(y)), part),
        () => m.tanh(m.add(m.times(x, part), y)),
      ];
      const more = kinds[kind]?.();
      return more === undefined ? x : m.add(m.times(x, own), m.times(more, 0.5));
    });
};

/** Each value several times along a new axis, every time with another factor. */
function repeated(draws: Draws, count: number): <T>(m: Machine<T>, x: T, axis: 0 | -1) => T {
  const factors = Array.from({ length: count }, () => factor(draws));
  return (m, x, axis) =>
    m.stack(
      factors.map((f) => m.times(x, f)),
      axis,
    );
}

const plus = <T>(m: Machine<T>, values: readonly T[], more: readonly T[], part: number): T[] =>
  values.map((x, i) => {
    const y = more[i];
    return y === undefined ? x : m.add(x, m.times(y, part));
  });

const scanned: Make = (draws, shapes, depth) => {
  const count = 1 + draws.below(4);
  const hasEntries = draws.below(3) > 0;
  const keeps = draws.below(3) > 0;
  const outlines = [0, 1, 2].map(() => outlineOf(draws, shapes.length)) as [Outline, Outline, Outline]; // prettier-ignore
  const settings = { reverse: draws.below(2) === 0, length: count, outlines };
  const entries = shapes.map(() => repeated(draws, count));
  const inner = block(draws, shapes, depth - 1);
  return (m, values) => {
    const xs = hasEntries ? values.map((x, i) => entries[i]?.(m, x, 0) ?? x) : [];
    const [carry, ys] = m.scan(
      (c, x) => {
        const next = inner(m, plus(m, c, x, 0.25));
        return [next, keeps ? plus(m, c, next, 0.5) : []];
      },
      values,
      xs,
      settings,
    );
    const weighed = ys.map((y) => m.weigh(m.tanh(m.mul(y, y)), 0));
    return plus(m, carry, weighed, 1 / (4 * count));
  };
};

const mapped: Make = (draws, shapes, depth) => {
  const count = 1 + draws.below(4);
  const outlines = [0, 1].map(() => outlineOf(draws, shapes.length)) as [Outline, Outline];
  const settings = { isVectorized: draws.below(2) === 0, outlines };
  const entries = shapes.map(() => repeated(draws, count));
  const inner = block(draws, shapes, depth - 1);
  return (m, values) => {
    const xs = values.map((x, i) => entries[i]?.(m, x, 0) ?? x);
    const ys = m.map((x) => inner(m, x), xs, settings);
    return plus(m, values, ys.map((y) => m.weigh(m.tanh(m.mul(y, y)), 0)), 1 / (2 * count)); // prettier-ignore
  };
};

/** Sums, products, and the affine functions that values stand for in pairs. */
const associated: Make = (draws, shapes) => {
  const count = 1 + draws.below(7);
  const axis = draws.below(2) === 0 ? 0 : -1;
  const settings = { reverse: draws.below(2) === 0, axis, outline: outlineOf(draws, 2 * shapes.length) } as const; // prettier-ignore
  const [first, second] = [0, 1].map(() => shapes.map(() => repeated(draws, count)));
  const kind = draws.below(3);
  return (m, values) => {
    const elems = values.flatMap((x, i) => [first, second].map((of) => of?.[i]?.(m, x, axis) ?? x));
    const results = m.associativeScan(
      (a, b) =>
        a.map((p, i) => {
          const q = b[i];
          if (q === undefined) throw new Error('a value is missing');
          if (kind === 0) return m.add(p, q);
          const r = b[i - 1];
          return kind === 1 || i % 2 === 0 || r === undefined ? m.mul(p, q) : m.add(m.mul(r, p), q);
        }),
      elems,
      settings,
    );
    const sums = results.map((y) => m.weigh(m.tanh(y), axis));
    return values.map((x, i) => {
      const [p, q] = [sums[2 * i], sums[2 * i + 1]];
      return p === undefined || q === undefined ? x : m.add(x, m.times(m.add(m.times(p, 0.5), q), 1 / (2 * count))); // prettier-ignore
    });
  };
};

const counted: Make = (draws, shapes, depth) => {
  const lower = draws.below(5) - 2;
  const upper = lower + draws.below(5) - 1;
  const settings = { outline: outlineOf(draws, shapes.length), asTensors: draws.below(2) === 0 };
  const inner = block(draws, shapes, depth - 1);
  return (m, values) =>
    m.foriLoop(
      lower,
      upper,
      (i, state) =>
        inner(
          m,
          state.map((x) => m.times(x, 1 - i / 8)),
        ),
      values,
      settings,
    );
};

const looped: Make = (draws, shapes, depth) => {
  const count = draws.below(5);
  const maximumIterations = draws.below(2) === 0 ? null : draws.below(4);
  const settings = { outline: outlineOf(draws, shapes.length), maximumIterations };
  const inner = block(draws, shapes, depth - 1);
  return (m, values) => m.whileLoop((state) => inner(m, state), count, values, settings);
};

const chosen: Make = (draws, shapes, depth) => {
  const [yes, no] = [block(draws, shapes, depth - 1), block(draws, shapes, depth - 1)];
  const outline = outlineOf(draws, shapes.length);
  const limit = draws.below(9) / 8 - 0.5;
  const given = [true, false, 1, 0][draws.below(8)];
  return (m, values) => {
    const [x] = values;
    const pred = given === undefined && x !== undefined ? m.isAbove(x, limit) : given;
    return m.cond(
      pred,
      (state) => yes(m, state),
      (state) => no(m, state),
      values,
      outline,
    );
  };
};

const switched: Make = (draws, shapes, depth) => {
  const branches = Array.from({ length: 1 + draws.below(3) }, () =>
    block(draws, shapes, depth - 1),
  );
  const index = draws.below(branches.length + 3) - 1;
  const settings = { outline: outlineOf(draws, shapes.length), asTensors: draws.below(2) === 0 };
  return (m, values) =>
    m.switch(
      index,
      branches.map((branch) => (state) => branch(m, state)),
      values,
      settings,
    );
};

/** What programs begin with, by the functions that are called. */
export const BLOCKS: Readonly<Record<string, Make>> = {
  scan: scanned,
  'map and vectorizedMap': mapped,
  associativeScan: associated,
  foriLoop: counted,
  whileLoop: looped,
  cond: chosen,
  switch: switched,
  customGradient: mixed,
};

function block(draws: Draws, shapes: Shapes, depth: number): Block {
  const makers = depth > 0 ? Object.values(BLOCKS) : [mixed];
  return (makers[draws.below(makers.length)] ?? mixed)(draws, shapes, depth);
}
