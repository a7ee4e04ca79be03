import type { ElementKind } from '../elements.js';
import type { Cursor } from './file.js';

/** The lengths of a dataspace's axes: none for a lone element, undefined where there is no element at all. */
export function readShape(space: Cursor): number[] | undefined {
  const version = space.version('dataspace', 1, 2);
  const rank = space.number(1);
  space.skip(1);
  const type = space.number(1);
  if (version === 1) space.skip(4);
  if (version === 2 && type === 2) return undefined;
  return Array.from({ length: rank }, () => space.length());
}

/** A type of elements, as far as it is known here. */
export type ElementType =
  | {
      readonly kind: 'number';
      readonly size: number;
      readonly of: ElementKind;
      readonly isLittle: boolean;
    }
  | { readonly kind: 'text'; readonly size: number; readonly isPadded: boolean }
  | { readonly kind: 'text elsewhere'; readonly size: number }
  | { readonly kind: 'unknown'; readonly size: number };

// Classes of types.
const INTEGER = 0;
const FLOAT = 1;
const TEXT = 3;
const ENUM = 8;
const VARIABLE = 9;

/** Where exponent and fraction of a float lie: bits of the exponent, from which on, and of the fraction. */
const FLOATS: Readonly<Record<string, ElementKind>> = {
  '2: 10 5 0 10': 'f2',
  '4: 23 8 0 23': 'f4',
  '8: 52 11 0 52': 'f8',
};

/** @throws FormatError for a type that ends too early. */
export function readType(type: Cursor): ElementType {
  const first = type.number(1) & 15;
  const bits = type.number(3);
  const size = type.number(4);
  const unknown = { kind: 'unknown', size } as const;
  if (first === TEXT) return { kind: 'text', size, isPadded: (bits & 15) === 2 };
  if (first === VARIABLE) return (bits & 15) === 1 ? { kind: 'text elsewhere', size } : unknown;
  if (first === ENUM) {
    // Python's bool is an enum of bytes.
    const base = readType(type);
    return base.kind === 'number' && base.size === 1 && size === 1
      ? { ...base, of: 'b1' }
      : unknown;
  }
  if (first !== INTEGER && first !== FLOAT) return unknown;
  const isLittle = (bits & 1) === 0;
  // All bits of an element count.
  if (type.number(2) !== 0 || type.number(2) !== 8 * size) return unknown;
  if (first === INTEGER) {
    const of = [1, 2, 4, 8].includes(size)
      ? (`${bits & 8 ? 'i' : 'u'}${size}` as ElementKind)
      : undefined;
    return of === undefined ? unknown : { kind: 'number', size, of, isLittle };
  }
  const parts = [1, 1, 1, 1].map((width) => type.number(width)).join(' ');
  const of = FLOATS[`${size}: ${parts}`];
  const isKnownOrder = (bits & 0x40) === 0;
  return of === undefined || !isKnownOrder ? unknown : { kind: 'number', size, of, isLittle };
}
