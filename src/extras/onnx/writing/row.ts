// What a row of the table of layers is told, and what it gives.
import type { AnyLayer } from '../../../nn/layers/core/layer.js';
import { flattenNest } from '../../../config/index.js';
import type { GraphWriter } from './graph-writer.js';
import { refuse, Written } from './written.js';

/** A call of a layer that is being written. */
export interface LayerCall {
  readonly w: GraphWriter;
  /** What the layer is given, in the order of its inputs. */
  readonly inputs: readonly Written[];
  /** The input of a layer that takes one. */
  readonly x: Written;
  /** What the call is given by name. */
  readonly named: Readonly<Record<string, unknown>>;
  /** Writes the call of another layer, one within this one. */
  write(
    layer: AnyLayer,
    inputs: readonly Written[],
    named?: Readonly<Record<string, unknown>>,
  ): readonly Written[];
}

/** Writes what a layer computes; gives its output, or several in their order. */
export type Row = (layer: never, call: LayerCall) => Written | readonly Written[];

/** Rows by the names of their classes. */
export type Rows = Readonly<Record<string, Row>>;

/** One and the same row under several names. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- a row states the class of its layer
export function rows<L>(
  names: string,
  write: (layer: L, call: LayerCall) => Written | readonly Written[],
): Rows {
  return Object.fromEntries(names.split(' ').map((name) => [name, write as Row]));
}

export const isWritten = (value: unknown): value is Written => value instanceof Written;

/** The tensors of an argument of a call. */
export const writtenIn = (value: unknown): readonly Written[] => flattenNest(value, isWritten);

/** A mask that a layer heeds; null if all elements count. */
export function maskOf(x: Written): Written | null {
  return x.mask === 'unknown' ? refuse('the mask of its input cannot be written') : x.mask;
}

/** The one tensor of what a call gives. */
export const only = (results: readonly Written[]): Written =>
  results[0] ?? refuse('a layer within gives nothing');
