// The place where string-array.ts puts what is asked of strings. It stands apart, so that a program without strings does not hold
// their code.
import type { Shape } from './shape.js';

/** What knows arrays of strings. */
export interface Strings {
  isStrings(value: unknown): boolean;
  /** The array that strings stand for; undefined for anything else. */
  from(value: unknown): object | undefined;
  /** Empty strings. */
  blank(shape: Shape): object;
  /** Refuses strings of which only the type is known. */
  refuse(label: string): never;
}

let installed: Strings | undefined;

/** Lets strings be used along with tensors. */
export function installStrings(strings: Strings): void {
  installed = strings;
}

/** What knows them; undefined in a program without strings. */
export const installedStrings = (): Strings | undefined => installed;
