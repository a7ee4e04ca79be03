/** `batchSize` → `batch_size`, `Conv2D` → `conv2d`, by Keras's rule; a name that is snake_case already stays as it is. */
export function snakeCase(name: string): string {
  return name
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** `batch_size` → `batchSize`; a name that is camelCase already stays as it is. */
export function camelCase(name: string): string {
  // Looked for where they begin: else a name of underscores takes the square of its length.
  return name.replace(/(?<!_)_+([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
}

const taken = new Map<string, number>();

/**
 * A name for an object that was given none, as Keras counts them: `dense`, `dense_1`, `dense_2` …
 */
export function uniqueName(className: string): string {
  const base = snakeCase(className);
  const count = taken.get(base) ?? 0;
  taken.set(base, count + 1);
  return count === 0 ? base : `${base}_${count}`;
}

/** Starts the counting of `uniqueName` anew (Keras: `clear_session`). */
export function resetNames(): void {
  taken.clear();
}

type IsLower<C extends string> = C extends Uppercase<C> ? false : true;

/** `_` where a word begins with letter `C`, which stands before `Rest`. */
type Gap<Before extends string, C extends string, Rest extends string> =
  C extends Lowercase<C>
    ? ''
    : Before extends ''
      ? ''
      : IsLower<Before> extends true
        ? '_'
        : Rest extends `${infer Next}${string}`
          ? IsLower<Next> extends true
            ? '_'
            : ''
          : '';

/** What `snakeCase` makes of a name: `'MeanSquaredError'` → `'mean_squared_error'`. */
export type SnakeCase<
  Name extends string,
  Before extends string = '',
> = Name extends `${infer C}${infer Rest}`
  ? `${Gap<Before, C, Rest>}${Lowercase<C>}${SnakeCase<Rest, C>}`
  : '';

/** Names that an editor completes; any other text is taken too, such as names of classes of your own. */
export type OpenName<Known extends string> = Known | (string & Record<never, never>);
