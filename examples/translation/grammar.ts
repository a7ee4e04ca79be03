// Makes English sentences and their German translations. German articles and adjectives agree with their nouns in gender,
// number and case; the verb is second in a main clause, first in a question, last after 'dass' and 'weil', and its other
// parts go to the end.
import { random } from 'lanegrad';
import { ADJECTIVES, MODALS, NOUNS, OPINIONS, PLACES, TIMES, VERBS } from './lexicon.js';
import type { Adjective, Gender, Kind, Noun, Verb } from './lexicon.js';

/** A sentence in both languages, each a list of words and marks. */
export interface Pair {
  readonly english: readonly string[];
  readonly german: readonly string[];
}

type Case = 'nominative' | 'accusative' | 'dative';

/** A determiner: 'plain' is none, as plurals may have. */
type Determiner = 'the' | 'this' | 'a' | 'my' | 'no' | 'plain';

/** A person or a thing, in the case that it has in the German sentence. */
interface Phrase {
  readonly english: string;
  readonly german: string;
  readonly isPlural: boolean;
}

/** How a verb is used: 'buys', 'has bought', or with one of the modals. */
type Mood = 'present' | 'perfect' | (typeof MODALS)[number];

interface Clause {
  readonly subject: Phrase;
  readonly verb: Verb;
  readonly mood: Mood;
  readonly isNegated: boolean;
  /** The receiver of the object, and the object. */
  readonly objects: readonly Phrase[];
  readonly time: (typeof TIMES)[number] | undefined;
  readonly place: (typeof PLACES)[number] | undefined;
}

/** Draws from lists. */
class Lots {
  #numbers = new Float32Array();
  #next = 0;

  /** A number from 0 to 1. */
  draw(): number {
    if (this.#next === this.#numbers.length) {
      this.#numbers = random.uniform([4096]).data('float32');
      this.#next = 0;
    }
    return this.#numbers[this.#next++] ?? 0;
  }

  /** Whether something happens that has that probability. */
  isTrue(probability: number): boolean {
    return this.draw() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.draw() * list.length)] as T;
  }
}

const GENDERS = ['m', 'f', 'n'] as const;

/** Endings for the genders, and for the plural. */
const STRONG: Readonly<Record<Case, readonly string[]>> = {
  nominative: ['er', 'e', 'es', 'e'],
  accusative: ['en', 'e', 'es', 'e'],
  dative: ['em', 'er', 'em', 'en'],
};
const DEFINITE: Readonly<Record<Case, readonly string[]>> = {
  nominative: ['der', 'die', 'das', 'die'],
  accusative: ['den', 'die', 'das', 'die'],
  dative: ['dem', 'der', 'dem', 'den'],
};
const STEMS = { this: 'dies', a: 'ein', my: 'mein', no: 'kein' } as const;

/** The form of a phrase. */
interface Form {
  readonly determiner: Determiner;
  readonly inCase: Case;
  readonly isPlural: boolean;
}

/** The ending of 'dieser', which an adjective takes over where nothing before it has it. */
function strongEnding({ inCase, isPlural }: Form, gender: Gender): string {
  return STRONG[inCase][isPlural ? 3 : GENDERS.indexOf(gender)] ?? '';
}

/** Whether there is no ending before the adjective: 'alter Wein' has none, and so has 'ein alter Mann'. */
function isBare({ determiner, inCase, isPlural }: Form, gender: Gender): boolean {
  if (determiner === 'plain') return true;
  if (determiner === 'the' || determiner === 'this' || isPlural) return false;
  return inCase === 'nominative' ? gender !== 'f' : inCase === 'accusative' && gender === 'n';
}

function germanDeterminer(form: Form, gender: Gender): string {
  const { determiner, inCase, isPlural } = form;
  if (determiner === 'plain') return '';
  if (determiner === 'the') return DEFINITE[inCase][isPlural ? 3 : GENDERS.indexOf(gender)] ?? '';
  return STEMS[determiner] + (isBare(form, gender) ? '' : strongEnding(form, gender));
}

function adjectiveEnding(form: Form, gender: Gender): string {
  if (isBare(form, gender)) return strongEnding(form, gender);
  const { inCase, isPlural } = form;
  const isWeak = inCase === 'nominative' || (inCase === 'accusative' && gender !== 'm');
  return isWeak && !isPlural ? 'e' : 'en';
}

function germanNoun({ german }: Noun, { inCase, isPlural }: Form): string {
  if (!isPlural) return inCase === 'nominative' ? german.singular : german.oblique;
  return inCase === 'dative' && !/[ns]$/.test(german.plural) ? `${german.plural}n` : german.plural;
}

function nounPhrase(noun: Noun, adjective: Adjective | undefined, form: Form): Phrase {
  const { determiner, isPlural } = form;
  const { gender } = noun.german;
  const english = join(adjective?.english, noun.english[isPlural ? 'plural' : 'singular']);
  const isVowel = /^[aeiou]/.test(english);
  const determiners = {
    plain: '',
    the: 'the',
    this: isPlural ? 'these' : 'this',
    a: isVowel ? 'an' : 'a',
    my: 'my',
    no: 'no',
  };
  return {
    english: join(determiners[determiner], english),
    german: join(
      germanDeterminer(form, gender),
      adjective && adjective.stem + adjectiveEnding(form, gender),
      germanNoun(noun, form),
    ),
    isPlural,
  };
}

const PRONOUNS: readonly Phrase[] = [
  { english: 'he', german: 'er', isPlural: false },
  { english: 'she', german: 'sie', isPlural: false },
  { english: 'we', german: 'wir', isPlural: true },
  { english: 'they', german: 'sie', isPlural: true },
];

/** Words with spaces between; what is missing or empty is left out. */
function join(...words: readonly (string | undefined)[]): string {
  return words.filter((word) => word !== undefined && word !== '').join(' ');
}

/** The form of the verb that goes with the subject, and what of the verb stands behind. */
interface VerbGroup {
  readonly finite: string;
  readonly rest: string;
}

/** @param isSplit whether something stands between: 'does he buy', 'he does not buy' */
function englishVerb({ subject, verb, mood }: Clause, isSplit: boolean): VerbGroup {
  const number = subject.isPlural ? 'plural' : 'singular';
  const { english } = verb;
  const doing = subject.isPlural ? 'do' : 'does';
  if (mood === 'perfect')
    return { finite: subject.isPlural ? 'have' : 'has', rest: english.participle };
  if (mood === 'present') {
    return isSplit
      ? { finite: doing, rest: english.plural }
      : { finite: english[number], rest: '' };
  }
  // Only 'wants to' has an s.
  return isSplit && mood.singular !== mood.plural
    ? { finite: doing, rest: join(mood.plural, english.plural) }
    : { finite: mood[number], rest: english.plural };
}

function englishClause(clause: Clause, order: 'statement' | 'question' | 'time first'): string {
  const { subject, verb, isNegated, objects, time, place } = clause;
  const { finite, rest } = englishVerb(clause, isNegated || order === 'question');
  const verbs = isNegated ? (finite === 'can' ? 'cannot' : `${finite} not`) : finite;
  const begin = order === 'question' ? [finite, subject.english] : [subject.english, verbs];
  const end = [
    rest,
    ...objects.map(({ english }) => english),
    verb.english.particle,
    place?.english,
  ];
  return order === 'time first'
    ? join(time?.english, ...begin, ...end)
    : join(...begin, ...end, time?.english);
}

function germanVerb({ subject, verb, mood }: Clause): VerbGroup {
  const number = subject.isPlural ? 'plural' : 'singular';
  const { german } = verb;
  if (mood === 'present') return { finite: german[number], rest: german.prefix };
  if (mood !== 'perfect')
    return { finite: mood.german[number], rest: german.prefix + german.plural };
  const auxiliaries = { haben: ['hat', 'haben'], sein: ['ist', 'sind'] } as const;
  const [singular, plural] = auxiliaries[german.auxiliary];
  return { finite: subject.isPlural ? plural : singular, rest: german.participle };
}

function germanClause(
  clause: Clause,
  order: 'statement' | 'question' | 'time first' | 'verb last',
): string {
  const { subject, mood, isNegated, objects, place } = clause;
  const { finite, rest } = germanVerb(clause);
  const time = clause.time?.german;
  const end = [...objects.map(({ german }) => german), place?.german, isNegated ? 'nicht' : ''];
  switch (order) {
    case 'statement':
      return join(subject.german, finite, time, ...end, rest);
    case 'time first':
      return join(time, finite, subject.german, ...end, rest);
    case 'question':
      return join(finite, subject.german, time, ...end, rest);
    case 'verb last': {
      // 'abholt', but 'abgeholt hat'
      const verbs = mood === 'present' ? rest + finite : join(rest, finite);
      return join(subject.german, time, ...end, verbs);
    }
  }
}

/** Draws clauses and sentences. */
class Speaker {
  readonly #lots = new Lots();

  #thing(
    kinds: readonly Kind[],
    inCase: Case,
    determiners: readonly Determiner[],
    isSimple = false,
  ): Phrase {
    const lots = this.#lots;
    const noun = lots.pick(NOUNS.filter(({ kind }) => kinds.includes(kind)));
    const adjective = lots.pick(ADJECTIVES[noun.kind]);
    const isPlural = lots.isTrue(0.35);
    const fitting = determiners.filter((each) => each !== (isPlural ? 'a' : 'plain'));
    const hasAdjective = !isSimple && lots.isTrue(0.4);
    return nounPhrase(noun, hasAdjective ? adjective : undefined, {
      determiner: lots.pick(fitting),
      inCase,
      isPlural,
    });
  }

  #subject(kinds: readonly Kind[], isSimple = false): Phrase {
    return this.#lots.isTrue(isSimple ? 0.5 : 0.2)
      ? this.#lots.pick(PRONOUNS)
      : this.#thing(
          kinds,
          'nominative',
          isSimple ? ['the', 'my'] : ['the', 'the', 'this', 'a', 'my', 'plain'],
          isSimple,
        );
  }

  #clause({ isQuestion = false, isShort = false } = {}): Clause {
    const lots = this.#lots;
    const verb = lots.pick(isShort ? VERBS.filter(({ objects }) => objects.length === 0) : VERBS);
    const chance = lots.draw();
    const mood = chance < 0.4 ? 'present' : chance < 0.7 ? 'perfect' : lots.pick(MODALS);
    // 'must not' is not 'muss nicht', and 'does not want to' is left to 'want to'.
    const isPlain = typeof mood === 'string' || mood.singular === 'can' || mood.singular === 'will';
    const isNegated = !isQuestion && isPlain && lots.isTrue(0.2);
    // 'not a' would be 'kein'.
    const determiners: readonly Determiner[] = isNegated
      ? ['the', 'this', 'my']
      : ['the', 'the', 'this', 'a', 'a', 'my', 'plain', isQuestion ? 'the' : 'no'];
    const objects: Phrase[] = [];
    if (verb.hasReceiver) objects.push(this.#thing(['person'], 'dative', ['the', 'a', 'my'], true));
    if (verb.objects.length > 0) {
      objects.push(this.#thing(verb.objects, verb.german.objectCase, determiners));
    }
    const hasTime = lots.isTrue(isShort ? 0.2 : 0.4);
    const times = TIMES.filter(({ isPast }) => isPast || mood !== 'perfect');
    return {
      subject: this.#subject(verb.subjects, isShort),
      verb,
      mood,
      isNegated,
      objects,
      time: hasTime ? lots.pick(times) : undefined,
      place: !isNegated && !isShort && lots.isTrue(0.25) ? lots.pick(PLACES) : undefined,
    };
  }

  /** A sentence: a statement, a question, or one with a clause behind 'that' or 'because'. */
  sentence(): { readonly english: string; readonly german: string } {
    const lots = this.#lots;
    const chance = lots.draw();
    if (chance < 0.5) {
      const clause = this.#clause();
      const order = clause.time !== undefined && lots.isTrue(0.5) ? 'time first' : 'statement';
      return {
        english: `${englishClause(clause, order)} .`,
        german: `${germanClause(clause, order)} .`,
      };
    }
    if (chance < 0.65) {
      const clause = this.#clause({ isQuestion: true });
      return {
        english: `${englishClause(clause, 'question')} ?`,
        german: `${germanClause(clause, 'question')} ?`,
      };
    }
    const inner = this.#clause();
    const english = englishClause(inner, 'statement');
    const german = germanClause(inner, 'verb last');
    if (chance < 0.85) {
      const subject = this.#subject(['person'], true);
      const opinion = lots.pick(OPINIONS);
      const number = subject.isPlural ? 'plural' : 'singular';
      return {
        english: `${subject.english} ${opinion[number]} that ${english} .`,
        german: `${subject.german} ${opinion.german[number]} , dass ${german} .`,
      };
    }
    const outer = this.#clause({ isShort: true });
    return {
      english: `${englishClause(outer, 'statement')} because ${english} .`,
      german: `${germanClause(outer, 'statement')} , weil ${german} .`,
    };
  }
}

/** So many different English sentences and their translations, in random order. */
export function drawPairs(count: number): Pair[] {
  const speaker = new Speaker();
  const pairs = new Map<string, Pair>();
  while (pairs.size < count) {
    const { english, german } = speaker.sentence();
    pairs.set(english, { english: english.split(' '), german: german.split(' ') });
  }
  return [...pairs.values()];
}
