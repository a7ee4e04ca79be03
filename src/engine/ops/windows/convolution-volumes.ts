import { currentRuntime } from '../../runtime/index.js';
import { windows } from '../../wasm/generated/windows.js';
import { emptyTensor, requireRoom } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import { isPointwise } from './convolution-unrolled.js';
import { writeWindow } from './window.js';
import type { Window } from './window.js';

// A convolution of volumes is one of images: for each place along the depth at which the window stands an image, whose
// pixels have the channels of all depths that the window sees there. Volumes with their pixels in one row are images of
// the depth's height, so the columns of a window along the depth are these images.

/** Whether there are volumes, of which windows see more than one depth or not every depth in turn. */
export const makesImages = (depths: Window | undefined): depths is Window =>
  depths !== undefined && !isPointwise(depths);

/** x, or the images that a window over volumes makes of x[volumes · depth, height, width, channels]. */
export function seenOf(x: Tensor, { images, height, width, channels, depths }: Window): Tensor {
  if (!makesImages(depths)) return x;
  const shape = [images, height, width, channels];
  requireRoom(shape, 'float32', 'convolution: the depths that each image of outputs sees');
  const seen = emptyTensor(shape, 'float32');
  if (seen.size === 0) return seen;
  const rows = depths.images * depths.outHeight;
  const at = writeWindow(depths, rows);
  currentRuntime().with(windows).run('im2col', seen.pointer, x.pointer, at, 0, rows);
  return seen;
}

/** x[volumes · depth, height, width, channels] = the sums of what the images in `seen` have of it. */
export function addSeen(x: Tensor, seen: Tensor, depths: Window): void {
  const runtime = currentRuntime();
  runtime.run('fill', x.pointer, x.size, 0, 4);
  if (seen.size === 0) return;
  const rows = depths.images * depths.outHeight;
  const at = writeWindow(depths, rows);
  runtime.with(windows).run('col2im', x.pointer, seen.pointer, at, 0, rows);
}
