// The reader of the page begins a text, and the network goes on.
import { act, announce, find, say } from '../page.js';
import { lab } from './lab.js';
import { Pen } from './pen.js';

const LENGTH = 260;

const place = find('reply');
const pen = new Pen(place);
const button = find<HTMLButtonElement>('write');
const prompt = find<HTMLTextAreaElement>('prompt');
const temperature = find<HTMLInputElement>('temperature');

const showTemperature = (): void => {
  const value = Number(temperature.value);
  const word = value < 0.4 ? 'safe' : value < 0.95 ? 'balanced' : value < 1.2 ? 'daring' : 'wild';
  const text = `${value.toFixed(1)}, ${word}`;
  find('temperature-value').textContent = text;
  temperature.ariaValueText = text;
};

async function write(): Promise<void> {
  if (pen.isWriting) {
    pen.stop();
    return;
  }
  const { reader } = lab;
  if (reader === undefined) throw new Error('There is no network yet.');
  const { codes, unknown } = reader.encode(prompt.value);
  if (unknown.length > 0) {
    const list = unknown.map((character) => `“${character}”`).join(', ');
    say(`The training text has no ${list}, so the network ignores such characters.`, 'warning');
  }
  const begun = document.createElement('b');
  begun.textContent = codes.map((code) => reader.alphabet[code]).join('');
  place.replaceChildren(begun);
  button.textContent = 'Stop';
  try {
    const written = await pen.write(reader.write(codes, { temperature: Number(temperature.value) }), LENGTH); // prettier-ignore
    announce(`The network writes: ${written.slice(0, 200)}`);
  } finally {
    if (!pen.isWriting) button.textContent = 'Write';
  }
}

export function offerComposer(): void {
  temperature.addEventListener('input', showTemperature);
  showTemperature();
  button.addEventListener('click', act(write));
  prompt.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    act(write)();
  });
}

/** The network goes away. */
export function stopComposer(): void {
  pen.stop();
}
