import { tidy } from 'lanegrad';
import type { HandwrittenDigits } from '../handwritten-digits.js';
import { beside, describe, fact, indent, note, title } from '../terminal/page.js';
import { drawPictures } from '../terminal/pictures.js';

/** Parts of a tensor, written as in Python; batches. */
export function showSlices({ data, white }: HandwrittenDigits): void {
  const [[images]] = data;
  const [count = 0, height = 0, width = 0] = images.shape;
  title('Slices and batches');
  note("One argument an axis: Python's slice text, a pair, or an index, which drops its axis.");
  tidy(() => {
    fact("slice('10:100')", describe(images.slice('10:100')));
    fact("slice('10:100', ':', ':')", describe(images.slice('10:100', ':', ':')));
    fact(
      `slice([10, 100], [0, ${height}], [0, ${width}])`,
      describe(images.slice([10, 100], [0, height], [0, width])),
    );
    fact('slice(4)', describe(images.slice(4)));

    const [quarter, margin] = [height / 2, height / 4];
    const corner = images.slice(':', `${quarter}:`, `${quarter}:`);
    const centre = images.slice(':', `${margin}:-${margin}`, `${margin}:-${margin}`);
    fact(`slice(':', '${quarter}:', '${quarter}:')`, describe(corner));
    fact(`slice(':', '${margin}:-${margin}', '${margin}:-${margin}')`, describe(centre));
    const [whole = []] = drawPictures(images.slice('4:5'), white);
    const [small = []] = drawPictures(images.slice('4:5', '::2', '::2'), white);
    const mirrored = drawPictures(images.slice('4:5', ':', '::-1'), white)[0] ?? [];
    console.log("\n      Image 4, every second pixel ('::2'), and mirrored ('::-1'):");
    console.log(indent(beside([whole, small, mirrored])));

    const size = 128;
    console.log('');
    fact('batch 0', describe(images.slice(`0:${size}`)));
    fact('batch 3', describe(images.slice(`${3 * size}:${4 * size}`)));
    const last = Math.floor((count - 1) / size);
    fact(`batch ${last}, the last`, describe(images.slice(`${last * size}:`)));
  });
}
