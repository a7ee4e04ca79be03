/** The most shares that one call is cut into. The number after it means that none is left. */
export const MAX_SHARES = 254;
