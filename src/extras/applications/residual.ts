import type { SymbolicTensor } from '../../nn/layers/core/symbolic-tensor.js';
import { application, classified, POOLS } from './application.js';
import type { ApplicationOptions, Made, WeightsSource } from './application.js';
import type { Blocks } from './blocks.js';

/** How many blocks each of the four stages has. */
export const DEPTHS = { 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3] } as const;

/** The layers of a block. */
export type ResidualBlock = (
  x: SymbolicTensor,
  net: Blocks,
  options: BlockOptions,
) => SymbolicTensor;

/** Which block of which stage. */
interface BlockOptions {
  readonly name: string;
  /** Width of the inner convolutions; the block gives four times as many channels. */
  readonly width: number;
  readonly isFirst: boolean;
  readonly strides: number;
}

/** The first convolution, the pooling behind it, and four stages of blocks that are twice as wide each. */
export function residual<W extends WeightsSource>(
  owner: string,
  depths: readonly number[],
  options: ApplicationOptions<W>,
  variant: {
    readonly block: ResidualBlock;
    /** Which block of a stage halves the picture. */
    readonly halves: 'first' | 'last';
    /** Which stage leaves the picture as large as it is. */
    readonly keepsSize: number;
    /** Whether batch normalization comes before the convolutions. */
    readonly isPreactivated: boolean;
  },
): Made<W> {
  const { isPreactivated, keepsSize } = variant;
  const habits = { useBias: true, norm: { epsilon: 1.001e-5 } } as const;
  const frame = { size: 224, name: owner.toLowerCase(), habits } as const;
  return application(owner, options, frame, (picture, net, settings) => {
    let x = net.pad(picture, 3, 'conv1_pad');
    x = net.conv(x, 64, 7, 'conv1_conv', { strides: 2 });
    if (!isPreactivated) x = net.normed(x, 'conv1_bn', 'conv1_relu');
    x = net.pool('max', net.pad(x, 1, 'pool1_pad'), 3, 2, 'pool1_pool');
    depths.forEach((depth, stage) => {
      const halved = stage === keepsSize ? 0 : variant.halves === 'first' ? 1 : depth;
      for (let i = 1; i <= depth; i++) {
        const name = `conv${stage + 2}_block${i}`;
        const strides = i === halved ? 2 : 1;
        x = variant.block(x, net, { name, width: 64 * 2 ** stage, isFirst: i === 1, strides });
      }
    });
    if (isPreactivated) x = net.normed(x, 'post_bn', 'post_relu');
    return classified(x, net, settings, { names: POOLS });
  });
}
