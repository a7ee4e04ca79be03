// The state of a page in its address, after the #: names and values. What an address says is checked; what is not known is
// refused, and the page goes on with its default.

/** A value of the state: how it is read, undefined if the text is none, and written. */
export interface Field<T> {
  readonly read: (text: string) => T | undefined;
  readonly write: (value: T) => string;
}

export type Fields<State> = { readonly [Name in keyof State]: Field<State[Name]> };

/** Longer addresses are no state of a page. */
const MOST_CHARACTERS = 2000;

export const oneOf = <T extends string>(names: readonly T[]): Field<T> => ({
  read: (text) => names.find((name) => name === text),
  write: (value) => value,
});

/** A number of a range, rounded to so many digits behind the point. */
export const between = (least: number, most: number, digits = 0): Field<number> => ({
  read(text) {
    const value = Number(text);
    if (!/^-?\d{1,9}(\.\d{1,9})?$/.test(text) || value < least || value > most) return undefined;
    return Number(value.toFixed(digits));
  },
  write: (value) => String(Number(value.toFixed(digits))),
});

export const oneNumberOf = (numbers: readonly number[]): Field<number> => ({
  read: (text) => numbers.find((number) => String(number) === text),
  write: String,
});

export const yesOrNo: Field<boolean> = {
  read: (text) => ({ yes: true, no: false })[text],
  write: (value) => (value ? 'yes' : 'no'),
};

/** `least` to `most` items with commas between them. */
export const listOf = <T>(item: Field<T>, least: number, most: number): Field<readonly T[]> => ({
  read(text) {
    const parts = text === '' ? [] : text.split(',');
    if (parts.length < least || parts.length > most) return undefined;
    const items = parts.map((part) => item.read(part)).filter((value) => value !== undefined);
    return items.length === parts.length ? items : undefined;
  },
  write: (items) => items.map((value) => item.write(value)).join(','),
});

/** The state that an address has, and a message if parts of it were refused. */
export function readAddress<State extends object>(
  hash: string,
  fields: Fields<State>,
  defaults: State,
): { readonly state: State; readonly message: string } {
  const state = { ...defaults };
  const refused: string[] = [];
  const text = hash.replace(/^#/, '');
  if (text.length > MOST_CHARACTERS)
    return {
      state,
      message: 'The address is too long to be one of this page. The page began with its defaults.',
    };
  for (const [name, value] of new URLSearchParams(text)) {
    const isKnown = Object.hasOwn(fields, name);
    const read = isKnown ? fields[name as keyof State].read(value) : undefined;
    if (read === undefined) refused.push(`${name}=${value}`.slice(0, 40));
    else state[name as keyof State] = read;
  }
  const shown = refused.slice(0, 3).join(', ') + (refused.length > 3 ? ' …' : '');
  const message =
    refused.length === 0
      ? ''
      : `The address has parts that this page does not know: ${shown}. The defaults stand in for them.`;
  return { state, message };
}

/** Writes what differs from the defaults into the address, without a step in the history. */
export function writeAddress<State extends object>(
  state: State,
  fields: Fields<State>,
  defaults: State,
): void {
  const names = Object.keys(fields) as (keyof State & string)[];
  const parts = names
    .map((name) => [name, fields[name].write(state[name])] as const)
    .filter(([name, text]) => text !== fields[name].write(defaults[name]))
    .map(([name, text]) => `${name}=${encodeURIComponent(text).replaceAll('%2C', ',')}`);
  const { pathname, search } = location;
  const hash = parts.length === 0 ? '' : `#${parts.join('&')}`;
  if (location.hash !== hash) history.replaceState(history.state, '', pathname + search + hash);
}
