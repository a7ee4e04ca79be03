import { printable } from '../config/describe-value.js';
import { ValueError } from '../errors.js';
import type { Tensor } from '../engine/tensor/index.js';
import type { Command } from './command.js';
import { UsageError } from './command.js';
import { FILE_FORMATS, formatOf } from './formats.js';
import type { Arrays, FileFormat, ModelWriting } from './formats.js';
import { exists } from './platform.js';

/** The name that NumPy gives an array without a name in an archive. */
const UNNAMED = 'arr_0';

const namesOf = (kinds: readonly FileFormat['kind'][]): string =>
  FILE_FORMATS.filter(({ kind, write }) => kinds.includes(kind) && write !== undefined)
    .map(({ name }) => name)
    .join(', ');

/** `npx lanegrad convert`. */
export const convert: Command = {
  name: 'convert',
  arguments: ['FROM', 'TO'],
  text: 'Writes a model, weights or an array in another format; the names of the files say which.',
  details: [
    `Models: from those and .h5 to ${namesOf(['model'])}.`,
    `Weights, also those of a model: ${namesOf(['arrays'])}.`,
    `Arrays: from those and .csv to ${namesOf(['array'])}, and one array from and to archives.`,
  ],
  options: {
    quantize: {
      value: 'MODE',
      text: 'Store weights of models as int8 or float16 (.keras), or uint8, uint16 or float16 (TensorFlow.js).',
    },
    noOptimizer: { text: 'Leave the state of the optimizer out of a .keras file.' },
    force: { short: 'f', text: 'Replace TO if it exists.' },
  },
  async run(given, print) {
    const [from = '', to = ''] = given.files;
    const [source, target] = [formatOf(from), formatOf(to)];
    const quantize = given.text('quantize');
    const writing: ModelWriting = { quantize, noOptimizer: given.has('noOptimizer') };
    checkOptions(writing, target);
    if (target.write === undefined) {
      throw new UsageError(
        `${target.name} is read here, but not written; written are ${namesOf([source.kind])}.`,
      );
    }
    if (!given.has('force') && (await exists(to))) {
      throw new ValueError(
        `'${printable(to)}' exists. Choose another name, or replace it by --force.`,
      );
    }
    await write(from, source, to, target, writing);
    print(`Wrote ${to}.`);
  },
};

function checkOptions({ quantize, noOptimizer }: ModelWriting, target: FileFormat): void {
  if (noOptimizer && target.name !== '.keras') {
    throw new UsageError(`--no-optimizer is for .keras files: ${target.name} holds no such state.`);
  }
  if (quantize !== undefined && target.kind !== 'model') {
    throw new UsageError(`--quantize is for files of models, and ${target.name} is not one.`);
  }
}

async function write(
  from: string,
  source: FileFormat,
  to: string,
  target: FileFormat,
  writing: ModelWriting,
): Promise<void> {
  if (source.kind === 'model') {
    if (target.kind === 'array') throw new UsageError(`a model does not become one array.`);
    const model = await source.read(from, target.kind === 'model' && !writing.noOptimizer);
    try {
      if (target.kind === 'model') await target.write?.(model, to, writing);
      else await model.saveWeights(to);
    } finally {
      model.dispose();
    }
    return;
  }
  if (target.kind === 'model') {
    throw new UsageError(
      `${source.name} holds no layers, so it does not become a model. Make the model in a program, and call ` +
        `model.loadWeights('${printable(from)}').`,
    );
  }
  const arrays = source.kind === 'arrays' ? await source.read(from) : { [UNNAMED]: await source.read(from) }; // prettier-ignore
  try {
    if (target.kind === 'arrays') await target.write(arrays, to);
    else await target.write?.(onlyArray(from, arrays), to);
  } finally {
    for (const array of Object.values(arrays)) array.dispose();
  }
}

/** The array of an archive that holds one. */
function onlyArray(from: string, arrays: Arrays): Tensor {
  const [array, ...others] = Object.values(arrays);
  if (array !== undefined && others.length === 0) return array;
  const names = printable(Object.keys(arrays).join(', '));
  throw new ValueError(
    `'${printable(from)}' holds ${others.length + Number(array !== undefined)} arrays (${names}), and the target takes one.`,
  );
}
