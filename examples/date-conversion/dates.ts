import { random } from 'lanegrad';

/** A date as a person wrote it, and as ISO 8601 writes it: '3rd of May 79' and '1979-05-03'. */
export interface WrittenDate {
  readonly written: string;
  readonly iso: string;
}

/** The parts of a date that a way of writing uses. */
interface Parts {
  /** 1 to 31 */
  readonly day: number;
  /** 1 to 12 */
  readonly month: number;
  readonly year: number;
  /** 'Thursday' */
  readonly weekday: string;
  /** 'May' */
  readonly name: string;
  /** '3rd' */
  readonly nth: string;
}

const MONTHS =
  'January February March April May June July August September October November December'.split(
    ' ',
  );
const WEEKDAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

const DAY = 24 * 60 * 60 * 1000;
const FIRST_DAY = Date.UTC(1950, 0, 1);

/** Days from 1950 to 2049: no two of these years end with the same two digits. */
export const COUNT_OF_DAYS = (Date.UTC(2050, 0, 1) - FIRST_DAY) / DAY;

/** 3 → '03', 1979 → '79' */
const two = (number: number): string => `${number % 100}`.padStart(2, '0');

/** 'September' → 'Sep' */
const short = (name: string): string => name.slice(0, 3);

/** Ways of writing a date. With dots the day comes first, with slashes the month. */
const WAYS: readonly ((date: Parts) => string)[] = [
  ({ day, name, year }) => `${day} ${name} ${year}`,
  ({ nth, name, year }) => `${nth} ${name} ${year}`,
  ({ nth, name, year }) => `${nth} of ${name}, ${year}`,
  ({ nth, name, year }) => `the ${nth} of ${name} '${two(year)}`,
  ({ day, name, year }) => `${name} ${day}, ${year}`,
  ({ nth, name, year }) => `${name} ${nth}, ${year}`,
  ({ day, name, year }) => `${name} ${day} '${two(year)}`,
  ({ weekday, day, name, year }) => `${weekday}, ${day} ${name} ${year}`,
  ({ weekday, nth, name, year }) => `${weekday}, ${name} ${nth} ${year}`,
  ({ weekday, day, name, year }) => `${short(weekday)}, ${day} ${short(name)} ${two(year)}`,
  ({ weekday, day, name, year }) => `${short(weekday)} ${short(name)} ${two(day)} ${year}`,
  ({ day, name, year }) => `${day}-${short(name)}-${two(year)}`,
  ({ day, name, year }) => `${short(name)} ${day} ${year}`,
  ({ day, name, year }) => `${year} ${name} ${day}`,
  ({ day, month, year }) => `${day}.${month}.${year}`,
  ({ day, month, year }) => `${two(day)}.${two(month)}.${two(year)}`,
  ({ day, month, year }) => `${month}/${day}/${year}`,
  ({ day, month, year }) => `${two(month)}/${two(day)}/${two(year)}`,
  ({ day, month, year }) => `${year}/${month}/${day}`,
  ({ day, month, year }) => `${year}${two(month)}${two(day)}`,
];

const CASES: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.toLowerCase(),
  (text) => text.toUpperCase(),
];

/** Enough for 'Wednesday, September 23rd 2026'. */
export const WRITTEN_LENGTH = 30;

/** '1979-05-03' */
export const ISO_LENGTH = 10;

function partsOf(date: Date): Parts {
  const day = date.getUTCDate();
  // 'th' from the 11th to the 13th, and for all digits but 1, 2 and 3.
  const ending = Math.floor(day / 10) === 1 ? 'th' : (['th', 'st', 'nd', 'rd'][day % 10] ?? 'th');
  return {
    day,
    month: date.getUTCMonth() + 1,
    year: date.getUTCFullYear(),
    weekday: WEEKDAYS[date.getUTCDay()] ?? '',
    name: MONTHS[date.getUTCMonth()] ?? '',
    nth: `${day}${ending}`,
  };
}

/** Each of these days, counted from 0 to `COUNT_OF_DAYS` − 1, written in ways that are drawn at random: some ways a day. */
export function writeDays(days: ArrayLike<number>, waysOfEach: number): WrittenDate[] {
  const drawn = (maxval: number) => random.randint([days.length * waysOfEach], 0, maxval).data();
  const [ways, cases] = [drawn(WAYS.length), drawn(CASES.length)];
  return Array.from(ways, (way, i) => {
    const date = new Date(FIRST_DAY + (days[Math.floor(i / waysOfEach)] ?? 0) * DAY);
    const inCase = CASES[cases[i] ?? 0];
    const written = WAYS[way]?.(partsOf(date)) ?? '';
    return { written: inCase?.(written) ?? written, iso: date.toISOString().slice(0, ISO_LENGTH) };
  });
}
