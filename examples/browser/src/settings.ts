// The form with the settings.
import type { Digits } from './digits.js';
import type { Settings } from './network.js';
import { Form } from './form.js';
import { find } from './page.js';

const form = new Form(find<HTMLFormElement>('settings'));

/** The settings as they are in the form. */
export function settings(): Settings {
  const layers = form.text('layers').split(/[\s,]+/).filter((part) => part !== '').map(Number); // prettier-ignore
  if (!layers.every((size) => Number.isInteger(size) && size > 0 && size <= 4096)) {
    throw new Error('“Hidden layers” takes sizes from 1 to 4096, separated by commas: 128, 64.');
  }
  form.check();
  return {
    layers,
    optimizer: form.text('optimizer'),
    rate: form.number('rate'),
    batch: form.number('batch'),
    epochs: form.number('epochs'),
    seed: form.number('seed'),
    threads: form.number('threads'),
  };
}

/** Puts the form back to where it began, but for `changes`; images, threads and seed stay. */
export function propose(changes: Readonly<Record<string, string>>): void {
  form.reset(['layers', 'optimizer', 'rate', 'batch', 'epochs'], changes);
}

export const chosenDigits = (): Digits['name'] => form.text('dataset') as Digits['name'];

export function chooseDigits(name: Digits['name']): void {
  form.field('dataset').value = name;
}

export function onDigits(chosen: () => void): void {
  form.field('dataset').addEventListener('change', chosen);
}
