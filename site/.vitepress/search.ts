// What the search finds: guides by all they say, pages of the reference by their names and first sentences.
import { addressOf } from './addresses.js';

/** Of VitePress's renderer, what is needed here. */
interface Renderer {
  render(text: string, env: Environment): string;
}

interface Environment {
  /** The path of the file in the repository. */
  readonly relativePath: string;
}

/** Tables of figures, and lists of names that the reference has. */
const LEFT_OUT = /^guides\/(measurements-|coverage|notes\/)|^changelog/;

/** Pages for contributors: their headings. */
const INTERNAL = /^guides\/(architecture|kernels|performance|releasing)|^contributing/;

/** Details of types, which the pages of classes and functions link to. */
const DETAILS = /^api\/.*\/(interfaces|type-aliases|variables)\//;

/** The HTML of a page as far as the search reads it. */
export function indexed(text: string, env: Environment, md: Renderer): string {
  const address = addressOf(env.relativePath);
  if (LEFT_OUT.test(address) || DETAILS.test(address)) return '';
  if (address.startsWith('api/')) return md.render(summaryOf(text), env);
  if (INTERNAL.test(address)) return md.render((text.match(/^#+ .+$/gm) ?? []).join('\n\n'), env);
  return md.render(text, env);
}

/** The name of what a page of the reference is about, its first paragraph, and the methods of a class. */
function summaryOf(text: string): string {
  const parts = text.slice(Math.max(0, text.search(/^# /m))).split('\n\n');
  const [title = ''] = parts;
  const isProse = (part: string): boolean => !/^(#|```|\||- |\[|\*\*\*)/.test(part);
  const methods = text.match(/^### \w+\(\)$/gm) ?? [];
  return [title, parts.find(isProse) ?? '', ...methods].join('\n\n');
}
