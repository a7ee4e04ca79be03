// Options that take one of several names: each name in Keras's spelling, in camelCase and in any case; configs hold
// Keras's spelling.
import { describe, expect, it } from 'vitest';
import * as callbacks from '../../../src/callbacks/index.js';
import { camelCase, snakeCase } from '../../../src/config/index.js';
import { ValueError } from '../../../src/errors.js';
import * as initializers from '../../../src/initializers/index.js';
import * as layers from '../../../src/layers/index.js';
import type * as losses from '../../../src/losses/index.js';
import { lossRegistry } from '../../../src/losses/registry.js';
import * as metrics from '../../../src/metrics/index.js';
import * as ops from '../../../src/ops/index.js';
import * as regularizers from '../../../src/regularizers/index.js';
import { tensor } from '../../../src/tensor/index.js';
import { plotModel } from '../../../src/utils/index.js';

/** What holds an option of a name: a config, or an object with a property of the option's name. */
type Holder =
  { getConfig(): Readonly<Record<string, unknown>> } | Readonly<Record<string, unknown>>;

interface Row {
  readonly owner: string;
  readonly option: string;
  readonly names: readonly string[];
  readonly make: (value: never) => Holder;
}

const FORMATS = ['channels_last', 'channels_first'];
const PADDINGS = ['valid', 'same'];
const CAUSAL = [...PADDINGS, 'causal'];
const MODES = ['auto', 'min', 'max'];

const row = (
  owner: string,
  option: string,
  names: readonly string[],
  make: (value: never) => Holder,
): Row => ({ owner, option, names, make });

const LAYERS: Row[] = [
  row('Conv1D', 'dataFormat', FORMATS, (dataFormat) => new layers.Conv1D(1, 1, { dataFormat })),
  row('Conv1D', 'padding', CAUSAL, (padding) => new layers.Conv1D(1, 1, { padding })),
  row('Conv2D', 'dataFormat', FORMATS, (dataFormat) => new layers.Conv2D(1, 1, { dataFormat })),
  row('Conv2D', 'padding', PADDINGS, (padding) => new layers.Conv2D(1, 1, { padding })),
  row('Conv3D', 'dataFormat', FORMATS, (dataFormat) => new layers.Conv3D(1, 1, { dataFormat })),
  row('Conv3D', 'padding', PADDINGS, (padding) => new layers.Conv3D(1, 1, { padding })),
  ...(
    [
      'MaxPooling1D',
      'MaxPooling2D',
      'MaxPooling3D',
      'AveragePooling1D',
      'AveragePooling2D',
      'AveragePooling3D',
    ] as const
  ).flatMap((name) => [
    row(name, 'dataFormat', FORMATS, (dataFormat) => new layers[name](2, { dataFormat })),
    row(name, 'padding', PADDINGS, (padding) => new layers[name](2, { padding })),
  ]),
  ...(
    [
      'GlobalMaxPooling1D',
      'GlobalMaxPooling2D',
      'GlobalMaxPooling3D',
      'GlobalAveragePooling1D',
      'GlobalAveragePooling2D',
      'GlobalAveragePooling3D',
      'Flatten',
    ] as const
  ).map((name) =>
    row(name, 'dataFormat', FORMATS, (dataFormat) => new layers[name]({ dataFormat })),
  ),
  row(
    'SpatialDropout2D',
    'dataFormat',
    FORMATS,
    (dataFormat) => new layers.SpatialDropout2D(0.5, { dataFormat }),
  ),
  row(
    'ZeroPadding2D',
    'dataFormat',
    FORMATS,
    (dataFormat) => new layers.ZeroPadding2D(1, { dataFormat }),
  ),
  ...(['ZeroPadding3D', 'Cropping3D', 'UpSampling3D'] as const).map((name) =>
    row(name, 'dataFormat', FORMATS, (dataFormat) => new layers[name](1, { dataFormat })),
  ),
  row(
    'UpSampling2D',
    'dataFormat',
    FORMATS,
    (dataFormat) => new layers.UpSampling2D(2, { dataFormat }),
  ),
  row(
    'UpSampling2D',
    'interpolation',
    ['nearest', 'bilinear'],
    (interpolation) => new layers.UpSampling2D(2, { interpolation }),
  ),
];

const REDUCTIONS = ['sum_over_batch_size', 'mean', 'sum', 'mean_with_sample_weight', 'none'];

const OTHERS: Row[] = [
  ...lossRegistry.classes.map((Class) =>
    row(
      Class.className,
      'reduction',
      REDUCTIONS,
      (reduction) => new (Class as unknown as new (options: object) => losses.Loss)({ reduction }),
    ),
  ),
  row(
    'VarianceScaling',
    'mode',
    ['fan_in', 'fan_out', 'fan_avg'],
    (mode) => new initializers.VarianceScaling({ mode }),
  ),
  row(
    'VarianceScaling',
    'distribution',
    ['truncated_normal', 'untruncated_normal', 'uniform'],
    (distribution) => new initializers.VarianceScaling({ distribution }),
  ),
  row(
    'OrthogonalRegularizer',
    'mode',
    ['rows', 'columns'],
    (mode) => new regularizers.OrthogonalRegularizer({ mode }),
  ),
  ...(['FBetaScore', 'F1Score'] as const).map((name) =>
    row(
      name,
      'average',
      ['micro', 'macro', 'weighted'],
      (average) => new metrics[name]({ average }),
    ),
  ),
  row(
    'R2Score',
    'classAggregation',
    ['uniform_average', 'variance_weighted_average'],
    (classAggregation) => new metrics.R2Score({ classAggregation }),
  ),
  row('AUC', 'curve', ['ROC', 'PR', 'PRGAIN'], (curve) => new metrics.AUC({ curve })),
  row(
    'AUC',
    'summationMethod',
    ['interpolation', 'majoring', 'minoring'],
    (summationMethod) => new metrics.AUC({ summationMethod }),
  ),
  row('EarlyStopping', 'mode', MODES, (mode) => fields(new callbacks.EarlyStopping({ mode }))),
  row('ModelCheckpoint', 'mode', MODES, (mode) =>
    fields(new callbacks.ModelCheckpoint('m.keras', { mode })),
  ),
  row('ReduceLROnPlateau', 'mode', MODES, (mode) =>
    fields(new callbacks.ReduceLROnPlateau({ mode })),
  ),
];

function fields(object: object): Readonly<Record<string, unknown>> {
  return object as Readonly<Record<string, unknown>>;
}

/** The option as Keras spells it. */
function optionOf(holder: Holder, option: string): unknown {
  if (!('getConfig' in holder) || typeof holder.getConfig !== 'function')
    return (holder as Record<string, unknown>)[option];
  const config = (holder.getConfig as () => Readonly<Record<string, unknown>>)();
  return config[snakeCase(option)];
}

const spellings = (name: string): string[] => [
  name,
  camelCase(name),
  name.toUpperCase(),
  name.replace(/^.|_./g, (letters) => letters.toUpperCase()),
];

describe.each([...LAYERS, ...OTHERS])('$owner: $option', ({ owner, option, names, make }) => {
  it.each(names)('%s in every spelling', (name) => {
    for (const spelling of spellings(name)) {
      expect(optionOf(make(spelling as never), option), spelling).toBe(name);
    }
  });

  it('refuses other names, and says which there are', () => {
    for (const wrong of [`${names[0] ?? ''}x`, 7]) {
      const call = (): unknown => make(wrong as never);
      expect(call).toThrow(ValueError);
      expect(call).toThrow(`${option} must be '${names[0] ?? ''}'`);
    }
    expect(owner).not.toBe('');
  });
});

it("VarianceScaling's 'normal' is 'truncated_normal'", () => {
  const { distribution } = new initializers.VarianceScaling({ distribution: 'normal' });
  expect(distribution).toBe('truncated_normal');
});

describe('functions', () => {
  const image = tensor([
    [
      [[1], [2]],
      [[3], [4]],
    ],
  ]);
  const kernel = tensor([[[[1]]]]);

  it.each([
    ['conv2d', (padding: 'same') => ops.conv2d(image, kernel, null, { padding })],
    ['maxPool2d', (padding: 'same') => ops.maxPool2d(image, { padding })],
    ['averagePool2d', (padding: 'same') => ops.averagePool2d(image, { padding })],
  ])('%s: padding', (_, run) => {
    const expected = run('same').toArray();
    for (const spelling of spellings('same')) {
      expect(run(spelling as 'same').toArray()).toEqual(expected);
    }
    expect(() => run('some' as 'same')).toThrow(/padding must be .*Did you mean 'same'\?/);
  });

  it('upSample: interpolation', () => {
    const expected = ops.upSample([1, 2], 0, 2, 'bilinear').toArray();
    expect(ops.upSample([1, 2], 0, 2, 'Bilinear' as 'bilinear').toArray()).toEqual(expected);
    expect(() => ops.upSample([1, 2], 0, 2, 'cubic' as 'bilinear')).toThrow(
      "upSample: interpolation must be 'nearest' or 'bilinear', got 'cubic'.",
    );
  });

  it('plotModel: rankdir', async () => {
    const model = { name: 'm', layers: [new layers.Flatten({ name: 'f' })] };
    expect(await plotModel(model, { rankdir: 'lr' as 'LR' })).toBe(
      await plotModel(model, { rankdir: 'LR' }),
    );
  });
});
