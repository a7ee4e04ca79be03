/** Limits of the shares that one call is cut into. */
export const enum ShareLimit {
  /** The most shares. The number after it means that none is left. */
  Most = 254,
}
