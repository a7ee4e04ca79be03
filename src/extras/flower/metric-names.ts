import { describeValue, printable } from '../../config/describe-value.js';
import { isPlainObject } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { MetricRecord } from './records.js';

/** The server's names of metrics, by their names here; null for a metric that is not sent. */
export type MetricNames = Readonly<Record<string, string | null>>;

/** @throws ValueError for anything but such names. */
export function requireNames(owner: string, names: MetricNames): MetricNames {
  const isName = (name: unknown): boolean =>
    name === null || (typeof name === 'string' && name !== '');
  if (isPlainObject(names) && Object.values(names).every(isName)) return names;
  throw new ValueError(
    `${owner}: metricNames must be an object of texts or null by name, such as { accuracy: 'train-acc' }, got ` +
      `${describeValue(names)}.`,
  );
}

/** The record of metrics under the names of the server. @throws ValueError if two metrics get one name. */
export function metricsOf(
  metrics: Readonly<Record<string, number>>,
  names: MetricNames,
): MetricRecord {
  const record = new MetricRecord();
  for (const [own, value] of Object.entries(metrics)) {
    const name = Object.hasOwn(names, own) ? names[own] : own;
    if (name === null || name === undefined) continue;
    if (record.has(name)) {
      throw new ValueError(
        `flower.join: metricNames gives two metrics the name '${printable(name)}'; one of them is '${printable(own)}'.`,
      );
    }
    record.set(name, value);
  }
  return record;
}
