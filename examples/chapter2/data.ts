import type { HandwrittenDigits } from '../handwritten-digits.js';
import { array, describe, fact, indent, note, title } from '../terminal/page.js';
import { drawPictures } from '../terminal/pictures.js';

/** What a data set looks like before a network sees it. */
export function showData({ name, data, white }: HandwrittenDigits): void {
  const [[trainImages, trainLabels], [testImages, testLabels]] = data;
  title(`The data: ${name}`);
  note(
    `A data set is two tensors, samples and what they are, once for training and once for testing. Pixels go from 0 ` +
      `(paper) to ${white} (ink).`,
  );
  fact('training images', describe(trainImages));
  fact('training labels', describe(trainLabels));
  fact('test images', describe(testImages));
  fact('test labels', describe(testLabels));
  array('the first labels', trainLabels.slice('0:12'));
  fact('image 4 is labelled', String(trainLabels.slice(4).item()));
  console.log(
    drawPictures(trainImages.slice('4:5'), white)
      .map((lines) => indent(lines))
      .join(''),
  );
}
