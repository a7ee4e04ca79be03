import { checkBoolean } from '../../config/check-number.js';
import { checkOptions } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { placeOf } from '../../places/target.js';
import type { Target } from '../../places/target.js';
import { writeFile } from '../../places/write.js';
import type { Model } from '../model.js';
import { encodeKerasModel } from './keras-model.js';
import { saveLayersModel } from './layers-model.js';

/** The formats of `save`. */
export type ModelFormatName = 'keras' | 'tfjs';

/** Options of `save`. */
export interface SaveOptions {
  /** Default: `'keras'` for a name that ends in `.keras`, else `'tfjs'`, TensorFlow.js's layers-model. */
  readonly format?: ModelFormatName;
  /** Whether a `.keras` file holds the optimizer's state. Default true; TensorFlow.js's format holds none. */
  readonly includeOptimizer?: boolean;
}

/** What `model.save` does. */
export async function saveModel(
  model: Model,
  target: Target,
  options: SaveOptions = {},
): Promise<void> {
  checkOptions('save', options, ['format', 'includeOptimizer']);
  const place = placeOf('save', target);
  const isKeras = modelFormat(place.location, options.format) === 'keras';
  const includeOptimizer = checkBoolean(
    'save',
    'includeOptimizer',
    options.includeOptimizer ?? isKeras,
  );
  if (isKeras) {
    const bytes = await encodeKerasModel(model, includeOptimizer);
    await writeFile('save', place, bytes, `${model.name}.keras`);
    return;
  }
  if (includeOptimizer) {
    throw new ValueError(
      `save: TensorFlow.js's format holds no state of the optimizer. Leave includeOptimizer out, or save into a ` +
        `.keras file.`,
    );
  }
  await saveLayersModel(model, place);
}

function modelFormat(location: string | undefined, format: string | undefined): ModelFormatName {
  if (format === 'keras' || format === 'tfjs') return format;
  if (format === undefined) return /\.keras$/i.test(location ?? '') ? 'keras' : 'tfjs';
  throw new ValueError(
    `save: format '${format}' is not supported; supported are 'keras' (one file, .keras) and 'tfjs' (a folder).`,
  );
}
