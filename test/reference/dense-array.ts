// Dense float64 arrays and NumPy's operations on them, each by its definition: one element at a time.

/** Row-major. */
export interface DenseArray {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The array whose element at index (i, j, …) is f([i, j, …]). */
export function build(shape: readonly number[], f: (index: number[]) => number): DenseArray {
  const data = Array.from({ length: sizeOf(shape) }, (_, flat) => f(unravel(flat, shape)));
  return { shape, data };
}

/** The index of the element that comes as number `flat`. */
export function unravel(flat: number, shape: readonly number[]): number[] {
  const index = new Array<number>(shape.length);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = flat % shape[axis]!;
    flat = Math.floor(flat / shape[axis]!);
  }
  return index;
}

/** The element at an index; an index longer than the shape loses its front, axes of length 1 repeat. */
export function at(x: DenseArray, index: readonly number[]): number {
  const front = index.length - x.shape.length;
  let flat = 0;
  for (let axis = 0; axis < x.shape.length; axis++) {
    const length = x.shape[axis]!;
    flat = flat * length + (length === 1 ? 0 : index[front + axis]!);
  }
  return x.data[flat]!;
}

export function map(x: DenseArray, f: (value: number) => number): DenseArray {
  return { shape: x.shape, data: x.data.map(f) };
}

/** The shape that operands broadcast to. */
export function commonShape(...shapes: (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const lengths = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    return lengths.find((length) => length !== 1) ?? 1;
  });
}

/** f of every pair of elements, broadcasting. */
export function zip(a: DenseArray, b: DenseArray, f: (x: number, y: number) => number): DenseArray {
  return build(commonShape(a.shape, b.shape), (index) => f(at(a, index), at(b, index)));
}

export function reshape(x: DenseArray, shape: readonly number[]): DenseArray {
  return { shape, data: x.data };
}

/** out.shape[i] = x.shape[order[i]] */
export function transpose(x: DenseArray, order: readonly number[]): DenseArray {
  return build(
    order.map((axis) => x.shape[axis]!),
    (index) =>
      at(
        x,
        x.shape.map((_, axis) => index[order.indexOf(axis)]!),
      ),
  );
}

/** f of the elements that differ only along `axes`. */
export function reduce(
  x: DenseArray,
  axes: readonly number[],
  keepdims: boolean,
  f: (line: number[]) => number,
): DenseArray {
  const kept = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const lengths = axes.map((axis) => x.shape[axis]!);
  const result = build(kept, (index) =>
    f(
      Array.from({ length: sizeOf(lengths) }, (_, flat) => {
        const along = unravel(flat, lengths);
        return at(
          x,
          index.map((i, axis) => (axes.includes(axis) ? along[axes.indexOf(axis)]! : i)),
        );
      }),
    ),
  );
  if (keepdims) return result;
  return reshape(
    result,
    x.shape.filter((_, axis) => !axes.includes(axis)),
  );
}

/** f, from lines to lines, of every line along `axis`. */
export function alongAxis(
  x: DenseArray,
  axis: number,
  f: (line: number[]) => readonly number[],
): DenseArray {
  const lines = new Map<string, readonly number[]>();
  return build(x.shape, (index) => {
    const name = index.with(axis, 0).join();
    if (!lines.has(name)) {
      const line = Array.from({ length: x.shape[axis]! }, (_, k) => at(x, index.with(axis, k)));
      lines.set(name, f(line));
    }
    return lines.get(name)![index[axis]!]!;
  });
}

/** NumPy's matmul: leading axes broadcast, vectors count as a row or a column. */
export function matmul(a: DenseArray, b: DenseArray): DenseArray {
  const left = a.shape.length === 1 ? reshape(a, [1, ...a.shape]) : a;
  const right = b.shape.length === 1 ? reshape(b, [...b.shape, 1]) : b;
  const [m, k, n] = [left.shape.at(-2)!, left.shape.at(-1)!, right.shape.at(-1)!];
  const batch = commonShape(left.shape.slice(0, -2), right.shape.slice(0, -2));
  const product = build([...batch, m, n], (index) => {
    const lead = index.slice(0, -2);
    const [i, j] = [index.at(-2)!, index.at(-1)!];
    let sum = 0;
    for (let l = 0; l < k; l++) sum += at(left, [...lead, i, l]) * at(right, [...lead, l, j]);
    return sum;
  });
  const rows = a.shape.length === 1 ? [] : [m];
  const columns = b.shape.length === 1 ? [] : [n];
  return reshape(product, [...batch, ...rows, ...columns]);
}

/** NumPy's dot of arrays of at least one axis: the last of a with the last but one (or only) of b. */
export function dot(a: DenseArray, b: DenseArray): DenseArray {
  const front = a.shape.slice(0, -1);
  const middle = b.shape.slice(0, -2);
  const last = b.shape.length > 1 ? b.shape.slice(-1) : [];
  return build([...front, ...middle, ...last], (index) => {
    const i = index.slice(0, front.length);
    const j = index.slice(front.length, front.length + middle.length);
    const l = index.slice(front.length + middle.length);
    let sum = 0;
    for (let k = 0; k < a.shape.at(-1)!; k++) sum += at(a, [...i, k]) * at(b, [...j, k, ...l]);
    return sum;
  });
}

/** The elements at the given positions of every axis. */
export function take(x: DenseArray, positions: readonly (readonly number[])[]): DenseArray {
  return build(
    positions.map((list) => list.length),
    (index) =>
      at(
        x,
        index.map((i, axis) => positions[axis]![i]!),
      ),
  );
}

/** The entries at `indices` along `axis`, whose place the axes of `indices` take. */
export function gather(x: DenseArray, indices: DenseArray, axis: number): DenseArray {
  const rank = indices.shape.length;
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  return build(shape, (index) => {
    const which = at(indices, index.slice(axis, axis + rank));
    const length = x.shape[axis]!;
    const entry = which < 0 ? which + length : which;
    return at(x, [...index.slice(0, axis), entry, ...index.slice(axis + rank)]);
  });
}

export function concat(parts: readonly DenseArray[], axis: number): DenseArray {
  const total = parts.reduce((sum, part) => sum + part.shape[axis]!, 0);
  return build(parts[0]!.shape.with(axis, total), (index) => {
    let i = index[axis]!;
    let part = 0;
    while (i >= parts[part]!.shape[axis]!) i -= parts[part++]!.shape[axis]!;
    return at(parts[part]!, index.with(axis, i));
  });
}

export function pad(
  x: DenseArray,
  widths: readonly (readonly [number, number])[],
  value: number,
): DenseArray {
  return build(
    x.shape.map((length, axis) => length + widths[axis]![0] + widths[axis]![1]),
    (index) => {
      const inside = index.map((i, axis) => i - widths[axis]![0]);
      return inside.every((i, axis) => i >= 0 && i < x.shape[axis]!) ? at(x, inside) : value;
    },
  );
}

/** `repeats` has one count an axis of the result. */
export function tile(x: DenseArray, repeats: readonly number[]): DenseArray {
  const lead = repeats.length - x.shape.length;
  return build(
    repeats.map((count, axis) => count * (x.shape[axis - lead] ?? 1)),
    (index) =>
      at(
        x,
        x.shape.map((length, axis) => index[axis + lead]! % length),
      ),
  );
}
