// The problem that the command wrote (bench/problem.ts), as the page fetches it.
import type { Problem, RowType } from '../peers/protocol.js';

export interface PageProblem extends Omit<Problem, 'folder'> {
  /** The order of the samples with this number. */
  readonly order: (number: number) => Int32Array;
}

async function fetchBytes(name: string): Promise<ArrayBuffer> {
  const response = await fetch(`/problem/${name}`);
  if (!response.ok) throw new Error(`/problem/${name}: the server answered ${response.status}`);
  return response.arrayBuffer();
}

async function fetchFloats(name: string): Promise<Float32Array<ArrayBuffer>> {
  return new Float32Array(await fetchBytes(name));
}

/** Images, labels, initial weights, and the first `orders` orders. */
export async function fetchProblem(orders: number): Promise<PageProblem> {
  const text = new TextDecoder().decode(await fetchBytes('meta.json'));
  type Meta = Omit<PageProblem, 'order' | 'x' | 'y' | 'xType' | 'yType' | 'weights'>;
  const {
    x: xType,
    y: yType,
    ...meta
  } = JSON.parse(text) as Meta & { readonly x: RowType; readonly y: RowType };
  const [x, y, weights, permutations] = await Promise.all([
    fetchFloats('x.bin'),
    fetchFloats('y.bin'),
    Promise.all(meta.weightShapes.map((_, i) => fetchFloats(`w${i}.f32`))),
    Promise.all(
      Array.from({ length: orders }, async (_, i) => {
        return new Int32Array(await fetchBytes(`order-${i}.i32`));
      }),
    ),
  ]);
  const order = (number: number): Int32Array => {
    const permutation = permutations[number];
    if (permutation === undefined) throw new Error(`there is no order ${number}`);
    return permutation;
  };
  return { ...meta, xType, yType, x, y, weights, order };
}
