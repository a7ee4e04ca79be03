// NumPy's older generator, so that files come in the order in which Keras shuffles them.

const [LENGTH, MIDDLE] = [624, 397];

/** Numbers of 32 bits of the Mersenne Twister, MT19937 (Matsumoto, Nishimura 1998). */
function twister(seed: number): () => number {
  const state = new Uint32Array(LENGTH);
  state[0] = seed;
  for (let i = 1; i < LENGTH; i++) {
    const before = state[i - 1] ?? 0;
    state[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i;
  }
  let next = LENGTH;
  const refill = (): void => {
    for (let i = 0; i < LENGTH; i++) {
      const y = ((state[i] ?? 0) & 0x80000000) | ((state[(i + 1) % LENGTH] ?? 0) & 0x7fffffff);
      const mixed = (state[(i + MIDDLE) % LENGTH] ?? 0) ^ (y >>> 1);
      state[i] = mixed ^ ((y & 1) === 0 ? 0 : 0x9908b0df);
    }
    next = 0;
  };
  return () => {
    if (next === LENGTH) refill();
    let y = state[next++] ?? 0;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
}

/** The items in the order of `numpy.random.RandomState(seed).shuffle`. @param seed a whole number below 2³² */
export function numpyShuffle<T>(items: readonly T[], seed: number): T[] {
  const draw = twister(seed);
  const shuffled = [...items];
  for (let i = shuffled.length - 1; i > 0; i--) {
    // A number of as few bits as `i` has, and another one while it is larger.
    const mask = 2 ** (32 - Math.clz32(i)) - 1;
    let j = (draw() & mask) >>> 0;
    while (j > i) j = (draw() & mask) >>> 0;
    const [here, there] = [shuffled[i], shuffled[j]];
    shuffled[i] = there as T;
    shuffled[j] = here as T;
  }
  return shuffled;
}
