// The words of the translation, in English and in German.

export type Gender = 'm' | 'f' | 'n';

/** The kind of thing that a noun names, so that no sentence says that a lamp is eaten. */
export type Kind = 'person' | 'animal' | 'food' | 'text' | 'thing';

export interface Noun {
  readonly kind: Kind;
  readonly english: { readonly singular: string; readonly plural: string };
  readonly german: {
    readonly singular: string;
    readonly plural: string;
    /** The singular of accusative and dative: 'den Jungen', 'dem Jungen'. */
    readonly oblique: string;
    readonly gender: Gender;
  };
}

export interface Adjective {
  readonly english: string;
  /** What endings are put to: 'teur' for 'teurer', 'teures'. */
  readonly stem: string;
}

export interface Verb {
  readonly english: {
    /** 'buys' */
    readonly singular: string;
    /** 'buy' */
    readonly plural: string;
    /** 'bought' */
    readonly participle: string;
    /** What stands behind the object: 'up' of 'picks up' is 'picks the child up'. */
    readonly particle: string;
  };
  readonly german: {
    /** 'kauft', and of 'abholen' 'holt' */
    readonly singular: string;
    /** 'kaufen', 'holen' */
    readonly plural: string;
    /** 'gekauft', 'abgeholt' */
    readonly participle: string;
    /** What goes to the end of a main clause: 'ab'. */
    readonly prefix: string;
    readonly auxiliary: 'haben' | 'sein';
    readonly objectCase: 'accusative' | 'dative';
  };
  /** What its subject may be. */
  readonly subjects: readonly Kind[];
  /** What its object may be; nothing for verbs without one. */
  readonly objects: readonly Kind[];
  /** Whether a person gets the object: 'gives the child a book'. */
  readonly hasReceiver: boolean;
}

/** A table: one entry a line, its fields between bars. */
const rows = (table: string): string[][] =>
  table
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((field) => field.trim()));

export const NOUNS: readonly Noun[] = rows(`
  person | man      | men       | Mann      | Männer       | m
  person | woman    | women     | Frau      | Frauen       | f
  person | child    | children  | Kind      | Kinder       | n
  person | girl     | girls     | Mädchen   | Mädchen      | n
  person | boy      | boys      | Junge     | Jungen       | m | Jungen
  person | teacher  | teachers  | Lehrer    | Lehrer       | m
  person | doctor   | doctors   | Arzt      | Ärzte        | m
  person | friend   | friends   | Freund    | Freunde      | m
  person | farmer   | farmers   | Bauer     | Bauern       | m | Bauern
  person | neighbor | neighbors | Nachbar   | Nachbarn     | m | Nachbarn
  person | student  | students  | Student   | Studenten    | m | Studenten
  person | sister   | sisters   | Schwester | Schwestern   | f
  person | brother  | brothers  | Bruder    | Brüder       | m
  person | mother   | mothers   | Mutter    | Mütter       | f
  person | father   | fathers   | Vater     | Väter        | m
  person | daughter | daughters | Tochter   | Töchter      | f
  person | queen    | queens    | Königin   | Königinnen   | f
  animal | dog      | dogs      | Hund      | Hunde        | m
  animal | cat      | cats      | Katze     | Katzen       | f
  animal | horse    | horses    | Pferd     | Pferde       | n
  animal | bird     | birds     | Vogel     | Vögel        | m
  animal | cow      | cows      | Kuh       | Kühe         | f
  animal | mouse    | mice      | Maus      | Mäuse        | f
  animal | bear     | bears     | Bär       | Bären        | m | Bären
  food   | apple    | apples    | Apfel     | Äpfel        | m
  food   | pear     | pears     | Birne     | Birnen       | f
  food   | egg      | eggs      | Ei        | Eier         | n
  food   | cake     | cakes     | Kuchen    | Kuchen       | m
  food   | potato   | potatoes  | Kartoffel | Kartoffeln   | f
  food   | soup     | soups     | Suppe     | Suppen       | f
  food   | sausage  | sausages  | Wurst     | Würste       | f
  text   | book     | books     | Buch      | Bücher       | n
  text   | letter   | letters   | Brief     | Briefe       | m
  text   | story    | stories   | Geschichte | Geschichten | f
  text   | poem     | poems     | Gedicht   | Gedichte     | n
  text   | song     | songs     | Lied      | Lieder       | n
  text   | newspaper | newspapers | Zeitung | Zeitungen    | f
  thing  | car      | cars      | Auto      | Autos        | n
  thing  | house    | houses    | Haus      | Häuser       | n
  thing  | table    | tables    | Tisch     | Tische       | m
  thing  | chair    | chairs    | Stuhl     | Stühle       | m
  thing  | lamp     | lamps     | Lampe     | Lampen       | f
  thing  | bag      | bags      | Tasche    | Taschen      | f
  thing  | coat     | coats     | Mantel    | Mäntel       | m
  thing  | shirt    | shirts    | Hemd      | Hemden       | n
  thing  | hat      | hats      | Hut       | Hüte         | m
  thing  | picture  | pictures  | Bild      | Bilder       | n
  thing  | clock    | clocks    | Uhr       | Uhren        | f
  thing  | umbrella | umbrellas | Regenschirm | Regenschirme | m
`).map(([kind = '', one = '', many = '', singular = '', plural = '', gender = '', oblique]) => ({
  kind: kind as Kind,
  english: { singular: one, plural: many },
  german: { singular, plural, oblique: oblique ?? singular, gender: gender as Gender },
}));

const OF_LIVING = adjectives(
  'old alt, young jung, small klein, big groß, good gut, poor arm, clever klug, friendly freundlich, tired müd, hungry hungrig',
);

export const ADJECTIVES: Readonly<Record<Kind, readonly Adjective[]>> = {
  person: OF_LIVING,
  animal: OF_LIVING,
  food: adjectives(
    'small klein, big groß, good gut, hot heiß, cold kalt, cheap billig, expensive teur',
  ),
  text: adjectives(
    'old alt, new neu, good gut, beautiful schön, short kurz, long lang, sad traurig',
  ),
  thing: adjectives(
    'old alt, new neu, small klein, big groß, red rot, green grün, white weiß, beautiful schön, cheap billig, expensive teur',
  ),
};

function adjectives(list: string): Adjective[] {
  return list.split(', ').map((pair) => {
    const [english = '', stem = ''] = pair.split(' ');
    return { english, stem };
  });
}

const ANY = ['person', 'animal', 'food', 'text', 'thing'] as const;
const LIVING = ['person', 'animal'] as const;
const LIFELESS = ['food', 'text', 'thing'] as const;

interface Use {
  readonly subjects?: readonly Kind[];
  readonly objects?: readonly Kind[];
  readonly objectCase?: 'accusative' | 'dative';
  readonly auxiliary?: 'haben' | 'sein';
  readonly hasReceiver?: boolean;
}

/** 'picks|pick|picked|up', 'holt|holen|abgeholt|ab' */
function verb(ofEnglish: string, ofGerman: string, use: Use = {}): Verb {
  const [[one = '', many = '', done = '', particle = ''] = []] = rows(ofEnglish);
  const [[singular = '', plural = '', participle = '', prefix = ''] = []] = rows(ofGerman);
  const { subjects = ['person'], objects = [], hasReceiver = false } = use;
  const { auxiliary = 'haben', objectCase = 'accusative' } = use;
  return {
    english: { singular: one, plural: many, participle: done, particle },
    german: { singular, plural, participle, prefix, auxiliary, objectCase },
    subjects,
    objects,
    hasReceiver,
  };
}

export const VERBS: readonly Verb[] = [
  verb('works|work|worked', 'arbeitet|arbeiten|gearbeitet'),
  verb('laughs|laugh|laughed', 'lacht|lachen|gelacht'),
  verb('sleeps|sleep|slept', 'schläft|schlafen|geschlafen', { subjects: LIVING }),
  verb('waits|wait|waited', 'wartet|warten|gewartet', { subjects: LIVING }),
  verb('arrives|arrive|arrived', 'kommt|kommen|angekommen|an', {
    subjects: LIVING,
    auxiliary: 'sein',
  }),
  verb('falls|fall|fallen|asleep', 'schläft|schlafen|eingeschlafen|ein', {
    subjects: LIVING,
    auxiliary: 'sein',
  }),
  verb('gets|get|got|up', 'steht|stehen|aufgestanden|auf', { auxiliary: 'sein' }),
  verb('reads|read|read', 'liest|lesen|gelesen', { objects: ['text'] }),
  verb('writes|write|written', 'schreibt|schreiben|geschrieben', { objects: ['text'] }),
  verb('eats|eat|eaten', 'isst|essen|gegessen', { subjects: LIVING, objects: ['food'] }),
  verb('cooks|cook|cooked', 'kocht|kochen|gekocht', { objects: ['food'] }),
  verb('buys|buy|bought', 'kauft|kaufen|gekauft', { objects: LIFELESS }),
  verb('sells|sell|sold', 'verkauft|verkaufen|verkauft', { objects: LIFELESS }),
  verb('needs|need|needed', 'braucht|brauchen|gebraucht', { objects: LIFELESS }),
  verb('paints|paint|painted', 'malt|malen|gemalt', { objects: ['animal', 'food', 'thing'] }),
  verb('cleans|clean|cleaned', 'putzt|putzen|geputzt', { objects: ['thing'] }),
  verb('sees|see|seen', 'sieht|sehen|gesehen', { subjects: LIVING, objects: ANY }),
  verb('finds|find|found', 'findet|finden|gefunden', { subjects: LIVING, objects: ANY }),
  verb('looks for|look for|looked for', 'sucht|suchen|gesucht', { objects: ANY }),
  verb('loves|love|loved', 'liebt|lieben|geliebt', { objects: LIVING }),
  verb('hears|hear|heard', 'hört|hören|gehört', { subjects: LIVING, objects: LIVING }),
  verb('visits|visit|visited', 'besucht|besuchen|besucht', { objects: ['person'] }),
  verb('feeds|feed|fed', 'füttert|füttern|gefüttert', { objects: ['animal'] }),
  verb('invites|invite|invited', 'lädt|laden|eingeladen|ein', { objects: ['person'] }),
  verb('picks|pick|picked|up', 'holt|holen|abgeholt|ab', { objects: ['person'] }),
  verb('brings|bring|brought|along', 'bringt|bringen|mitgebracht|mit', { objects: LIFELESS }),
  verb('takes|take|taken|away', 'nimmt|nehmen|weggenommen|weg', { objects: LIFELESS }),
  verb('helps|help|helped', 'hilft|helfen|geholfen', { objects: LIVING, objectCase: 'dative' }),
  verb('thanks|thank|thanked', 'dankt|danken|gedankt', {
    objects: ['person'],
    objectCase: 'dative',
  }),
  verb('follows|follow|followed', 'folgt|folgen|gefolgt', {
    subjects: LIVING,
    objects: LIVING,
    objectCase: 'dative',
    auxiliary: 'sein',
  }),
  verb('gives|give|given', 'gibt|geben|gegeben', { objects: LIFELESS, hasReceiver: true }),
  verb('shows|show|shown', 'zeigt|zeigen|gezeigt', { objects: ANY, hasReceiver: true }),
  verb('sends|send|sent', 'schickt|schicken|geschickt', {
    objects: ['text', 'thing'],
    hasReceiver: true,
  }),
];

/** Verbs that take another one: 'can', 'kann', 'können'. */
export const MODALS = [
  { singular: 'can', plural: 'can', german: { singular: 'kann', plural: 'können' } },
  { singular: 'must', plural: 'must', german: { singular: 'muss', plural: 'müssen' } },
  { singular: 'may', plural: 'may', german: { singular: 'darf', plural: 'dürfen' } },
  { singular: 'wants to', plural: 'want to', german: { singular: 'will', plural: 'wollen' } },
  { singular: 'will', plural: 'will', german: { singular: 'wird', plural: 'werden' } },
] as const;

/** What takes a clause: 'she knows that …', 'sie weiß , dass …'. */
export const OPINIONS = [
  { singular: 'knows', plural: 'know', german: { singular: 'weiß', plural: 'wissen' } },
  { singular: 'says', plural: 'say', german: { singular: 'sagt', plural: 'sagen' } },
  { singular: 'believes', plural: 'believe', german: { singular: 'glaubt', plural: 'glauben' } },
  { singular: 'hopes', plural: 'hope', german: { singular: 'hofft', plural: 'hoffen' } },
] as const;

/** Times; `isPast` ones go with 'has bought'. */
export const TIMES = [
  { english: 'today', german: 'heute', isPast: true },
  { english: 'this week', german: 'diese Woche', isPast: true },
  { english: 'this year', german: 'dieses Jahr', isPast: true },
  { english: 'every day', german: 'jeden Tag', isPast: false },
  { english: 'in the evening', german: 'am Abend', isPast: false },
  { english: 'in the morning', german: 'am Morgen', isPast: false },
  { english: 'on Sunday', german: 'am Sonntag', isPast: false },
  { english: 'in winter', german: 'im Winter', isPast: false },
] as const;

export const PLACES = [
  { english: 'in the garden', german: 'im Garten' },
  { english: 'in the kitchen', german: 'in der Küche' },
  { english: 'in the city', german: 'in der Stadt' },
  { english: 'in the village', german: 'im Dorf' },
  { english: 'at the station', german: 'am Bahnhof' },
  { english: 'at the market', german: 'auf dem Markt' },
  { english: 'at school', german: 'in der Schule' },
  { english: 'at home', german: 'zu Hause' },
] as const;
