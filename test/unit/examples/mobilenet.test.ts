// The MobileNetV2 of the examples is that of keras.applications but for what is changed.
import { describe, expect, it } from 'vitest';
import type { models } from 'lanegrad';
import { layers, random } from 'lanegrad';
import { MobileNetV2 } from 'lanegrad/applications';
import { changedMobileNetV2 } from '../../../examples/mobilenet/model.js';

const configOf = (model: models.Model): unknown => JSON.parse(JSON.stringify(model));

const usual = MobileNetV2({ alpha: 0.35, inputShape: [32, 64, 1], classes: 10 });

describe('changedMobileNetV2', () => {
  it('leaves alone what is not changed', () => {
    const network = changedMobileNetV2(usual, {});
    expect(configOf(network)).toEqual(configOf(usual));
    network.setWeights(usual.getWeights());
    const x = random.normal([2, 32, 64, 1], { seed: 1 });
    expect(network.predictOnBatch(x).data()).toEqual(usual.predictOnBatch(x).data());
    network.dispose();
  });

  it.each([1, 2, 4, 8, 16] as const)('brings %d pixels to one', (reduction) => {
    const network = changedMobileNetV2(usual, { reduction });
    const { shape } = network.getLayer('out_relu').output;
    expect(shape).toEqual([null, 32 / reduction, 64 / reduction, 1280]);
    expect(network.countParams()).toBe(usual.countParams());
    network.dispose();
  });

  it('takes pictures that are smaller than Keras allows', () => {
    const network = changedMobileNetV2(usual, { inputShape: [8, 16, 1], reduction: 4 });
    expect(network.getLayer('out_relu').output.shape).toEqual([null, 2, 4, 1280]);
    network.dispose();
  });

  it('changes the momentum of all moving statistics', () => {
    const network = changedMobileNetV2(usual, { momentum: 0.9 });
    const norms = network.layers.filter((layer) => layer instanceof layers.BatchNormalization);
    expect(norms).toHaveLength(52);
    expect(norms.every(({ momentum }) => momentum === 0.9)).toBe(true);
    network.dispose();
  });
});
