/* eslint-disable @typescript-eslint/no-empty-object-type --
   what declarations name must be there in programs whose TypeScript has no types of pages; where it has, both are one */
declare global {
  interface Element {}
  interface HTMLElement {}
}
/* eslint-enable */

/** An element of a page, into which a chart is drawn. */
export type PageElement = Element;

/** An element that a notebook shows as the value of a cell. */
export type ShownElement = HTMLElement;
