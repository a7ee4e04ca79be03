// Layers that move elements.
import type { Flatten, Permute, RepeatVector, Reshape } from '../../../../nn/layers/reshaping.js';
import type { Cropping2D, Sides, ZeroPadding2D } from '../../../../nn/layers/zero-padding.js';
import { rows } from '../row.js';
import type { LayerCall, Rows } from '../row.js';
import { expand, expandDims, lengthOf, pad, reshape, slice, transpose } from '../shapes.js';
import type { Written } from '../written.js';

function flatten(layer: Flatten, { w, x }: LayerCall): Written {
  if (x.rank === 1) return expandDims(w, x, 1);
  const isFirst = x.rank > 2 && layer.dataFormat === 'channels_first';
  const order = [0, ...Array.from({ length: x.rank - 2 }, (_, i) => i + 2), 1];
  return reshape(w, isFirst ? transpose(x, order) : x, [lengthOf(0), -1]);
}

function reshaped(layer: Reshape, { w, x }: LayerCall): Written {
  return reshape(w, x, [lengthOf(0), ...layer.targetShape]);
}

function repeat(layer: RepeatVector, { w, x }: LayerCall): Written {
  const lengths = [lengthOf(0), layer.n, lengthOf(2)];
  return expand(w, expandDims(w, x, 1), lengths, expandDims(w, x, 1));
}

type Spatial = Pick<ZeroPadding2D, 'dataFormat'>;

const offset = ({ dataFormat }: Partial<Spatial>): number =>
  dataFormat === 'channels_first' ? 2 : 1;

const padded =
  (sidesOf: (layer: never) => readonly Sides[]) =>
  (layer: ZeroPadding2D, { w, x }: LayerCall): Written => {
    const sides = sidesOf(layer as never);
    const first = offset(layer);
    const widths = x.shape.map((_, axis): Sides => sides[axis - first] ?? [0, 0]);
    return pad(w, x, widths);
  };

const cropped =
  (sidesOf: (layer: never) => readonly Sides[]) =>
  (layer: Cropping2D, { w, x }: LayerCall): Written => {
    const parts = sidesOf(layer as never).flatMap(([before, after], i) => {
      const axis = i + offset(layer);
      const length = x.shape[axis] ?? null;
      if (before === 0 && after === 0) return [];
      const end = after === 0 ? undefined : length === null ? -after : length - after;
      return [end === undefined ? { axis, start: before } : { axis, start: before, end }];
    });
    return parts.length === 0 ? x : slice(w, x, ...parts);
  };

export const movements: Rows = {
  ...rows('Flatten', flatten),
  ...rows('Reshape', reshaped),
  ...rows<Permute>('Permute', ({ dims }, { x }) => transpose(x, [0, ...dims])),
  ...rows('RepeatVector', repeat),
  ...rows(
    'ZeroPadding1D',
    padded(({ padding }: { padding: Sides }) => [padding]),
  ),
  ...rows(
    'ZeroPadding2D ZeroPadding3D',
    padded(({ padding }: { padding: readonly Sides[] }) => padding),
  ),
  ...rows(
    'Cropping1D',
    cropped(({ cropping }: { cropping: Sides }) => [cropping]),
  ),
  ...rows(
    'Cropping2D Cropping3D',
    cropped(({ cropping }: { cropping: readonly Sides[] }) => cropping),
  ),
};
