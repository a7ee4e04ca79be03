// The form with the settings.
import type { Digits } from './digits.js';
import type { Settings } from './network.js';
import { find } from './page.js';

const form = find<HTMLFormElement>('settings');
const control = (name: string): HTMLInputElement | HTMLSelectElement =>
  form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement;
const number = (name: string): number => Number(control(name).value);

/** The settings as they are in the form. */
export function settings(): Settings {
  const layers = control('layers').value.split(/[\s,]+/).filter((part) => part !== '').map(Number); // prettier-ignore
  if (!layers.every((size) => Number.isInteger(size) && size > 0 && size <= 4096)) {
    throw new Error('Hidden layers are sizes from 1 to 4096, with commas: 128, 64.');
  }
  if (!form.reportValidity()) throw new Error('A setting is out of range.');
  return {
    layers,
    optimizer: control('optimizer').value,
    rate: number('rate'),
    batch: number('batch'),
    epochs: number('epochs'),
    seed: number('seed'),
    threads: number('threads'),
  };
}

/** Puts the form back to where it began, but for `changes`; images, threads and seed stay. */
export function propose(changes: Readonly<Record<string, string>>): void {
  for (const name of ['layers', 'optimizer', 'rate', 'batch', 'epochs']) {
    const field = control(name);
    const initial =
      field instanceof HTMLInputElement ? field.defaultValue : field.options[0]?.value;
    field.value = changes[name] ?? initial ?? '';
  }
}

export const chosenDigits = (): Digits['name'] => control('dataset').value as Digits['name'];

export function chooseDigits(name: Digits['name']): void {
  control('dataset').value = name;
}

export function onDigits(chosen: () => void): void {
  control('dataset').addEventListener('change', chosen);
}
