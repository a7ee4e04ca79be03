import { describeValue } from '../../../config/describe-value.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { formatShape } from '../../tensor/index.js';
import type { Shape } from '../../tensor/index.js';

/** Labels of the axes of each operand and of the result: letters, and `.0 .1 …` for the axes of an ellipsis from its end. */
export interface Subscripts {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}

const TERM = /^[A-Za-z]*(?:\.\.\.[A-Za-z]*)?$/;

/** Whether a label stands for an axis of an ellipsis. Those broadcast; letters do not. */
export function isEllipsis(label: string): boolean {
  return label.startsWith('.');
}

/** The labels that `text` gives to operands of these shapes. */
export function parseSubscripts(text: string, shapes: readonly Shape[]): Subscripts {
  const refuse = (why: string): never => {
    throw new ValueError(`einsum: ${describeValue(text)} ${why}`);
  };
  if (typeof text !== 'string') refuse(`is no text such as 'ij,jk->ik'.`);
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
