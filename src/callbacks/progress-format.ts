// The text of progress lines, as Keras writes them.

import { printable } from '../config/describe-value.js';

/** Seconds as `12s`, `1:05` or `2:01:05`. */
export function formatEta(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (whole > 3600) {
    return `${Math.floor(whole / 3600)}:${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
  }
  return whole > 60 ? `${Math.floor(whole / 60)}:${two(whole % 60)}` : `${whole}s`;
}

/** The time of a step as `2s/step`, `12ms/step` or `350us/step`. */
export function formatStepTime(seconds: number, unit = 'step'): string {
  if (seconds >= 1 || seconds === 0) return `${seconds.toFixed(0)}s/${unit}`;
  if (seconds >= 1e-3) return `${(seconds * 1e3).toFixed(0)}ms/${unit}`;
  return `${(seconds * 1e6).toFixed(0)}us/${unit}`;
}

/** Four decimals, or for small numbers an exponent of two digits: `0.9312`, `4.2000e-05`. */
export function formatValue(value: number): string {
  // As Python prints them, whatever the engine calls them.
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  if (Math.abs(value) > 1e-3) return value.toFixed(4);
  return value.toExponential(4).replace(/e([+-])(\d)$/, 'e$10$2');
}

/** ` - accuracy: 0.9312 - loss: 0.2210`, in the order of the logs. */
export function formatLogs(logs: Readonly<Record<string, number>>): string {
  return Object.entries(logs)
    .map(([name, value]) => ` - ${printable(name)}: ${formatValue(value)}`)
    .join('');
}

/** `  9/469`: the steps done, as wide as all of them, and all; `     12/Unknown` where that is not known. */
export function formatCount(done: number, target: number | null): string {
  if (target === null) return `${String(done).padStart(7)}/Unknown`;
  return `${String(done).padStart(String(target).length)}/${target}`;
}
