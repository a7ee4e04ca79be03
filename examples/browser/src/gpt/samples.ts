// What the network writes as it learns: the newest text large, the older ones below it with their steps and losses.
import { random } from 'lanegrad';
import { find } from '../page.js';
import { lab } from './lab.js';
import { Pen } from './pen.js';

/** Characters of a sample, and of an older one that is shown. */
const LENGTH = 280;
const SHOWN = 130;
/** Older samples that are kept. */
const KEPT = 60;
const TEMPERATURE = 0.8;

interface Sample {
  readonly step: number;
  readonly loss: number;
}

const place = find('sample');
const older = find<HTMLOListElement>('samples');
const pen = new Pen(place);
let current: (Sample & { text: string }) | undefined;
/** What is written next. */
let next: Sample | undefined;

/** What the network wrote last, as far as it has come. */
export const lastSample = (): string => place.textContent;

/** Has the network write; while it still writes, the last sample that was asked for comes next. */
export async function writeSample(sample: Sample, onEnd: () => void): Promise<void> {
  next = sample;
  if (pen.isWriting) return;
  while (next !== undefined && lab.reader !== undefined) {
    const { step, loss }: Sample = next;
    next = undefined;
    keepCurrent();
    const mine = { step, loss, text: '' };
    current = mine;
    find('sample-title').replaceChildren(...titleOf(mine));
    place.replaceChildren();
    const seed = new random.SeedGenerator(step);
    const source = begun(lab.reader.write([], { temperature: TEMPERATURE, seed }));
    mine.text = await pen.write(source, LENGTH);
    // Another network may have begun.
    if (current !== mine) return;
    onEnd();
  }
}

export function clearSamples(): void {
  pen.stop();
  current = next = undefined;
  older.replaceChildren();
  place.replaceChildren();
  find('none').hidden = false;
}

/** A text without the empty lines that it may begin with. */
function* begun(source: Iterable<string>): Generator<string, void, undefined> {
  let isBegun = false;
  for (const character of source) {
    isBegun ||= character.trim() !== '';
    if (isBegun) yield character;
  }
}

function keepCurrent(): void {
  if (current === undefined || current.text.trim() === '') return;
  const item = document.createElement('li');
  const title = document.createElement('p');
  title.append(...titleOf(current));
  const text = document.createElement('p');
  text.className = 'written';
  const { text: all } = current;
  text.textContent = all.length > SHOWN ? `${all.slice(0, SHOWN).trimEnd()} …` : all;
  item.append(title, text);
  older.prepend(item);
  while (older.children.length > KEPT) older.lastElementChild?.remove();
  find('none').hidden = true;
}

function titleOf({ step, loss }: Sample): (string | HTMLElement)[] {
  const name = document.createElement('b');
  name.textContent = step === 0 ? 'Before it learns' : `Step ${step.toLocaleString('en')}`;
  return Number.isFinite(loss) ? [name, ` loss ${loss.toFixed(2)} on unseen text`] : [name];
}
