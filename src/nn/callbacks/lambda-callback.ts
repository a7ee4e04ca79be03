import { describeValue } from '../../config/describe-value.js';
import { checkOptions } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { Callback, HOOKS } from './callback.js';
import type { HookName } from './callback.js';

/** Some hooks, as a plain object. */
export type Hooks = { readonly [Name in HookName]?: Callback[Name] | undefined };

/**
 * A callback of plain functions. Such an object may also stand for itself where callbacks are taken.
 *
 * @example new callbacks.LambdaCallback({ onEpochEnd: (epoch, logs) => console.log(epoch, logs.loss) })
 */
export class LambdaCallback extends Callback {
  /** @throws ValueError for a hook that does not exist or is no function. */
  constructor(hooks: Hooks) {
    super();
    checkOptions('LambdaCallback', hooks, HOOKS);
    for (const name of HOOKS) {
      const hook = hooks[name];
      if (hook === undefined) continue;
      if (typeof hook !== 'function') {
        throw new ValueError(
          `LambdaCallback: ${name} must be a function, got ${describeValue(hook)}.`,
        );
      }
      // Called as methods of the object they came in, so that `this` is what its author expects.
      Object.defineProperty(this, name, { value: hook.bind(hooks), configurable: true });
    }
  }
}
