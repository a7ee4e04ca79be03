import { Flatten } from '../../nn/layers/reshaping.js';
import { application, pooled } from './application.js';
import type { ApplicationOptions, Made, WeightsSource } from './application.js';

/** Width of the convolutions of each of the five blocks. */
const WIDTHS = [64, 128, 256, 512, 512] as const;

/** A chain of 3 × 3 convolutions. @param depths how many convolutions each block has */
export function vgg<W extends WeightsSource>(
  owner: string,
  depths: readonly number[],
  options: ApplicationOptions<W>,
): Made<W> {
  const habits = { useBias: true } as const;
  const frame = { size: 224, name: owner.toLowerCase(), habits } as const;
  return application(owner, options, frame, (picture, net, settings) => {
    const { includeTop, classes, classifierActivation } = settings;
    const relu = { activation: 'relu' } as const;
    let x = picture;
    WIDTHS.forEach((width, i) => {
      const block = `block${i + 1}`;
      for (let j = 1; j <= (depths[i] ?? 0); j++) {
        x = net.conv(x, width, 3, `${block}_conv${j}`, { ...relu, padding: 'same' });
      }
      x = net.pool('max', x, 2, 2, `${block}_pool`);
    });
    if (!includeTop) return pooled(x, net, settings);
    x = net.put(new Flatten({ dataFormat: net.dataFormat, name: 'flatten' }), x);
    x = net.dense(net.dense(x, 4096, 'fc1', relu), 4096, 'fc2', relu);
    return net.dense(x, classes, 'predictions', { activation: classifierActivation });
  });
}
