import { checkNumber } from '../../../config/index.js';

/** A sampling rate, as WAV files hold it; undefined for none. @throws ValueError for anything but a whole number above 0. */
export function samplingRateOf(owner: string, rate: unknown): number | undefined {
  if (rate === undefined || rate === null) return undefined;
  return checkNumber(owner, 'samplingRate', rate, { min: 1, max: 2 ** 32 - 1, integer: true });
}
