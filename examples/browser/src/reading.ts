// What the network reads on the pad.
import { centerDigit } from './center.js';
import { lab } from './lab.js';
import type { Network } from './network.js';
import { Pad } from './pad.js';
import { announce, find, onColors } from './page.js';
import { drawDigit, showBars } from './pictures.js';
import { answer } from './verdict.js';

/** So long after the last stroke a screen reader says what is read. */
const SILENCE_MS = 700;

let isReading = false;
let isStale = false;
let announcement: ReturnType<typeof setTimeout> | undefined;

const pad = new Pad(find<HTMLCanvasElement>('pad'), () => {
  clearTimeout(announcement);
  announcement = setTimeout(() => announce(find('answer').textContent), SILENCE_MS);
  void readPad().catch(() => undefined);
});
find('clear').addEventListener('click', () => pad.clear());
onColors(() => {
  pad.show();
  void readPad().catch(() => undefined);
});

function show(probabilities?: Float32Array): void {
  showBars(probabilities);
  find('answer').textContent =
    probabilities === undefined
      ? 'The pad is empty.'
      : answer(probabilities, lab.network?.isTrained ?? false);
}

/** What the network says to the drawing; one question at a time, the newest drawing next. */
export async function readPad(): Promise<void> {
  isStale = true;
  if (lab.network === undefined) show();
  if (isReading || lab.network === undefined || lab.digits === undefined) return;
  isReading = true;
  find('bars').ariaBusy = 'true';
  try {
    while (isStale && lab.network !== undefined) {
      isStale = false;
      const asked: Network = lab.network;
      const { values, side } = pad.ink();
      const image = centerDigit(values, side, lab.digits.size === 28 ? 28 : 8);
      drawDigit(find<HTMLCanvasElement>('seen'), image, lab.digits.size);
      try {
        show(values.some((value) => value > 0) ? await asked.read(image) : undefined);
      } catch (error) {
        // Another network has taken its place: the code that made it asks it.
        if (lab.network === asked) throw error;
      }
    }
  } finally {
    isReading = false;
    find('bars').ariaBusy = 'false';
  }
}
