// Architectures that are compared with those of keras.applications, without weights in memory.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as applications from '../../../src/applications.js';
import { resetNames } from '../../../src/config/index.js';
import { Input, LanegradError, layers } from '../../../src/index.js';
import type { models } from '../../../src/index.js';
import { roomFor } from '../../../src/nn/saving/room.js';
import { withFileWeights } from '../../../src/nn/layers/core/weights-room.js';
import { pendingWeight } from '../../../src/nn/saving/quantize.js';

/** Options of an architecture, as JSON holds them. */
type Options = Readonly<Record<string, unknown>>;

/** An architecture with some options. */
export interface ApplicationCase {
  /** `ResNet50` */
  readonly name: string;
  readonly options: Options;
  /** Shape of pictures that go through a layer `Rescaling(2)` first, whose output is `inputTensor`. */
  readonly input?: readonly (number | null)[];
}

/** The names of the architectures of each module, in an order that no loader of modules changes. */
const MODULES = Object.entries(applications)
  .filter(([name, value]) => typeof value === 'object' && !/^(imagenetUtils|resnet50)$/.test(name))
  .map(([name, value]) => ({
    module: name,
    names: Object.keys(value)
      .filter((key) => /^[A-Z]/.test(key))
      .sort(),
  }))
  .sort((a, b) => (a.module < b.module ? -1 : 1));

/** The names of all architectures. */
export const ARCHITECTURES = MODULES.flatMap(({ names }) => names);

/** Whatever an option of the architectures may be, in Keras too. */
const DRAWN: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>> = {
  mobilenet: {
    alpha: [0.25, 0.5, 0.75, 1, 1.3, 0.625],
    depthMultiplier: [1, 2],
    dropout: [0, 0.001, 0.5],
  },
  mobilenetV2: { alpha: [0.35, 0.5, 0.75, 1, 1.3, 1.4, 0.125] },
  mobilenetV3: {
    alpha: [0.5, 0.75, 1, 1.25],
    minimalistic: [true, false],
    dropoutRate: [0, 0.3],
    includePreprocessing: [true, false],
  },
  efficientnetV2: { includePreprocessing: [true, false] },
  convnext: { includePreprocessing: [true, false] },
};

/** The smallest pictures, where they are not 32 × 32. */
const SMALLEST: Readonly<Record<string, number>> = {
  inceptionV3: 75,
  inceptionResnetV2: 75,
  xception: 71,
};

const CHANNELS_LAST_ALONE = ['densenet', 'nasnet', 'convnext'];

/** A linear congruential generator: the same cases everywhere. */
function generator(seed: number): <T>(items: readonly T[]) => T {
  let state = seed;
  return (items) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return items[Math.floor((state / 2 ** 32) * items.length)] as never;
  };
}

/** An architecture of each module with options that are drawn. */
function drawnCases(seed: number): ApplicationCase[] {
  const pick = generator(seed);
  return MODULES.map(({ module, names }) => {
    const name = pick(names);
    const includeTop = pick([true, false]);
    const smallest = SMALLEST[module] ?? 32;
    const known = [smallest, smallest + 1, smallest + 13, smallest + 64] as const;
    const height = pick([...known, includeTop ? 96 : null]);
    // Keras has none of a known height and an unknown width, where a picture is halved.
    const sides = [height, pick([...known, height === null ? null : 96])];
    const channels = pick([1, 3, 3, 4]);
    const isFirst = !CHANNELS_LAST_ALONE.includes(module) && pick([true, false]);
    const shape = isFirst ? [channels, ...sides] : [...sides, channels];
    const own = Object.entries(DRAWN[module] ?? {}).map(([key, values]) => [key, pick(values)]);
    const options = {
      ...(Object.fromEntries(own) as Options),
      includeTop,
      inputShape: shape,
      pooling: pick([null, 'avg', 'max']),
      classes: pick([1, 10, 1000]),
      classifierActivation: pick(['softmax', 'sigmoid', null]),
      ...(module !== 'efficientnetV2' && pick([true, false]) ? { name: 'own' } : {}),
      ...(isFirst ? { dataFormat: 'channels_first' } : {}),
    };
    return { name, options };
  });
}

/** Every architecture as it is, and with options; of each module a few with options that are drawn, from the seed on. */
export function applicationCases(seed = 1, draws = 2): ApplicationCase[] {
  const usual = ARCHITECTURES.map((name) => ({ name, options: {} }));
  const noTop = { includeTop: false } as const;
  return [
    ...usual,
    ...MODULES.map(({ names }) => ({ name: names.at(-1) ?? '', options: noTop })),
    { name: 'MobileNetV2', options: {}, input: [96, 96, 3] },
    { name: 'MobileNetV2', options: noTop, input: [64, 96, 3] },
    { name: 'MobileNetV3Small', options: {}, input: [64, 96, 3] },
    { name: 'ConvNeXtTiny', options: noTop, input: [64, 64, 3] },
    { name: 'VGG16', options: {}, input: [224, 224, 3] },
    { name: 'EfficientNetB0', options: { imagenetRescaling: true } },
    ...Array.from({ length: draws }, (_, i) => drawnCases(seed + i)).flat(),
  ];
}

/** The model of a case, whose weights take no memory. The layers are counted from the first on. */
export function makeApplication({ name, options, input }: ApplicationCase): models.Model {
  resetNames();
  const make = applications[name as keyof typeof applications] as (
    options: Options,
  ) => models.Model;
  return withFileWeights(
    roomFor(Infinity, pendingWeight),
    () => new Error('room for weights has ended'),
    () => {
      if (input === undefined) return make(options);
      const inputTensor = new layers.Rescaling(2).apply(Input(input));
      return make({ ...options, inputTensor });
    },
  );
}

/** The model, or the error about options for which Keras has none either. */
function modelOrError(one: ApplicationCase): models.Model | LanegradError {
  try {
    return makeApplication(one);
  } catch (error) {
    if (error instanceof LanegradError) return error;
    throw error;
  }
}

/** Writes the cases and what they are here, for Keras. */
export async function writeApplications(folder: string, part: string): Promise<void> {
  if (!'applications'.includes(part) && !part.startsWith('applications')) return;
  const seed = Number(process.env['LANEGRAD_SEED'] ?? 1);
  const written = applicationCases(seed).map((one) => {
    const model = modelOrError(one);
    if (model instanceof LanegradError) return { ...one, error: model.message };
    const weights = model.weights.map(({ path: name, shape }) => [name, ...shape]);
    const { keras_version: _, ...json } = model.toJSON();
    const result = { ...one, model: json, weights, params: model.countParams() };
    model.dispose();
    return result;
  });
  await writeFile(path.join(folder, 'applications.json'), JSON.stringify(written));
}
