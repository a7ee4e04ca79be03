// The table of layers.
import type { Row, Rows } from '../row.js';
import { attention } from './attention.js';
import { recurrence } from './cells.js';
import { convolutions } from './convolutions.js';
import { products } from './dense.js';
import { encodings } from './encodings.js';
import { merging } from './merging.js';
import { normalizations } from './normalizations.js';
import { plain } from './plain.js';
import { poolings } from './pooling.js';
import { resampling } from './resampling.js';
import { movements } from './shapes.js';
import { spectra } from './spectra.js';
import { wrappers } from './wrappers.js';

/** What ONNX has for each layer, by its name in Keras. */
export const LAYERS: Rows = {
  ...attention,
  ...convolutions,
  ...encodings,
  ...merging,
  ...movements,
  ...normalizations,
  ...plain,
  ...poolings,
  ...products,
  ...recurrence,
  ...resampling,
  ...spectra,
  ...wrappers,
};

/** The row of a class of the library; undefined if there is none. */
export const rowOf = (name: string): Row | undefined =>
  Object.hasOwn(LAYERS, name) ? LAYERS[name] : undefined;
