// Values inside a JSON value, and how to change them.

/** An object or a list that holds values. */
export type Holder = Record<string, unknown> | unknown[];

/** The position of a value. */
export interface Slot {
  readonly holder: Holder;
  readonly key: string | number;
}

/**
 * The JSON text after changes; the text itself if it is none.
 *
 * @param change is given a list that holds the value
 */
export function changeJson(
  text: Uint8Array,
  change: (whole: unknown[]) => void,
): Uint8Array<ArrayBuffer> {
  let root: unknown;
  try {
    root = JSON.parse(Buffer.from(text).toString());
  } catch {
    return Uint8Array.from(text);
  }
  const whole = [root];
  change(whole);
  return Uint8Array.from(Buffer.from(JSON.stringify(whole[0]) ?? 'null'));
}

/** The value in its place. */
export function valueOf({ holder, key }: Slot): unknown {
  return (holder as Record<string | number, unknown>)[key];
}

/**
 * Puts a copy in the place, since a value may stand at several places, and none inside of itself. Also under `__proto__`, as
 * a property like any other.
 */
export function put({ holder, key }: Slot, value: unknown): void {
  Object.defineProperty(holder, key, {
    value: structuredClone(value),
    configurable: true,
    enumerable: true,
    writable: true,
  });
}

/** Leaves the value out. */
export function remove({ holder, key }: Slot): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else Reflect.deleteProperty(holder, key);
}
