// AssemblyScript is TypeScript except for decorators on top-level functions (`@inline`), which every TypeScript parser refuses.
// Tools that only read the sources get those lines as comments of the same length, so that all positions stay correct.
const decoratorLine = /^(\s*)@[A-Za-z_.]+(\([^\n]*\))?[ \t]*$/gm;

/** `source` with each line that holds only a decorator turned into a comment. */
export function hideDecorators(source) {
  return source.replace(
    decoratorLine,
    (line, indent) => indent + '//'.padEnd(line.length - indent.length),
  );
}
