/** What makes a page cross-origin isolated, so that threads can share memory. */
export const isolation: Readonly<Record<string, string>>;
