import { oneOf } from '../config/index.js';
import { ValueError } from '../errors.js';
import type { CallbackModel } from './callback.js';

/** Whether the watched value should fall, rise, or as its metric says. */
export type MonitorMode = 'auto' | 'min' | 'max';

/** `mode` if it is one. @throws ValueError for something else. */
export function checkMode(owner: string, mode: unknown): MonitorMode {
  return oneOf(owner, 'mode', mode, ['auto', 'min', 'max']);
}

/**
 * Whether a value of `monitor` has to fall to be better.
 *
 * @throws ValueError if mode is 'auto' and neither the name nor the model's metrics tell.
 */
export function shouldFall(
  owner: string,
  monitor: string,
  mode: MonitorMode,
  model: CallbackModel | undefined,
): boolean {
  if (mode !== 'auto') return mode === 'min';
  const name = monitor.replace(/^val_/, '');
  if (name === 'loss') return true;
  const direction = model?.metrics?.find((metric) => metric.name === name)?.direction;
  if (direction !== undefined) return direction === 'down';
  throw new ValueError(
    `${owner}: it is not known whether '${monitor}' should rise or fall. Give mode: 'max' if more is better, ` +
      `mode: 'min' if less is.`,
  );
}
