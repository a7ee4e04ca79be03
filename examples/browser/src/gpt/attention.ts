// Where the heads of the network look, in a line that it wrote or that the reader of the page types.
import { find, onColors, percent } from '../page.js';
import { habitOf } from './habit.js';
import { drawHeatmap, drawThumbnail, layoutOf } from './heatmap.js';
import type { Weights } from './heatmap.js';
import { lab } from './lab.js';
import type { Insight, Reader } from './reader.js';
import { lastSample } from './samples.js';

/** Characters of a line: on a narrow screen fewer, so that they can be read. */
const MOST = 34;
const NARROW = 24;

const field = find<HTMLInputElement>('line');
const picture = find<HTMLCanvasElement>('attention');
const shown = find('letters');
const letter = find<HTMLInputElement>('letter');
const heads = find('heads');

let insight: Insight | undefined;
let characters: readonly string[] = [];
let [block, head] = [0, 0];
/** The reader of the page has typed the line, or chosen the head. */
let isOwn = false;
let isChosen = false;

const visible = (character: string): string =>
  character === ' ' ? '␣' : character === '\n' ? '↵' : character;

/** The weights of a head. */
function weightsOf(ofBlock: number, ofHead: number): Weights {
  const length = insight?.length ?? 0;
  const all = insight?.attention[ofBlock] ?? new Float32Array();
  const size = length * length;
  return { length, values: all.subarray(ofHead * size, (ofHead + 1) * size) };
}

/** The network has other weights, or has written another line. */
export function lookAgain(): void {
  const { reader } = lab;
  if (reader === undefined) return;
  if (!isOwn || field.value === '') {
    isOwn = false;
    // While a text begins, the line of the last one stays; the first is one of the text itself.
    field.value = lineOf(lastSample()) || field.value || lineOf(find('excerpt').textContent);
  }
  const most = Math.min(reader.context, innerWidth < 600 ? NARROW : MOST);
  const { codes } = reader.encode(field.value);
  const read = codes.slice(0, most);
  if (read.length === 0) return;
  const before = insight?.length;
  insight = reader.look(read);
  characters = read.map((code) => visible(reader.alphabet[code] ?? ''));
  letter.max = String(read.length - 1);
  // In the middle there is something to look at.
  if (before !== insight.length) letter.value = String(Math.floor(0.7 * (read.length - 1)));
  if (heads.childElementCount !== reader.blocks || heads.dataset['heads'] !== String(reader.heads)) {
    offerHeads(reader.blocks, reader.heads);
  } // prettier-ignore
  if (!isChosen) chooseHead(reader);
  show();
}

/** Until the user chooses, the head with the clearest habit is shown; another one only if it is much clearer. */
function chooseHead({ blocks, heads: perBlock }: Reader): void {
  const clarity = (ofBlock: number, ofHead: number): number =>
    habitOf(weightsOf(ofBlock, ofHead), characters).share;
  let most = clarity(block, head) + 0.1;
  for (let i = 0; i < blocks * perBlock; i++) {
    const [ofBlock, ofHead] = [Math.floor(i / perBlock), i % perBlock];
    const share = clarity(ofBlock, ofHead);
    if (share <= most) continue;
    most = share;
    [block, head] = [ofBlock, ofHead];
  }
  const input = heads.querySelectorAll('input')[block * perBlock + head];
  if (input !== undefined) input.checked = true;
}

/** A whole line from what the network wrote, the last of a good length. */
function lineOf(text: string): string {
  const lines = text.split('\n').slice(0, -1);
  const good = lines.filter(({ length }) => length >= 18 && length <= MOST);
  return good.at(-1) ?? text.replaceAll('\n', ' ').trim().slice(0, MOST);
}

/** A picture to choose each head by. */
function offerHeads(blocks: number, perBlock: number): void {
  heads.dataset['heads'] = String(perBlock);
  [block, head] = [Math.min(block, blocks - 1), Math.min(head, perBlock - 1)];
  heads.replaceChildren(
    ...Array.from({ length: blocks }, (_, ofBlock) => {
      const row = document.createElement('div');
      row.style.setProperty('--heads', String(perBlock));
      const name = document.createElement('span');
      name.textContent = `Block ${ofBlock + 1}`;
      row.append(name);
      for (let ofHead = 0; ofHead < perBlock; ofHead++) {
        const label = document.createElement('label');
        const input = document.createElement('input');
        input.type = 'radio';
        input.name = 'head';
        input.ariaLabel = `Block ${ofBlock + 1}, head ${ofHead + 1}`;
        input.checked = ofBlock === block && ofHead === head;
        input.addEventListener('change', () => {
          [block, head] = [ofBlock, ofHead];
          isChosen = true;
          show();
        });
        label.append(input, document.createElement('canvas'));
        row.append(label);
      }
      return row;
    }),
  );
}

function show(): void {
  if (insight === undefined) return;
  const thumbnails = heads.querySelectorAll('canvas');
  const perBlock = lab.reader?.heads ?? 1;
  thumbnails.forEach((canvas, i) => {
    drawThumbnail(canvas, weightsOf(Math.floor(i / perBlock), i % perBlock));
  });
  const habit = habitOf(weightsOf(block, head), characters).text;
  find('head-title').textContent = `Block ${block + 1}, head ${head + 1}`;
  find('habit').textContent = habit;
  picture.ariaLabel = `Attention of block ${block + 1}, head ${head + 1} in “${characters.join('')}”. ${habit}`;
  showLetter();
}

/** What the chosen character looks at, and what the network expects behind it. */
function showLetter(): void {
  if (insight === undefined) return;
  const { length, next } = insight;
  const chosen = Math.min(Number(letter.value), length - 1);
  const weights = weightsOf(block, head);
  drawHeatmap(picture, weights, characters, chosen);
  const row = weights.values.subarray(chosen * length, (chosen + 1) * length);
  shown.replaceChildren(
    ...characters.map((character, i) => {
      const span = document.createElement('span');
      span.textContent = character;
      span.style.setProperty('--v', String(i > chosen ? 0 : Math.sqrt(row[i] ?? 0)));
      span.className = i === chosen ? 'chosen' : i > chosen ? 'later' : '';
      return span;
    }),
  );
  const best = Array.from(row.subarray(0, chosen + 1), (weight, i) => ({ weight, i }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, 3)
    .map(({ weight, i }) => `${characters[i] ?? ''} ${percent(weight, 0)}`);
  letter.ariaValueText = `${characters[chosen] ?? ''}, character ${chosen + 1}: looks at ${best.join(', ')}`;
  showNext(next, chosen);
}

function showNext(next: Float32Array, chosen: number): void {
  const alphabet = lab.reader?.alphabet ?? [];
  const row = next.subarray(chosen * alphabet.length, (chosen + 1) * alphabet.length);
  const best = Array.from(row, (probability, code) => ({ probability, code }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, 6);
  const begun = characters
    .slice(Math.max(0, chosen - 11), chosen + 1)
    .join('')
    .replaceAll('␣', ' ');
  find('begun').textContent = begun;
  const real = characters[chosen + 1];
  find('expected').replaceChildren(
    ...best.map(({ probability, code }) => {
      const item = document.createElement('li');
      const bar = document.createElement('i');
      bar.style.setProperty('--p', String(probability));
      const text = document.createElement('span');
      text.textContent = percent(probability, 1);
      const name = visible(alphabet[code] ?? '');
      item.className = name === real ? 'best' : '';
      item.append(name, bar, text);
      return item;
    }),
  );
}

/** Takes the character under the pointer. */
function choose(index: number): void {
  if (insight === undefined || !(index >= 0 && index < insight.length)) return;
  letter.value = String(index);
  showLetter();
}

export function offerAttention(): void {
  letter.addEventListener('input', showLetter);
  picture.addEventListener('pointermove', ({ offsetY }) => {
    const { cell, margin } = layoutOf(picture, insight?.length ?? 1);
    choose(Math.floor((offsetY - margin) / cell));
  });
  shown.addEventListener('pointermove', ({ target }) => {
    choose([...shown.children].indexOf(target as Element));
  });
  field.addEventListener('input', () => {
    isOwn = field.value !== '';
    if (isOwn) lookAgain();
  });
  onColors(show);
  new ResizeObserver(show).observe(picture);
}
