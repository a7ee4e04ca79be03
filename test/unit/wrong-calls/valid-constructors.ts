// Valid arguments for the constructor of each public class: those of its row in test/specs, or of the table below.
import { layers, optimizers } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { callbackSpecs } from '../../specs/callbacks.js';
import { argumentsWith, describedClasses } from '../../specs/families.js';
import { made } from '../../specs/spec.js';
import { named, options, vector } from './arguments.js';
import type { Arguments } from './arguments.js';

/** Classes that no config names; what is not here and has no row takes `options` alone. */
const constructors: Record<string, Arguments> = {
  Variable: () => [vector(), { name: 'w', trainable: true }],
  ...named('Sequential models.Sequential', () => [[new layers.Dense(2)], {}]),
  ...named(
    'LanegradError ShapeError DTypeError ValueError DisposedError OutOfMemoryError FormatError DatasetError',
    () => ['text'],
  ),
  // Its shape stands before the options, and is an option as well.
  'layers.InputLayer': () => [[3], {}],
  'layers.Lambda': () => [(x: Tensor) => x, {}],
  'layers.KeyValueCache': () => [{ maxLength: 3 }],
  'layers.Layer': () => [{}, []],
  'layers.Wrapper': () => [new layers.Dense(2), {}],
  'losses.FunctionLoss': () => [(a: Tensor, b: Tensor) => a.sub(b).square().mean(-1), {}],
  'metrics.MeanMetricWrapper': () => [(a: Tensor, b: Tensor) => a.sub(b).mean(-1), {}],
  'utils.Progbar': () => [10, {}],
  'utils.FeatureSpace': () => [{ age: 'float', job: 'string_hashed' }, { crosses: null }],
  'optimizers.OptimizerMap': () => [new optimizers.SGD(), { '.*bias': new optimizers.Adam() }],
  'random.RandomState': () => [1],
  'random.SeedGenerator': () => [1],
};

/** Arguments of a class's constructor, which may be exported under several names. */
export function constructorArguments(path: string, type: unknown): readonly unknown[] {
  const own = constructors[path];
  if (own !== undefined) return own();
  const described = describedClasses.find((each) => each.type === type);
  if (described !== undefined) return argumentsWith(described);
  return made(callbackSpecs[path.replace('callbacks.', '')]?.examples[0] ?? options());
}
