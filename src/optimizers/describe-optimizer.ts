import { printable } from '../config/describe-value.js';
import { classNameOf } from '../config/index.js';
import type { Optimizer } from './optimizer.js';
import { OPTIMIZER_OPTIONS } from './optimizer-options.js';

/** An optimizer in a line. @param rate its learning rate, or the name of what gives it */
export function describeOptimizer(
  optimizer: Optimizer,
  rate: number | string,
  iterations: number,
): string {
  const { declared, optionNames } = optimizer.constructor as typeof Optimizer;
  const own = Object.keys(declared).filter((name) => !Object.hasOwn(OPTIMIZER_OPTIONS, name));
  // A float32 of a decimal number is shown as that number.
  const shown = typeof rate === 'number' ? Number(rate.toPrecision(7)) : rate;
  const options = [...own, ...optionNames].map(
    (name) => `, ${name}=${String(Reflect.get(optimizer, name))}`,
  );
  const [className, name] = [classNameOf(optimizer), printable(optimizer.name)];
  return `<${className} name=${name}, learningRate=${shown}${options.join('')}, iterations=${iterations}>`;
}
