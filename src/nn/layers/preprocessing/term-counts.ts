import { log } from '../../../config/elementary.js';

/** Terms by numbers in the order in which they came, and the numbers of terms. */
export interface TermTable<Term> {
  /** Number of terms. */
  readonly size: number;
  /** The number of a term; −1 if there is none. */
  find(term: Term): number;
  /** The number of a term, which becomes the last if there is none. */
  add(term: Term): number;
  /** The term of that number. */
  at(index: number): Term;
}

/** Whole numbers as terms. */
export class IntegerTable implements TermTable<number> {
  readonly #numbers = new Map<number, number>();
  readonly #terms: number[] = [];

  get size(): number {
    return this.#terms.length;
  }

  find(term: number): number {
    return this.#numbers.get(term) ?? -1;
  }

  add(term: number): number {
    const known = this.find(term);
    if (known !== -1) return known;
    this.#numbers.set(term, this.size);
    return this.#terms.push(term) - 1;
  }

  at(index: number): number {
    return this.#terms[index] ?? 0;
  }
}

/** How often terms were seen, and in how many documents. */
export class TermCounts<Term, Table extends TermTable<Term> = TermTable<Term>> {
  /** Number of documents. */
  documents = 0;
  readonly #counts: number[] = [];
  /** In how many documents a term is, and the last one of them. */
  readonly #within: number[] = [];
  readonly #last: number[] = [];

  constructor(readonly table: Table) {}

  /** Begins a document: the terms that are counted next stand in it. */
  begin(): void {
    this.documents++;
  }

  /** Counts the term of that number in the table, which may have come with it. */
  count(index: number): void {
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    if (this.#last[index] === this.documents) return;
    this.#last[index] = this.documents;
    this.#within[index] = (this.#within[index] ?? 0) + 1;
  }

  /** The numbers of the terms, the most frequent first; of equally many the one that is last in order. */
  sorted(compare: (a: Term, b: Term) => number): number[] {
    const { table } = this;
    const terms = Array.from({ length: table.size }, (_, index) => table.at(index));
    const countOf = (index: number): number => this.#counts[index] ?? 0;
    return [...terms.keys()].sort(
      (a, b) => countOf(b) - countOf(a) || compare(terms[b] as Term, terms[a] as Term),
    );
  }

  /** log(1 + documents / (1 + documents with the term)), as Keras weighs a term. */
  inverseDocumentFrequency(index: number): number {
    return log(1 + this.documents / (1 + (this.#within[index] ?? 0)));
  }
}

/** Negative if `a` comes before `b` in UTF-8: by code points, where UTF-16 puts surrogates before U+E000 … U+FFFF. */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return inUtf8(x) - inUtf8(y);
  }
  return a.length - b.length;
}

/** The place of a unit in the order of UTF-8: surrogates last. */
const inUtf8 = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
