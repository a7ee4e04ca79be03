// The layers of the page in the order in which they are applied, each with a slider for its strength; at 0 it is left out.

export interface Knob {
  readonly label: string;
  /** The class in `lanegrad/layers`. */
  readonly layer: LayerName;
  readonly most: number;
  readonly step: number;
  /** What its constructor gets before the seed: positions, then options. */
  readonly given: (value: number) => readonly (number | string | Given)[];
}
type Given = Readonly<Record<string, number | string | readonly number[]>>;

export type LayerName =
  | 'RandomFlip'
  | 'RandomRotation'
  | 'RandomTranslation'
  | 'RandomZoom'
  | 'RandomShear'
  | 'RandomPerspective'
  | 'RandomElasticTransform'
  | 'RandomBrightness'
  | 'RandomContrast'
  | 'RandomSaturation'
  | 'RandomHue'
  | 'RandomErasing';

const fraction = { most: 0.5, step: 0.01 } as const;
const whole = { most: 1, step: 0.05 } as const;

export const KNOBS = {
  flip: { label: 'Flip', layer: 'RandomFlip', most: 1, step: 1, given: () => ['horizontal', {}] },
  rotation: { label: 'Rotation, in turns', layer: 'RandomRotation', ...fraction, given: (v) => [v, {}] }, // prettier-ignore
  shift: { label: 'Shift', layer: 'RandomTranslation', ...fraction, given: (v) => [v, v, {}] },
  zoom: { label: 'Zoom', layer: 'RandomZoom', ...fraction, given: (v) => [v, {}] },
  shear: { label: 'Shear', layer: 'RandomShear', ...fraction, given: (v) => [{ xFactor: v, yFactor: v }] }, // prettier-ignore
  perspective: { label: 'Perspective', layer: 'RandomPerspective', ...whole, given: (v) => [{ scale: v }] }, // prettier-ignore
  elastic: { label: 'Elastic', layer: 'RandomElasticTransform', ...whole, given: (v) => [{ scale: v }] }, // prettier-ignore
  brightness: { label: 'Brightness', layer: 'RandomBrightness', ...whole, given: (v) => [v, {}] },
  contrast: { label: 'Contrast', layer: 'RandomContrast', ...whole, given: (v) => [v, {}] },
  saturation: { label: 'Saturation', layer: 'RandomSaturation', ...whole, given: (v) => [v, {}] },
  hue: { label: 'Hue', layer: 'RandomHue', ...fraction, given: (v) => [v, {}] },
  erasing: { label: 'Erasing', layer: 'RandomErasing', ...fraction, given: (v) => [{ scale: [0.02, Math.max(0.02, v)] }] }, // prettier-ignore
} as const satisfies Readonly<Record<string, Knob>>;

export type KnobName = keyof typeof KNOBS;
export const NAMES = Object.keys(KNOBS) as KnobName[];

/** The knobs that are not at 0, with their values. */
export function usedOf(values: Readonly<Record<KnobName, number>>): (readonly [Knob, number])[] {
  return NAMES.map((name) => [KNOBS[name] as Knob, values[name]] as const).filter(
    ([, value]) => value > 0,
  );
}

/** The layers as a program. */
export function programOf(values: Readonly<Record<KnobName, number>>): string {
  const text = (given: number | string | Given): string => {
    if (typeof given !== 'object') return JSON.stringify(given).replaceAll('"', "'");
    const parts = Object.entries(given).map(([name, value]) =>
      Array.isArray(value) ? `${name}: [${value.join(', ')}]` : `${name}: ${String(value)}`,
    );
    return parts.length === 0 ? '' : `{ ${parts.join(', ')} }`;
  };
  const lines = usedOf(values).map(([{ layer, given }, value]) => {
    const all = given(value).map(text);
    return `  new layers.${layer}(${all.filter((part) => part !== '').join(', ')}),`;
  });
  return [
    "import { layers } from 'lanegrad';",
    '',
    'const augment = new layers.Pipeline([',
    ...lines,
    ']);',
    'const changed = augment.apply(images); // [images, height, width, 3], from 0 to 255',
  ].join('\n');
}
