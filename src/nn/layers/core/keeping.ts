import type { FileArray } from '../../../files/formats/elements.js';

/** A layer that keeps more than weights, such as a vocabulary. */
export interface Keeping {
  /** Arrays that files keep in addition to weights, by name. */
  readonly storedArrays: ReadonlyMap<string, FileArray>;
  /** Texts that files keep, by the names of the files. */
  readonly assets: ReadonlyMap<string, string>;
  /**
   * Checks the arrays of a file of weights, and gives what takes them.
   *
   * @throws ShapeError for arrays of another size, unless `skipMismatch` leaves them alone.
   */
  prepareLoad(arrays: ReadonlyMap<string, FileArray>, skipMismatch: boolean): () => void;
  /** Takes what a file of a model keeps. @throws FormatError or ValueError for what the layer did not write. */
  restore(assets: ReadonlyMap<string, string>, arrays: ReadonlyMap<string, FileArray>): void;
}

/** Whether a layer keeps more than weights. */
export const isKeeping = (layer: object): layer is Keeping =>
  'storedArrays' in layer && 'assets' in layer;
