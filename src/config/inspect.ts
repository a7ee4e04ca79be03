// What consoles show of an object in place of its fields.

/** Node and Bun call the first with (depth, options), Deno the second with (inspect, options). */
const HOOKS = ['nodejs.util.inspect.custom', 'Deno.customInspect'] as const;

/**
 * Objects of a class are shown as `text(object, depth)`: `depth` counts the levels that may be shown inside, and is below
 * 0 where the object itself lies too deep for more than its name. What cannot be described (a prototype, an object whose
 * constructor runs) is shown as the name of its class.
 */
export function showAs<T extends object>(
  type: { readonly prototype: T },
  text: (object: T, depth: number) => string,
): void {
  for (const hook of HOOKS) {
    Object.defineProperty(type.prototype, Symbol.for(hook), {
      configurable: true,
      writable: true,
      value(this: T, first: unknown, options?: { readonly depth?: number | null }): string {
        const depth = typeof first === 'function' ? options?.depth : first;
        try {
          return text(this, typeof depth === 'number' ? depth : Infinity);
        } catch {
          return `<${this.constructor.name}>`;
        }
      },
    });
  }
}

/** Lines below a first one, indented by two spaces. */
export function indent(lines: readonly string[]): string {
  return lines.map((line) => `\n  ${line.replaceAll('\n', '\n  ')}`).join('');
}
