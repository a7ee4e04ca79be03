// Networks that are kept, downloaded, chosen or dropped; and texts.
import { models } from 'lanegrad';
import type { Gpt } from '../../../gpt/model.js';
import { offerDrop } from '../drop.js';
import { openStored } from '../stored.js';
import { act, find, say } from '../page.js';
import { lab, present } from './lab.js';
import { builtIn, fetchText, readText } from './texts.js';
import { startOver, useText } from './training.js';

const KEPT = 'indexeddb://lanegrad-gpt.keras';

async function save(how: string): Promise<void> {
  if (how === 'open') {
    await open(await openStored<Gpt>(KEPT), 'the saved network');
    return;
  }
  await present().save(how === 'browser' ? KEPT : 'downloads://gpt.keras');
  say('Saved.');
}

async function open(model: Gpt, name: string): Promise<void> {
  present();
  try {
    await startOver(model);
  } catch (error) {
    model.dispose();
    throw error;
  }
  const step = lab.student?.step ?? 0;
  say(
    `Opened ${name}. It has trained for ${step.toLocaleString('en')} steps, and should fit this text.`,
  );
}

/** Takes what was dropped or chosen: a network, or a text. */
async function take(files: readonly File[]): Promise<void> {
  const [first] = files;
  if (first === undefined) return;
  if (/\.(keras|h5)$/.test(first.name)) {
    await open(await models.loadModel<Gpt>(first, { format: 'keras' }), first.name);
  } else {
    await useText(readText(first));
  }
}

/** Loads the text at the address in the field; where it cannot be loaded, the page's own scenes if there is no text yet. */
export async function loadText(): Promise<void> {
  const address = find<HTMLInputElement>('address').value;
  try {
    await useText(fetchText(address));
  } catch (error) {
    if (lab.text !== undefined) throw error;
    await useText(builtIn());
    const reason = error instanceof Error ? error.message : String(error);
    say(`${reason} So the network learns from the four scenes that come with the page.`, 'warning');
  }
}

/** The buttons and the place for files do what they say. */
export function offerFiles(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-save]')) {
    button.addEventListener('click', act(() => save(button.dataset['save'] ?? ''))); // prettier-ignore
  }
  find('load-text').addEventListener('submit', (event) => {
    event.preventDefault();
    act(loadText)();
  });
  find('scenes').addEventListener('click', act(() => useText(builtIn()))); // prettier-ignore
  offerDrop(take);
}
