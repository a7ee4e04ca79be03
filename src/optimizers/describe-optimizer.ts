import { printable } from '../config/describe-value.js';
import { classNameOf } from '../config/index.js';
import { OPTIMIZER_OPTIONS } from './optimizer-options.js';

interface OptimizerClass {
  readonly declared: object;
  readonly optionNames: readonly string[];
}

/** An optimizer in a line. @param rate its learning rate, or the name of what gives it */
export function describeOptimizer(
  optimizer: { readonly name: string },
  rate: number | string,
  iterations: number,
): string {
  const { declared, optionNames } = optimizer.constructor as unknown as OptimizerClass;
  const own = Object.keys(declared).filter((name) => !Object.hasOwn(OPTIMIZER_OPTIONS, name));
  // A float32 of a decimal number is shown as that number.
  const shown = typeof rate === 'number' ? Number(rate.toPrecision(7)) : rate;
  const options = [...own, ...optionNames].map(
    (name) => `, ${name}=${String(Reflect.get(optimizer, name))}`,
  );
  const [className, name] = [classNameOf(optimizer), printable(optimizer.name)];
  return `<${className} name=${name}, learningRate=${shown}${options.join('')}, iterations=${iterations}>`;
}
