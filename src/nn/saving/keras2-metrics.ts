import { isSerializedObject } from '../../config/index.js';
import { metricRegistry } from '../metrics/registry.js';

/**
 * The name by which `compile` was given a metric that Keras 2 wrote as the mean of a function:
 * `{ class_name: 'MeanMetricWrapper', config: { name: 'digit_accuracy', fn: 'sparse_categorical_accuracy' } }`. Of several
 * outputs the output stands before the name, which is left out here: logs put it there again.
 *
 * @returns anything else as it is; the function alone, where the name is another one
 */
export function withoutWrapper(metric: unknown): unknown {
  if (!isSerializedObject(metric) || metric.class_name !== 'MeanMetricWrapper') return metric;
  const { fn, name } = metric.config;
  if (typeof fn !== 'string') return metric;
  if (typeof name !== 'string') return fn;
  // 'digit_accuracy', 'accuracy'
  const names = name.split('_').map((_, i, parts) => parts.slice(i).join('_'));
  const isSame = (given: string): boolean =>
    given === fn ||
    isShort(given, fn) ||
    (metricRegistry.has(fn) && metricRegistry.find(given) === metricRegistry.find(fn));
  return names.find(isSame) ?? fn;
}

/** Whether a name stands for whichever accuracy or crossentropy fits the targets. */
function isShort(name: string, fn: string): boolean {
  if (name === 'accuracy' || name === 'acc') return fn.endsWith('accuracy');
  return (name === 'crossentropy' || name === 'ce') && fn.endsWith('crossentropy');
}
