// Small pictures: digits, weights, the confusion matrix, bars.
import { color, find, percent, short } from './page.js';

type Color = readonly number[];

/** A colour of the style sheet as red, green and blue. */
const rgb = (property: string): Color => (color(property).match(/[\d.]+/g) ?? []).slice(0, 3).map(Number); // prettier-ignore

/** Draws values of 0 to 1 in the ink of the page. */
export function drawDigit(
  canvas: HTMLCanvasElement,
  values: ArrayLike<number>,
  size: number,
): void {
  const ink = rgb('--ink');
  paint(canvas, size, (i) => [ink, values[i] ?? 0]);
}

/** Draws weights: the colour `up` for those above 0, `down` for those below. */
function drawWeights(
  canvas: HTMLCanvasElement,
  values: readonly number[],
  size: number,
  [up, down]: readonly [Color, Color],
): void {
  const largest = Math.max(1e-6, ...values.map(Math.abs));
  paint(canvas, size, (i) => {
    const value = (values[i] ?? 0) / largest;
    return [value > 0 ? up : down, Math.abs(value)];
  });
}

function paint(canvas: HTMLCanvasElement, size: number, at: (i: number) => [Color, number]): void {
  canvas.width = canvas.height = size;
  const context = canvas.getContext('2d');
  if (context === null) return;
  const image = context.createImageData(size, size);
  for (let i = 0; i < size * size; i++) {
    const [color, alpha] = at(i);
    image.data.set([...color, 255 * alpha], 4 * i);
  }
  context.putImageData(image, 0, 0);
}

/** The ten probabilities as bars. */
export function showBars(probabilities: ArrayLike<number> | undefined): void {
  const list = find<HTMLOListElement>('bars');
  const values = Array.from({ length: 10 }, (_, i) => probabilities?.[i] ?? 0);
  const best = probabilities === undefined ? -1 : values.indexOf(Math.max(...values));
  list.replaceChildren(
    ...values.map((value, digit) => {
      const item = document.createElement('li');
      item.className = digit === best ? 'best' : '';
      const bar = document.createElement('i');
      bar.style.setProperty('--p', String(value));
      const text = document.createElement('span');
      const isKnown = probabilities !== undefined && Number.isFinite(value);
      text.textContent = isKnown ? percent(value, 1) : '–';
      item.append(String(digit), bar, text);
      return item;
    }),
  );
}

/** How often each digit is taken for each. */
export function showConfusion(counts: readonly (readonly number[])[]): void {
  const table = find<HTMLTableElement>('confusion');
  const head = table.createTHead();
  head.replaceChildren();
  const titles = head.insertRow();
  titles.insertCell();
  for (const title of counts.keys()) {
    const cell = document.createElement('th');
    cell.scope = 'col';
    cell.textContent = String(title);
    titles.append(cell);
  }
  const body = document.createElement('tbody');
  counts.forEach((row, digit) => {
    const line = body.insertRow();
    const name = document.createElement('th');
    name.scope = 'row';
    name.textContent = String(digit);
    line.append(name);
    const total = Math.max(
      1,
      row.reduce((sum, count) => sum + count, 0),
    );
    row.forEach((count, read) => {
      const cell = line.insertCell();
      cell.className = count === 0 ? '' : read === digit ? 'right' : 'wrong';
      cell.textContent = count === 0 ? '' : String(count);
      // Mistakes are few: a root makes them seen.
      const part = read === digit ? count / total : Math.sqrt(count / total);
      cell.style.setProperty('--v', String(part));
    });
  });
  table.tBodies[0]?.remove();
  table.append(body);
}

export interface Misread {
  readonly image: ArrayLike<number>;
  readonly digit: number;
  readonly read: number;
}

export function showMisread(list: readonly Misread[], size: number): void {
  find('misread').replaceChildren(
    ...list.map(({ image, digit, read }) => {
      const canvas = document.createElement('canvas');
      canvas.role = 'img';
      canvas.ariaLabel = `A ${digit}, read as ${read}`;
      drawDigit(canvas, image, size);
      const item = document.createElement('li');
      item.append(canvas, `${digit} → ${read}`);
      return item;
    }),
  );
}

/** The columns of a kernel [size · size, units]; at most 24 of them. Together they are one picture. */
export function showWeights(kernel: ArrayLike<number>, units: number, size: number): void {
  const count = Math.min(units, 24);
  const list = find('weights');
  const colors = [rgb('--accent'), rgb('--second')] as const;
  let largest = 0;
  list.replaceChildren(
    ...Array.from({ length: count }, (_, unit) => {
      const values = Array.from({ length: size * size }, (_, i) => kernel[i * units + unit] ?? 0);
      largest = Math.max(largest, ...values.map(Math.abs));
      const canvas = document.createElement('canvas');
      drawWeights(canvas, values, size, colors);
      return canvas;
    }),
  );
  list.ariaLabel = Number.isFinite(largest)
    ? `Weights of ${count} of ${units} neurons; the largest is ${short(largest)}`
    : 'The weights are no longer numbers';
}
