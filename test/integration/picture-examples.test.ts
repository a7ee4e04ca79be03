// The examples on pictures, at a small size: each learns what it says.
import { describe, expect, it } from 'vitest';
import { tensor } from 'lanegrad';
import { augmentation } from '../../examples/augmentation.js';
import { dcgan } from '../../examples/dcgan.js';
import { fineTuning } from '../../examples/fine-tuning.js';
import { chartsOf, lookInside } from '../../examples/look-inside.js';
import { mobilenet } from '../../examples/mobilenet.js';
import { saliency, saliencyOf } from '../../examples/saliency.js';
import { unet } from '../../examples/unet.js';
import { vae } from '../../examples/vae.js';
import { convolutionalNetworks } from '../../examples/vae/networks.js';

describe('the examples on pictures', () => {
  it('MobileNetV2: reads digits', async () => {
    const { accuracy } = await mobilenet({ epochs: 8 });
    expect(accuracy).toBeGreaterThan(0.9);
  });

  it('U-Net: finds shapes in pictures that it has not seen', async () => {
    const { network, meanIoU, accuracy } = await unet({ epochs: 16 });
    expect(network.outputShape).toEqual([null, 32, 32, 4]);
    expect(meanIoU).toBeGreaterThan(0.75);
    expect(accuracy).toBeGreaterThan(0.95);
  });

  it('saliency: what counts lies on strokes, and the network fails without it', async () => {
    const { reader, area, mass, withoutSalient, withoutRandom } = await saliency();
    expect(mass).toBeGreaterThan(area + 0.1);
    expect(withoutSalient).toBeLessThan(withoutRandom - 0.3);
    // Softmax is above the scores, so a shift of all scores changes nothing, and no score depends on another image.
    const images = tensor(new Float32Array(2 * 64).fill(0.5), { shape: [2, 8, 8, 1] });
    const both = saliencyOf(reader, images, tensor([3, 7], { dtype: 'int32' }));
    const alone = saliencyOf(reader, images.slice([1, 2]), tensor([7], { dtype: 'int32' }));
    both
      .slice([1, 2])
      .data()
      .forEach((value, i) => expect(value).toBeCloseTo(alone.data()[i] ?? NaN, 5));
  });

  it('look-inside: Grad-CAM finds shapes, DeepDream and style transfer paint what they are asked for', async () => {
    const results = await lookInside();
    const { accuracy, peaksInShape, dreamed, styled } = results;
    expect(accuracy).toBeGreaterThan(0.9);
    expect(peaksInShape).toBeGreaterThanOrEqual(0.8);
    expect(dreamed.after / dreamed.before).toBeGreaterThan(3);
    expect(styled.before / styled.after).toBeGreaterThan(10);
    expect(Object.keys(await chartsOf(results))).toHaveLength(5);
  });

  it('augmentation: a network learns from digits that are changed in each epoch', async () => {
    const { plain, augmented } = await augmentation({ count: 300, epochs: 80, seeds: [0] });
    expect(plain).toBeGreaterThan(0.8);
    expect(augmented).toBeGreaterThan(0.8);
  });

  it('fine-tuning: what a network knows of nine digits helps with all ten', async () => {
    const { scratch, features, frozen, fineTuned } = await fineTuning({ epochs: 20 });
    for (const accuracy of [features, frozen]) expect(accuracy).toBeGreaterThan(scratch);
    expect(fineTuned).toBeGreaterThan(scratch + 0.03);
  });

  it('DCGAN: the generator makes digits of many kinds, which another network reads', async () => {
    const { readable, readerAccuracy, shares } = await dcgan({ epochs: 40 });
    expect(readerAccuracy).toBeGreaterThan(0.95);
    expect(readable).toBeGreaterThan(0.4);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
    expect(shares.filter((share) => share > 0.02).length).toBeGreaterThanOrEqual(6);
  });

  it('VAE of convolutions: two numbers say more of a digit than the mean image', async () => {
    const { vae: model, results, lossOfMean } = await vae({ convolutional: true, epochs: 10 });
    const { loss = NaN, reconstruction = NaN, kl = NaN } = results;
    expect(loss).toBeCloseTo(reconstruction + kl, 5);
    expect(loss).toBeLessThan(0.92 * lossOfMean);
    expect(model.generate(3).shape).toEqual([3, 8, 8, 1]);
  });

  it('VAE of convolutions: has the weights of the one in "Deep Learning with Python"', () => {
    const { encoder, decoder } = convolutionalNetworks({ height: 28, width: 28, latent: 2 });
    expect(encoder.countParams() + decoder.countParams()).toBe(550_629);
  });
});
