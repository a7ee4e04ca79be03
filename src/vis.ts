/**
 * Charts of training, data and networks, as specifications of Vega-Lite, and what draws them in pages, notebooks and files.
 *
 * @module lanegrad/vis
 */

import './engine/ops/methods.js';
export { confusionMatrix, precisionRecall, rocCurve } from './extras/vis/classification.js';
export type { ConfusionMatrixOptions, CurveOptions } from './extras/vis/classification.js';
export { attention, heatmap, histogram } from './extras/vis/distributions.js';
export type {
  AttentionOptions,
  HeatmapOptions,
  HistogramOptions,
} from './extras/vis/distributions.js';
export { drawBoundingBoxes, drawSegmentationMasks } from './extras/vis/draw.js';
export type { DrawBoundingBoxesOptions, DrawSegmentationMasksOptions } from './extras/vis/draw.js';
export { imageGrid } from './extras/vis/images.js';
export type { GridOptions, ImageGridOptions } from './extras/vis/images.js';
export { history, predictions } from './extras/vis/lines.js';
export type { HistoryLike, HistoryOptions, PredictionsOptions } from './extras/vis/lines.js';
export { featureMaps, gradCam, gradCamHeat, weights } from './extras/vis/network.js';
export type {
  FeatureMapsOptions,
  GradCamOptions,
  Heat,
  WeightedLayer,
  WeightsOptions,
} from './extras/vis/network.js';
export { pca, tsne } from './extras/vis/projections.js';
export type { PcaOptions, TsneOptions, TsneResult } from './extras/vis/projections.js';
export { scatter } from './extras/vis/scatter.js';
export type { ScatterOptions } from './extras/vis/scatter.js';
export { show } from './extras/vis/show.js';
export type { PageElement, ShownElement } from './extras/vis/page-element.js';
export type { ShownChart, ShowOptions } from './extras/vis/show.js';
export type { ChartOptions, Spec } from './extras/vis/spec.js';
export { theme } from './extras/vis/theme.js';
export type { ThemeName } from './extras/vis/theme.js';
