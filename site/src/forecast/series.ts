// Series to forecast, made here from formulas and noise that is the same on every visit.

export const SERIES = {
  temperature: 'Temperature',
  visitors: 'Visitors',
  waves: 'Two waves',
} as const;
export type Series = keyof typeof SERIES;

/** Points of a day, or of the longer wave. */
export const PERIOD = 24;
export const POINTS = PERIOD * 40;

/** A linear congruential generator; numbers from -1 to 1. */
function noiseOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state / 2_147_483_647) * 2 - 1;
  };
}

/** `POINTS` values; `noise` is the size of what cannot be forecast, from 0 to 1. */
export function seriesOf(series: Series, noise: number): number[] {
  const next = noiseOf(11);
  let drift = 0;
  return Array.from({ length: POINTS }, (_, hour) => {
    const day = (2 * Math.PI * hour) / PERIOD;
    const random = next();
    switch (series) {
      case 'temperature':
        // Warm and cold days come and go slowly.
        drift = drift * 0.985 + random * 0.9 * noise;
        return 12 + 6 * Math.sin(day - 2.2) + 2.5 * Math.sin(day / 9) + drift + random * noise;
      case 'visitors': {
        const isWeekend = Math.floor(hour / PERIOD) % 7 >= 5;
        const lunch = Math.exp(-(((hour % PERIOD) - 12) ** 2) / 8);
        const evening = Math.exp(-(((hour % PERIOD) - 19) ** 2) / 5);
        const base = isWeekend ? 30 * lunch + 90 * evening : 80 * lunch + 45 * evening;
        return Math.max(0, 8 + base * (1 + random * 0.5 * noise));
      }
      case 'waves':
        return 10 * Math.sin(day) + 6 * Math.sin(day * 1.37 + 1) + random * 4 * noise;
    }
  });
}
