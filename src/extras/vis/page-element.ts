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

/** Whether something is an element, also one of another window. */
export function isElement(value: unknown): value is Element {
  return typeof value === 'object' && value !== null && 'nodeType' in value && value.nodeType === 1;
}
