// Draws from logits, in float64: NumPy's formulas, row by row.

export interface Setting {
  readonly temperature: number;
  /** Classes that are left; at least as many as there are: all. */
  readonly k: number;
  readonly p: number;
}

/** Classes by logits, the largest first, equal ones in their order: np.argsort(-logits, kind='stable'). */
function byLikelihood(logits: readonly number[]): number[] {
  return logits.map((_, i) => i).sort((a, b) => logits[b]! - logits[a]! || a - b);
}

/** The classes that are left, in the order in which they are added up, and their probabilities. */
export function left(
  logits: readonly number[],
  { temperature, k, p }: Setting,
): { classes: number[]; probabilities: number[] } {
  const largest = Math.max(...logits);
  const weight = (c: number): number => Math.exp((logits[c]! - largest) / temperature);
  const isWhole = k >= logits.length && p >= 1;
  let classes = isWhole ? logits.map((_, i) => i) : byLikelihood(logits).slice(0, k);
  const total = classes.reduce((sum, c) => sum + weight(c), 0);
  if (p < 1) {
    let sum = 0;
    const reached = classes.findIndex((c) => (sum += weight(c)) >= p * total);
    classes = classes.slice(0, reached === -1 ? classes.length : reached + 1);
  }
  const rest = classes.reduce((sum, c) => sum + weight(c), 0);
  return { classes, probabilities: classes.map((c) => weight(c) / rest) };
}

/** For each word the first class up to which the probabilities sum to more than (word + ½) / 2³². */
export function draws(
  logits: readonly number[],
  words: readonly number[],
  setting: Setting,
): number[] {
  if (setting.temperature === 0) return words.map(() => logits.indexOf(Math.max(...logits)));
  const { classes, probabilities } = left(logits, setting);
  return words.map((word) => {
    const u = ((word >>> 0) + 0.5) / 2 ** 32;
    let sum = 0;
    const at = probabilities.findIndex((probability) => (sum += probability) > u);
    return classes[at === -1 ? classes.length - 1 : at]!;
  });
}
