// Clouds of points: samples or embeddings on a plane.
import { checkNumber, oneOf } from '../../config/index.js';
import type { TensorLike } from '../../engine/tensor/index.js';
import { pca, tsne } from './projections.js';
import { byKind, byNumber, frameOf, labelsOf, leftOut, makeSpec, thinned, valuesOf } from './spec.js'; // prettier-ignore
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

/** Points that are drawn. */
const MOST_OF_CLOUD = 5000;

/** Points that may have texts next to them. */
const MOST_LABELS = 300;

/**
 * Samples or embeddings as points on a plane: samples with two features unchanged, others projected by PCA or t-SNE.
 *
 * @param x samples [samples, features]
 * @throws ShapeError for another shape; ValueError where nothing is to be drawn, and for a list that has not as many as the samples.
 * @example
 * const embeddings = model.getLayer('words').weights[0].value;
 * const spec = await vis.scatter(embeddings, { method: 'tsne', perplexity: 10 });
 */
export async function scatter(x: TensorLike, options: ScatterOptions = {}): Promise<Spec> {
  const owner = 'scatter';
  const frame = frameOf(owner, options, ['method', 'perplexity', 'classes', 'labels'], 'Samples', 440, 360); // prettier-ignore
  const { perplexity, classes, labels } = options;
  const method = oneOf(owner, 'method', options.method ?? 'pca', ['pca', 'tsne']);
  if (perplexity !== undefined) checkNumber(owner, 'perplexity', perplexity, { min: 1 });
  const { shape, data: given } = valuesOf(owner, 'x', x, 2);
  const [samples = 0, features = 0] = shape;
  const [of, texts] = [
    labelsOf(owner, 'classes', classes, samples),
    labelsOf(owner, 'labels', labels, samples),
  ];
  const isPlane = features === 2 && options.method === undefined;
  const axis = isPlane ? 'feature' : method === 'pca' ? 'component' : 't-SNE';
  const data = isPlane ? given : await projected(x, method, perplexity);
  const points = texts.map((text, i) => ({
    x: data[2 * i] ?? NaN,
    y: data[2 * i + 1] ?? NaN,
    ...(classes && { of: of[i] }),
    ...(labels && { text }),
  }));
  const finite = points.filter((point) => Number.isFinite(point.x) && Number.isFinite(point.y));
  const step = Math.ceil(finite.length / MOST_OF_CLOUD);
  const values = finite.filter((_, i) => i % step === 0);
  const notes = leftOut(points.length - finite.length);
  if (step > 1) notes.push(thinned(finite.length, values.length));
  const isDense = values.length > 500;
  const dots = {
    mark: { type: 'point', opacity: isDense ? 0.5 : 0.8, size: isDense ? 14 : 40 },
    encoding: classes ? { color: byKind('of', { sort: 'ascending' }) } : {},
  };
  const words = {
    mark: { type: 'text', align: 'left', dx: 6, fontSize: 10 },
    encoding: { text: { field: 'text' } },
  };
  return makeSpec(frame, notes, values, {
    encoding: { x: byNumber('x', `${axis} 1`), y: byNumber('y', `${axis} 2`) },
    layer: labels && values.length <= MOST_LABELS ? [dots, words] : [dots],
  });
}

async function projected(
  x: TensorLike,
  method: 'pca' | 'tsne',
  perplexity = 30,
): Promise<ArrayLike<number>> {
  const plane = method === 'pca' ? pca(x) : (await tsne(x, { perplexity })).embedding;
  const data = plane.data();
  plane.dispose();
  return data;
}
