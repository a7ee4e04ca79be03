/** Numbers of 32 bits that are asked for at a time: a page gives 65,536 bytes at most. */
const AT_A_TIME = 2 ** 14;

/** Gives numbers of the standard normal distribution, from the random numbers that the system has for keys. */
export function secureGaussian(): () => number {
  const words = new Uint32Array(AT_A_TIME);
  let at = AT_A_TIME;
  let spare: number | undefined;
  /** A number in (0, 1], a multiple of 2⁻⁵³. */
  const uniform = (): number => {
    if (at === AT_A_TIME) {
      crypto.getRandomValues(words);
      at = 0;
    }
    const high = words[at++] ?? 0;
    const low = words[at++] ?? 0;
    return ((high >>> 5) * 2 ** 26 + (low >>> 6) + 1) * 2 ** -53;
  };
  // Box and Muller: two numbers of an angle and a radius.
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
