// Clouds of points: samples or embeddings on a plane.
import { checkNumber, isListOf, oneOf } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import type { TensorLike } from '../../engine/tensor/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { frameOf, label, leftOut, makeSpec, MOST_OF_CLOUD, requirePoints, thinned, valuesOf } from './spec.js'; // prettier-ignore
import type { ChartOptions, Spec } from './spec.js';

/** Options of `scatter`. */
export interface ScatterOptions extends ChartOptions {
  /** How samples with more than two features are projected to the plane. Default `'pca'`. */
  readonly method?: 'pca' | 'tsne';
  /** The perplexity of `method: 'tsne'`. Default 30. */
  readonly perplexity?: number;
  /** The class of each sample, which determines its colour. Default: none. */
  readonly classes?: readonly (string | number)[];
  /** A text next to each point, such as the words of embeddings. Default: none. */
  readonly labels?: readonly string[];
}

/** Points that may have texts next to them. */
const MOST_LABELS = 300;

/**
 * Samples or embeddings as points on a plane: samples with two features unchanged, others projected by PCA or t-SNE.
 *
 * @param x samples [samples, features]
 * @throws ShapeError for another shape, ValueError where nothing is to be drawn.
 * @example
 * const embeddings = model.getLayer('words').weights[0].value;
 * const spec = await vis.scatter(embeddings, { method: 'tsne', perplexity: 10 });
 */
export async function scatter(x: TensorLike, options: ScatterOptions = {}): Promise<Spec> {
  const owner = 'scatter';
  const title = 'Samples';
  const frame = frameOf(owner, options, ['method', 'perplexity', 'classes', 'labels'], { title, width: 440, height: 360 }); // prettier-ignore
  const method = oneOf(owner, 'method', options.method ?? 'pca', ['pca', 'tsne']);
  if (options.perplexity !== undefined) {
    checkNumber(owner, 'perplexity', options.perplexity, { min: 1 });
  }
  const { shape } = valuesOf(owner, 'x', x, 2);
  const [samples = 0, features = 0] = shape;
  const classes = listFor(owner, 'classes', options.classes, samples);
  const labels = listFor(owner, 'labels', options.labels, samples);
  const isPlane = features === 2 && options.method === undefined;
  const axes = isPlane ? ['feature 1', 'feature 2'] : method === 'pca' ? ['component 1', 'component 2'] : ['t-SNE 1', 't-SNE 2']; // prettier-ignore
  const data = isPlane ? valuesOf(owner, 'x', x).data : await projected(x, method, options.perplexity); // prettier-ignore
  const points = Array.from({ length: samples }, (_, i) => ({
    x: data[2 * i] ?? NaN,
    y: data[2 * i + 1] ?? NaN,
    ...(classes && { of: label(owner, 'class', String(classes[i])) }),
    ...(labels && { text: label(owner, 'label', String(labels[i])) }),
  }));
  const finite = points.filter((point) => Number.isFinite(point.x) && Number.isFinite(point.y));
  requirePoints(owner, 'x', finite.length);
  const step = Math.ceil(finite.length / MOST_OF_CLOUD);
  const values = finite.filter((_, i) => i % step === 0);
  const notes = [
    ...leftOut(points.length - finite.length),
    ...(step > 1 ? [thinned(finite.length, values.length)] : []),
  ];
  const axis = (text: string | undefined) => ({
    type: 'quantitative',
    title: text,
    scale: { zero: false },
  });
  const encoding = { x: { field: 'x', ...axis(axes[0]) }, y: { field: 'y', ...axis(axes[1]) } };
  const colored = classes && { color: { field: 'of', type: 'nominal', title: null } };
  const dots = {
    mark: {
      type: 'point',
      opacity: values.length > 500 ? 0.5 : 0.8,
      size: values.length > 500 ? 14 : 40,
    },
    encoding: { ...colored },
  };
  const texts = {
    mark: { type: 'text', align: 'left', dx: 6, fontSize: 10 },
    encoding: { text: { field: 'text' } },
  };
  const isLabeled = labels !== undefined && values.length <= MOST_LABELS;
  return makeSpec(frame, notes, {
    data: { values },
    encoding,
    layer: isLabeled ? [dots, texts] : [dots],
  });
}

async function projected(
  x: TensorLike,
  method: 'pca' | 'tsne',
  perplexity?: number,
): Promise<ArrayLike<number>> {
  const { pca, tsne } = await import('./projections.js');
  const plane = method === 'pca' ? pca(x) : (await tsne(x, perplexity === undefined ? {} : { perplexity })).embedding; // prettier-ignore
  const data = plane.data();
  plane.dispose();
  return data;
}

function listFor<T extends string | number>(
  owner: string,
  name: string,
  list: readonly T[] | undefined,
  count: number,
): readonly T[] | undefined {
  if (list === undefined) return undefined;
  const isItem = (item: unknown): boolean => typeof item === 'string' || typeof item === 'number';
  if (!isListOf(list, isItem)) {
    throw new ValueError(
      `${owner}: ${name} must be a list of texts or numbers, got ${describeValue(list)}.`,
    );
  }
  if (list.length === count) return list;
  throw new ShapeError(
    `${owner}: ${name} must be as many as the samples, ${count}, got ${list.length}.`,
  );
}
