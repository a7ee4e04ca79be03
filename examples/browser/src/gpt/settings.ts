// The form with the settings.
import { find } from '../page.js';

export interface Settings {
  readonly blocks: number;
  readonly heads: number;
  readonly width: number;
  readonly context: number;
  readonly batch: number;
  readonly steps: number;
  readonly seed: number;
  readonly threads: number;
}

const SIZES = {
  small: { blocks: 2, heads: 2, width: 64 },
  usual: { blocks: 4, heads: 4, width: 128 },
  large: { blocks: 6, heads: 6, width: 192 },
};

const form = find<HTMLFormElement>('settings');
const control = (name: string): HTMLInputElement | HTMLSelectElement =>
  form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement;
const number = (name: string): number => Number(control(name).value);

/** The settings as they are in the form. */
export function settings(): Settings {
  if (!form.reportValidity()) throw new Error('A setting is out of range.');
  return {
    ...SIZES[control('size').value as keyof typeof SIZES],
    context: number('context'),
    batch: number('batch'),
    steps: number('steps'),
    seed: number('seed'),
    threads: number('threads'),
  };
}

/** Puts the form back to where it began, but for `changes`; threads and seed stay. */
export function propose(changes: Readonly<Record<string, string>>): void {
  for (const name of ['size', 'context', 'batch', 'steps']) {
    const field = control(name);
    const initial =
      field instanceof HTMLInputElement
        ? field.defaultValue
        : [...field.options].find(({ defaultSelected }) => defaultSelected)?.value;
    field.value = changes[name] ?? initial ?? '';
  }
}

export function proposeSteps(steps: number): void {
  control('steps').value = String(steps);
}

/** Whether two settings are of the same network and the same batches: the number of steps and threads may differ. */
export function isSameNetwork(a: Settings, b: Settings): boolean {
  const rest = ({ steps: _, ...others }: Settings): string => JSON.stringify(others);
  return rest(a) === rest(b);
}
