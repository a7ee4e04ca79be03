/** Keras's fuzz factor (`keras.config.epsilon()`): keeps quotients and logarithms finite. */
export const EPSILON = 1e-7;
