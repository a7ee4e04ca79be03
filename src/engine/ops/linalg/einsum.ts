import { describeValue } from '../../../config/describe-value.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { formatShape, scoped, sizeOf } from '../../tensor/index.js';
import type { Shape, Tensor, TensorLike } from '../../tensor/index.js';
import { mul } from '../elementwise/arithmetic.js';
import { product } from './matmul.js';
import { toFloat } from '../elementwise/operands.js';
import { reshape } from '../shapes/reshape.js';
import { slice } from '../indexing/slice.js';
import { sum } from '../reductions/sum.js';
import { transpose } from '../shapes/transpose.js';

/** Labels of the axes of each operand and of the result: letters, and `.0 .1 …` for the axes of an ellipsis from its end. */
interface Subscripts {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}

const TERM = /^[A-Za-z]*(?:\.\.\.[A-Za-z]*)?$/;

/** Whether a label stands for an axis of an ellipsis. Those broadcast; letters do not. */
function isEllipsis(label: string): boolean {
  return label.startsWith('.');
}

/** The labels that `text` gives to operands of these shapes. */
function parseSubscripts(text: string, shapes: readonly Shape[]): Subscripts {
  const refuse = (why: string): never => {
    throw new ValueError(`einsum: ${describeValue(text)} ${why}`);
  };
  if (typeof text !== 'string') refuse(`is not a text such as 'ij,jk->ik'.`);
  const [left = '', right, ...more] = text.replaceAll(' ', '').split('->');
  const terms = left.split(',');
  const wrong = [...terms, right ?? ''].find((term) => !TERM.test(term));
  if (more.length > 0 || wrong !== undefined) {
    const what = wrong === undefined ? "more than one '->'" : describeValue(wrong);
    refuse(`holds ${what}. Write letters, commas, at most one '->' and one '...' an operand.`);
  }
  if (terms.length !== shapes.length) {
    refuse(`describes ${terms.length} operands, but ${shapes.length} came.`);
  }
  const inputs = terms.map((term, i) => labelsOf(term, shapes[i] ?? [], i, text));
  const all = inputs.flat();
  const dots = [...new Set(all.filter(isEllipsis))].sort((a, b) => rank(b) - rank(a));
  if (right === undefined) {
    const once = all.filter(
      (label) => !isEllipsis(label) && all.indexOf(label) === all.lastIndexOf(label),
    );
    return { inputs, output: [...dots, ...once.sort()] };
  }
  const output = expand(right, dots);
  if (dots.length > 0 && !right.includes('...')) {
    refuse("has '...' among the operands but not in the result. Add it there.");
  }
  for (const label of output) {
    if (!all.includes(label)) refuse(`has '${label}' in the result, which is in no operand.`);
    if (output.indexOf(label) !== output.lastIndexOf(label)) {
      refuse(`has '${label}' twice in the result.`);
    }
  }
  return { inputs, output };
}

const rank = (label: string): number => Number(label.slice(1));

/** The letters of a term, `dots` in place of its ellipsis. */
function expand(term: string, dots: readonly string[]): string[] {
  const [before = '', after = ''] = term.split('...');
  return [...before.split(''), ...(term.includes('...') ? dots : []), ...after.split('')];
}

function labelsOf(term: string, shape: Shape, operand: number, text: string): string[] {
  const letters = term.replace('...', '').length;
  const open = shape.length - letters;
  if (open < 0 || (open > 0 && !term.includes('...'))) {
    throw new ShapeError(
      `einsum: ${describeValue(term)} in ${describeValue(text)} names ${letters} axes, but operand ${operand} has shape ` +
        `${formatShape(shape)}. Name every axis, or write '...' for the others.`,
    );
  }
  const dots = Array.from({ length: open }, (_, i) => `.${open - 1 - i}`);
  return expand(term, dots);
}

/** A tensor whose axes have labels, no label twice. */
interface Term {
  readonly x: Tensor;
  readonly labels: readonly string[];
}

/**
 * Einstein summation: products of elements, summed over every label that is not in the result. As in NumPy, without
 * `->` the result has the labels that occur once, in alphabetical order; a label that occurs twice in one operand
 * selects its diagonal; `...` stands for any axes, which broadcast. Axes with the same label must have equal lengths.
 * float32. Several operands are multiplied two at a time, the pair with the smallest result first; if there are more
 * than eight, the first ones in order.
 *
 * @keras = einsum
 * @param subscripts labels of the axes of each operand, and after `->` those of the result: `'ij,jk->ik'`
 * @param operands a tensor for each part of the subscripts
 * @throws ValueError for invalid subscripts, ShapeError for axes that do not match them.
 * @example ops.einsum('bij,bjk->bik', a, b)
 * @example ops.einsum('ii', [[1, 2], [3, 4]]) // 5
 * @example ops.einsum('i,j->ij', [1, 2], [3, 4]) // [[3, 4], [6, 8]]
 */
export function einsum(subscripts: string, ...operands: readonly TensorLike[]): Tensor {
  return scoped(() => {
    const inputs = operands.map(toFloat);
    const [first, second] = inputs;
    if (typeof subscripts === 'string' && inputs.length === 2 && first && second) {
      const summed = summedAxes(subscripts, first, second);
      if (summed > 0) return matrixProduct(first, second, summed);
    }
    const parsed = parseSubscripts(
      subscripts,
      inputs.map(({ shape }) => shape),
    );
    const lengths = lengthsOf(subscripts, parsed, inputs);
    const simple = inputs.map((x, i) => simplify({ x, labels: parsed.inputs[i] ?? [] }));
    const uses = new Uses(parsed.output, simple);
    let terms = simple.map((term) => uses.replace([term], reduceTo(term, uses.neededBeside(term))));
    const join = (a: Term, b: Term): Term =>
      uses.replace([a, b], contract(a, b, uses.neededBeside(a, b)));
    const many = terms.length - MOST_COMPARED;
    if (many > 0) {
      const head = terms.slice(0, many + 1).reduce(join);
      terms = [head, ...terms.slice(many + 1)];
    }
    while (terms.length > 1) {
      const [i, j] = cheapestPair(terms, uses, lengths);
      const pair = join(termAt(terms, i), termAt(terms, j));
      terms = [...terms.filter((_, k) => k !== i && k !== j), pair];
    }
    const { x, labels } = termAt(terms, 0);
    const present = parsed.output.filter((label) => labels.includes(label));
    const ordered = arrange({ x, labels }, present);
    // Axes of an ellipsis that have length 1 in every operand were dropped on the way.
    return reshape(
      ordered,
      parsed.output.map((label) => lengths.get(label) ?? 1),
    );
  });
}

/** For subscripts and ranks of two operands what `summedAxes` has found. */
const known = new Map<string, number>();

/** So many are remembered: programs that make up subscripts at every call must not fill the memory. */
const MOST_KNOWN = 1000;

/** Letters of the longest subscripts that are remembered. */
const LONGEST_KNOWN = 200;

/**
 * How many axes are summed where the last axes of one operand meet the first of the other and all others stay in order, as in
 * '...ab,abc->...c': a product of two matrices. 0 for other subscripts, and for lengths that do not fit.
 */
function summedAxes(subscripts: string, a: Tensor, b: Tensor): number {
  const key = `${subscripts} ${a.ndim} ${b.ndim}`;
  let summed = known.get(key);
  if (summed === undefined) {
    const { inputs, output } = parseSubscripts(subscripts, [a.shape, b.shape]);
    const [left = [], right = []] = inputs;
    summed = left.filter((label) => !output.includes(label)).length;
    const rest = [...left.slice(0, left.length - summed), ...right.slice(summed)];
    const isPlain =
      sameLabels(left.slice(left.length - summed), right.slice(0, summed)) &&
      sameLabels(rest, output) &&
      summed < Math.min(left.length, right.length) &&
      new Set([...left, ...right]).size === left.length + right.length - summed &&
      !right.some(isEllipsis);
    if (!isPlain) summed = 0;
    if (known.size === MOST_KNOWN) known.clear();
    if (subscripts.length <= LONGEST_KNOWN) known.set(key, summed);
  }
  const begin = a.ndim - summed;
  for (let i = 0; i < summed; i++) if (a.shape[begin + i] !== b.shape[i]) return 0;
  return summed;
}

function matrixProduct(a: Tensor, b: Tensor, summed: number): Tensor {
  const left = a.shape.slice(0, a.ndim - summed);
  const right = b.shape.slice(summed);
  const length = sizeOf(b.shape.slice(0, summed));
  const x = product(
    'einsum',
    reshape(a, [sizeOf(left), length]),
    reshape(b, [length, sizeOf(right)]),
    false,
    false,
  );
  return reshape(x, [...left, ...right]);
}

function termAt(terms: readonly Term[], i: number): Term {
  const term = terms[i];
  if (term === undefined) throw new RangeError(`einsum: there is no term ${i}.`);
  return term;
}

/** The length of every label. */
function lengthsOf(
  text: string,
  { inputs }: Subscripts,
  operands: readonly Tensor[],
): Map<string, number> {
  const lengths = new Map<string, number>();
  operands.forEach(({ shape }, operand) => {
    inputs[operand]?.forEach((label, axis) => {
      const length = shape[axis] ?? 1;
      const before = lengths.get(label);
      if (before === undefined || (isEllipsis(label) && before === 1)) lengths.set(label, length);
      else if (before !== length && !(isEllipsis(label) && length === 1)) {
        const name = isEllipsis(label) ? "an axis of '...'" : `'${label}'`;
        throw new ShapeError(
          `einsum: ${describeValue(text)}: ${name} has length ${before} before and ${length} in operand ${operand} of shape ` +
            `${formatShape(shape)}. One label has one length.`,
        );
      }
    });
  });
  return lengths;
}

/** Diagonals in place of repeated labels; axes of an ellipsis with length 1, which broadcast, dropped. */
function simplify({ x, labels }: Term): Term {
  const stays = (axis: number): boolean => !isEllipsis(labels[axis] ?? '') || x.shape[axis] !== 1;
  const shape = x.shape.filter((_, axis) => stays(axis));
  const remaining = labels.filter((_, axis) => stays(axis));
  let term: Term = { x: reshape(x, shape), labels: remaining };
  for (;;) {
    const { labels: current } = term;
    const twice = current.find((label, axis) => current.indexOf(label) !== axis);
    if (twice === undefined) return term;
    term = diagonal(term, current.indexOf(twice), current.lastIndexOf(twice));
  }
}

/** The elements whose positions on two axes are equal; their axis comes last. */
function diagonal({ x, labels }: Term, first: number, second: number): Term {
  const rest = labels.map((_, axis) => axis).filter((axis) => axis !== first && axis !== second);
  const lengths = rest.map((axis) => x.shape[axis] ?? 1);
  const n = x.shape[first] ?? 1;
  const flat = reshape(transpose(x, [...rest, first, second]), [sizeOf(lengths), n * n]);
  const picked = slice(flat, ':', `::${n + 1}`);
  return {
    x: reshape(picked, [...lengths, n]),
    labels: [...rest.map((axis) => labels[axis] ?? ''), labels[first] ?? ''],
  };
}

/** Terms among which the cheapest pair is looked for. */
const MOST_COMPARED = 8;

/** Whether a label must stay. */
type IsNeeded = (label: string) => boolean;

/** How often each label is used: by the result, and by each term. */
class Uses {
  readonly #counts = new Map<string, number>();

  constructor(output: readonly string[], terms: readonly Term[]) {
    this.#add(output, 1);
    for (const { labels } of terms) this.#add(labels, 1);
  }

  #add(labels: readonly string[], count: number): void {
    for (const label of labels) this.#counts.set(label, (this.#counts.get(label) ?? 0) + count);
  }

  /** Takes in that one term stands in place of others. */
  replace(terms: readonly Term[], by: Term): Term {
    for (const { labels } of terms) this.#add(labels, -1);
    this.#add(by.labels, 1);
    return by;
  }

  /** Which labels the result has, or another term than these. */
  neededBeside(...terms: readonly Term[]): IsNeeded {
    return (label) => {
      const own = terms.reduce((count, { labels }) => count + (labels.includes(label) ? 1 : 0), 0);
      return (this.#counts.get(label) ?? 0) > own;
    };
  }
}

/** Summed over the labels that are not needed. */
function reduceTo({ x, labels }: Term, isNeeded: IsNeeded): Term {
  const axes = labels.map((_, axis) => axis).filter((axis) => !isNeeded(labels[axis] ?? ''));
  if (axes.length === 0) return { x, labels };
  return { x: sum(x, axes), labels: labels.filter(isNeeded) };
}

/** The two terms whose product is smallest, compared with what it replaces. */
function cheapestPair(
  terms: readonly Term[],
  uses: Uses,
  lengths: ReadonlyMap<string, number>,
): [number, number] {
  let best: [number, number] = [0, 1];
  let least = Infinity;
  for (let i = 0; i < terms.length; i++) {
    for (let j = i + 1; j < terms.length; j++) {
      const [a, b] = [termAt(terms, i), termAt(terms, j)];
      const labels = [...new Set([...a.labels, ...b.labels])].filter(uses.neededBeside(a, b));
      const size = sizeOf(labels.map((label) => lengths.get(label) ?? 1)) - a.x.size - b.x.size;
      if (size < least) [least, best] = [size, [i, j]];
    }
  }
  return best;
}

/** The product of two terms, summed over the labels that both have and no other term or output needs. */
function contract(a: Term, b: Term, isNeeded: IsNeeded): Term {
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const batch = shared.filter(isNeeded);
  const inner = shared.filter((label) => !isNeeded(label));
  const left = a.labels.filter((label) => !shared.includes(label));
  const right = b.labels.filter((label) => !shared.includes(label));
  const labels = [...batch, ...left, ...right];
  const lengths = (of: Term, list: readonly string[]): number[] =>
    list.map((label) => of.x.shape[of.labels.indexOf(label)] ?? 1);
  const shape = [...lengths(a, batch), ...lengths(a, left), ...lengths(b, right)];
  if (inner.length === 0) {
    const spread = [...lengths(a, batch), ...lengths(a, left), ...right.map(() => 1)];
    const p = reshape(arrange(a, [...batch, ...left]), spread);
    const q = arrange(b, [...batch, ...right]);
    const behind = [...lengths(b, batch), ...left.map(() => 1), ...lengths(b, right)];
    return { x: mul(p, reshape(q, behind)), labels };
  }
  if (batch.length > 0 && left.length + right.length === 0) {
    // A product of single rows and columns each: one pass over all of them is faster.
    const order = [...batch, ...inner];
    const axes = inner.map((_, i) => batch.length + i);
    return { x: sum(mul(arrange(a, order), arrange(b, order)), axes), labels };
  }
  // A matrix that lies transposed is read as it lies.
  const transA = sameLabels(a.labels, [...batch, ...inner, ...left]);
  const transB = sameLabels(b.labels, [...batch, ...right, ...inner]);
  const first = arrange(a, transA ? a.labels : [...batch, ...left, ...inner]);
  const second = arrange(b, transB ? b.labels : [...batch, ...inner, ...right]);
  const outer = lengths(a, batch);
  const [m, k, n] = [lengths(a, left), lengths(a, inner), lengths(b, right)].map(sizeOf) as [
    number,
    number,
    number,
  ];
  const x = product(
    'einsum',
    reshape(first, [...outer, ...(transA ? [k, m] : [m, k])]),
    reshape(second, [...outer, ...(transB ? [n, k] : [k, n])]),
    transA,
    transB,
  );
  return { x: reshape(x, shape), labels };
}

function sameLabels(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((label, i) => label === b[i]);
}

/** The axes of a term in the order of `labels`. */
function arrange(term: Term, labels: readonly string[]): Tensor {
  if (sameLabels(term.labels, labels)) return term.x;
  return transpose(
    term.x,
    labels.map((label) => term.labels.indexOf(label)),
  );
}
