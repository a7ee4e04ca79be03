// The arguments of valid calls of lanegrad/vis.
import { layers, Sequential, tensor, zeros } from '../../../src/index.js';
import { matrix, named, sink, vector } from './arguments.js';
import type { Arguments } from './arguments.js';

/** A classifier of small images. */
const convolution = (): Sequential =>
  new Sequential([
    new layers.Conv2D(2, 2, { inputShape: [4, 4, 1] }),
    new layers.Flatten(),
    new layers.Dense(2),
  ]);

export const chartCalls: Readonly<Record<string, Arguments>> = {
  'vis.attention': () => [matrix(), {}],
  'vis.confusionMatrix': () => [[0, 1], [0, 1], {}],
  'vis.drawBoundingBoxes': () => [
    zeros([1, 4, 4, 3]),
    { boxes: [[[0, 0, 1, 1]]], labels: [[0]] },
    'xyxy',
    {},
  ],
  'vis.drawSegmentationMasks': () => [
    zeros([1, 2, 2, 3]),
    tensor(
      [
        [
          [0, 1],
          [1, 1],
        ],
      ],
      { dtype: 'int32' },
    ),
    {},
  ],
  ...named('vis.featureMaps vis.gradCam vis.gradCamHeat', () => [
    convolution(),
    zeros([4, 4, 1]),
    {},
  ]),
  'vis.heatmap': () => [matrix(), {}],
  'vis.histogram': () => [vector(), {}],
  'vis.history': () => [{ loss: [1, 2] }, {}],
  'vis.imageGrid': () => [zeros([1, 2, 2, 3]), {}],
  'vis.pca': () => [matrix(), { components: 1 }],
  ...named('vis.precisionRecall vis.rocCurve', () => [[0, 1], [0.2, 0.8], {}]),
  'vis.predictions': () => [vector(), vector(), {}],
  'vis.scatter': () => [matrix(), {}],
  'vis.show': () => [{ $schema: 'none' }, sink, {}],
  'vis.theme': () => ['light'],
  'vis.tsne': () => [matrix(), { perplexity: 1, maxIter: 250 }],
  'vis.weights': () => [zeros([2, 2, 1, 2]), {}],
};
