// The form with the settings.
import { Form } from '../form.js';
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

export type Size = 'small' | 'usual' | 'large';

export const SIZES: Readonly<Record<Size, Pick<Settings, 'blocks' | 'heads' | 'width'>>> = {
  small: { blocks: 2, heads: 2, width: 64 },
  usual: { blocks: 4, heads: 4, width: 128 },
  large: { blocks: 6, heads: 6, width: 192 },
};

const form = new Form(find<HTMLFormElement>('settings'));

/** The settings as they are in the form. @param fit the size that fits this device */
export function settings(fit: Size): Settings {
  form.check();
  const size = form.text('size') as Size | 'auto';
  return {
    ...SIZES[size === 'auto' ? fit : size],
    context: form.number('context'),
    batch: form.number('batch'),
    steps: form.number('steps'),
    seed: form.number('seed'),
    threads: form.number('threads'),
  };
}

/** Puts the form back to where it began, but for `changes`; threads and seed stay. */
export function propose(changes: Readonly<Record<string, string>>): void {
  form.reset(['size', 'context', 'batch', 'steps'], changes);
}

export function proposeSteps(steps: number): void {
  form.field('steps').value = String(steps);
}

/** Whether two settings are of the same network and the same batches: the number of steps and threads may differ. */
export function isSameNetwork(a: Settings, b: Settings): boolean {
  const rest = ({ steps: _, ...others }: Settings): string => JSON.stringify(others);
  return rest(a) === rest(b);
}
