import { checkBoolean, checkDeclared, checkOptions, oneOf } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { resolveTarget } from '../../files/locations/target.js';
import type { Target } from '../../files/locations/target.js';
import { writeFile } from '../../files/locations/write.js';
import type { CompilableModel } from '../training/compilable-model.js';
import { knowGraphs } from './graphs.js';
import { encodeKerasModel } from './keras-model.js';
import { saveLayersModel } from './layers-model.js';
import { WRITE_OPTIONS } from '../training/file-options.js';
import type { ModelFormatName, SaveOptions } from '../training/file-options.js';
import { requireRestorable } from './restorable.js';

const QUANTIZATIONS = ['uint8', 'uint16', 'float16'] as const;

/** What `model.save` does. */
export async function saveModel(
  model: CompilableModel,
  target: Target,
  options: SaveOptions = {},
): Promise<void> {
  checkOptions('save', options, ['format', 'includeOptimizer', 'quantize', 'overwrite']);
  checkDeclared('save', WRITE_OPTIONS, options);
  knowGraphs();
  requireRestorable(model);
  const resolved = resolveTarget('save', target);
  const isKeras = modelFormat(resolved.location, options.format) === 'keras';
  const includeOptimizer = checkBoolean(
    'save',
    'includeOptimizer',
    options.includeOptimizer ?? isKeras,
  );
  const { quantize } = options;
  const mode =
    quantize === undefined ? undefined : oneOf('save', 'quantize', quantize, QUANTIZATIONS);
  if (isKeras) {
    if (mode !== undefined) {
      throw new ValueError(
        `save: the option quantize is for TensorFlow.js's format. For a .keras file call await model.quantize('int8') or ` +
          `'float16' before.`,
      );
    }
    const bytes = await encodeKerasModel(model, includeOptimizer);
    await writeFile('save', resolved, bytes, `${model.name}.keras`);
    return;
  }
  if (includeOptimizer) {
    throw new ValueError(
      `save: TensorFlow.js's format holds no state of the optimizer. Leave includeOptimizer out, or save into a ` +
        `.keras file.`,
    );
  }
  await saveLayersModel(model, resolved, mode);
}

function modelFormat(location: string | undefined, format: string | undefined): ModelFormatName {
  if (format === 'keras' || format === 'tfjs') return format;
  if (format === undefined) return /\.keras$/i.test(location ?? '') ? 'keras' : 'tfjs';
  throw new ValueError(
    `save: format '${format}' is not supported; supported are 'keras' (one file, .keras) and 'tfjs' (a folder).`,
  );
}
