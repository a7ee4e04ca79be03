// Small pictures: digits, weights, the confusion matrix, bars.

const element = <T extends HTMLElement>(id: string): T => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found as T;
};

/** Draws values of 0 to 1 in the ink of the page. */
export function drawDigit(
  canvas: HTMLCanvasElement,
  values: ArrayLike<number>,
  size: number,
): void {
  canvas.width = canvas.height = size;
  paint(canvas, size, (i) => [inkOf(canvas), values[i] ?? 0]);
}

/** Draws weights: one colour for those above 0, another for those below. */
function drawWeights(canvas: HTMLCanvasElement, values: readonly number[], size: number): void {
  const largest = Math.max(1e-6, ...values.map(Math.abs));
  const style = getComputedStyle(document.documentElement);
  const [up, down] = ['--accent', '--second'].map((name) => rgb(style, name));
  canvas.width = canvas.height = size;
  paint(canvas, size, (i) => {
    const value = (values[i] ?? 0) / largest;
    return [(value > 0 ? up : down) ?? [0, 0, 0], Math.abs(value)];
  });
}

type Color = readonly [number, number, number];

function paint(canvas: HTMLCanvasElement, size: number, at: (i: number) => [Color, number]): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const image = context.createImageData(size, size);
  for (let i = 0; i < size * size; i++) {
    const [[r, g, b], alpha] = at(i);
    image.data.set([r, g, b, 255 * alpha], 4 * i);
  }
  context.putImageData(image, 0, 0);
}

/** A colour as the page shows it now, light or dark. */
function rgb(style: CSSStyleDeclaration, name: string): Color {
  const probe = document.createElement('i');
  probe.style.color = style.getPropertyValue(name);
  document.body.append(probe);
  const color = parse(getComputedStyle(probe).color);
  probe.remove();
  return color;
}

const parse = (color: string): Color => (color.match(/\d+/g) ?? []).slice(0, 3).map(Number) as unknown as Color; // prettier-ignore
const inks = new WeakMap<HTMLCanvasElement, Color>();
function inkOf(canvas: HTMLCanvasElement): Color {
  const known = inks.get(canvas);
  if (known !== undefined) return known;
  const color = parse(getComputedStyle(document.body).color);
  inks.set(canvas, color);
  queueMicrotask(() => inks.delete(canvas));
  return color;
}

/** The ten probabilities as bars. */
export function showBars(probabilities: ArrayLike<number> | undefined): void {
  const list = element<HTMLOListElement>('bars');
  const values = Array.from({ length: 10 }, (_, i) => probabilities?.[i] ?? 0);
  const best = probabilities === undefined ? -1 : values.indexOf(Math.max(...values));
  list.replaceChildren(
    ...values.map((value, digit) => {
      const item = document.createElement('li');
      item.className = digit === best ? 'best' : '';
      const bar = document.createElement('i');
      bar.style.setProperty('--p', String(value));
      const text = document.createElement('output');
      text.textContent = probabilities === undefined ? '–' : `${(100 * value).toFixed(1)} %`;
      item.append(String(digit), bar, text);
      return item;
    }),
  );
}

/** How often each digit is taken for each. */
export function showConfusion(counts: readonly (readonly number[])[]): void {
  const table = element<HTMLTableElement>('confusion');
  const head = table.createTHead();
  head.replaceChildren();
  const titles = head.insertRow();
  for (const title of ['', ...counts.keys()]) {
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
      cell.textContent = count === 0 ? '' : String(count);
      cell.style.setProperty('--tone', read === digit ? 'var(--second)' : 'var(--accent)');
      // Mistakes are few: a root makes them seen.
      const part = read === digit ? 0.6 * (count / total) : Math.sqrt(count / total);
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
  element('misread').replaceChildren(
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

/** The columns of a kernel [size · size, units]; at most 24 of them. */
export function showWeights(kernel: ArrayLike<number>, units: number, size: number): void {
  element('weights').replaceChildren(
    ...Array.from({ length: Math.min(units, 24) }, (_, unit) => {
      const values = Array.from({ length: size * size }, (_, i) => kernel[i * units + unit] ?? 0);
      const canvas = document.createElement('canvas');
      canvas.role = 'img';
      canvas.ariaLabel = `Weights of neuron ${unit}`;
      drawWeights(canvas, values, size);
      const item = document.createElement('li');
      item.append(canvas);
      return item;
    }),
  );
}
