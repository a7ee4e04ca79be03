// Models that are kept, downloaded, chosen or dropped; and MNIST's files.
import { models } from 'lanegrad';
import { readMnist } from './digits.js';
import { offerDrop } from './drop.js';
import { openStored } from './stored.js';
import { lab, present } from './lab.js';
import { act, say } from './page.js';
import { readPad } from './reading.js';
import { showResults } from './results.js';
import { startOver, useDigits } from './training.js';

const KEPT = 'indexeddb://lanegrad-demo';

async function save(how: string): Promise<void> {
  const kept = present();
  if (how === 'browser') await kept.save(KEPT);
  else if (how === 'keras') await kept.save('downloads://digits.keras');
  else if (how === 'tfjs') await kept.save('downloads://digits');
  else if (how === 'safetensors') await kept.saveWeights('downloads://digits.safetensors');
  else await open(await openStored(KEPT));
  say(how === 'open' ? 'Opened the saved network.' : 'Saved.');
}

async function open(model: models.Model): Promise<void> {
  present();
  const pixels = (lab.digits?.size ?? 0) ** 2;
  const shapes = [model.inputShape, model.outputShape].map((shape) => (shape ?? []).slice(1).join(' × ')); // prettier-ignore
  if (shapes[0] !== String(pixels) || shapes[1] !== '10') {
    model.dispose();
    throw new Error(`This model has ${shapes[0]} inputs and ${shapes[1]} outputs; these digits need ${pixels} and 10.`); // prettier-ignore
  }
  await startOver(model);
}

async function take(files: readonly File[]): Promise<void> {
  const [first] = files;
  if (first === undefined) return;
  if (files.some(({ name }) => /idx[13]-ubyte/.test(name))) {
    await useDigits(readMnist(files));
  } else if (/\.(safetensors|npz)$/.test(first.name)) {
    await present().loadWeights(first);
    await showResults();
    await readPad();
    say(`Loaded the weights of ${first.name}.`);
  } else {
    const isKeras = /\.(keras|h5)$/.test(first.name);
    await open(isKeras ? await models.loadModel(first, { format: 'keras' }) : await models.loadModel(files)); // prettier-ignore
    say(`Opened ${first.name}.`);
  }
}

/** The buttons and the place for files do what they say. */
export function offerFiles(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-save]')) {
    button.addEventListener('click', act(() => save(button.dataset['save'] ?? ''))); // prettier-ignore
  }
  offerDrop(take);
}
