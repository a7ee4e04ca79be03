import { arange, tidy, zeros } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { describe, fact, note, title } from '../terminal/page.js';

/** What the axes of common kinds of data mean. */
export function showAxes(): void {
  title('What the axes mean');
  note('Samples come first, whatever they are. The order of the other axes is a convention:');
  tidy(() => {
    const show = (what: string, axes: string, example: string, x: Tensor): void => {
      fact(what, axes);
      fact('', `${example}: ${describe(x)}`);
    };
    show('vectors', '(samples, features)', '150 flowers', zeros([150, 4]));
    show('time series', '(samples, steps, features)', '30 days of weather', zeros([30, 24, 2]));
    // Pixel values that tell where they stand: their place among all, modulo 251.
    const photographs = arange(16 * 32 * 48 * 3)
      .mod(251)
      .astype('uint8')
      .reshape([16, 32, 48, 3]);
    show('images', '(samples, height, width, channels)', '16 photographs', photographs);
    const first = photographs.transpose([0, 3, 1, 2]);
    show('images, channels first', '(samples, channels, height, width)', 'the same', first);
    const clips = zeros([4, 24, 18, 32, 3], 'uint8');
    show('video', '(samples, frames, height, width, channels)', '4 clips', clips);

    const [row, column, green] = [5, 7, 1];
    const last = photographs.slice(2, row, column, green).item();
    const same = first.slice(2, green, row, column).item();
    console.log('');
    fact('a pixel, channels last', `photographs[2, ${row}, ${column}, ${green}] = ${last}`);
    fact('the same, channels first', `photographs[2, ${green}, ${row}, ${column}] = ${same}`);
  });
}
