// In guides, the first mention of a class or a function in each section leads to its page of the reference.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { MarkdownRenderer } from 'vitepress';

/** `new layers.Dense(32)`, `layers.Dense`, `Dense`, `valueAndGrad(f)`: a namespace, if there is one, and a name. */
const MENTION = /^(?:await )?(?:new )?(?:(\w+)\.)?(\w+)(?:\(.*\))?$/;
/** A page of the reference: its entry or namespace, if it is in one, its kind and its name. */
const PAGE = /^lanegrad\/(?:namespaces\/)?(?:(\w+)\/)?(classes|functions)\/(\w+)\.md$/;

/**
 * The pages of the reference by what guides call them: `layers.Dense`; also `Dense`, where no other namespace has a class of that
 * name; `valueAndGrad` and others that `lanegrad` itself exports.
 */
function mentions(folder: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const ambiguous = new Set<string>();
  const files = existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
    : [];
  for (const file of files.map((file) => file.replaceAll(path.sep, '/'))) {
    const [, space, kind, name = ''] = PAGE.exec(file) ?? [];
    if (kind === undefined) continue;
    if (space !== undefined) found.set(`${space}.${name}`, `/api/${file}`);
    if (space !== undefined && kind === 'functions') continue;
    if (found.has(name)) ambiguous.add(name);
    found.set(name, `/api/${file}`);
  }
  for (const name of ambiguous) found.delete(name);
  return found;
}

/** `folder` has the pages of the reference. */
export function referenceLinks(md: MarkdownRenderer, folder: string): void {
  const pages = mentions(folder);
  md.core.ruler.push('reference-links', (state) => {
    const { path: address = '', realPath } = state.env as { path?: string; realPath?: string };
    if ((realPath ?? address).startsWith(folder)) return;
    const seen = new Set<string>();
    let isHeading = false;
    for (const token of state.tokens) {
      if (token.type === 'heading_open' || token.type === 'heading_close')
        isHeading = token.type === 'heading_open';
      if (token.type === 'heading_open') seen.clear();
      if (isHeading || token.children === null) continue;
      let depth = 0;
      token.children = token.children.flatMap((child) => {
        if (child.type === 'link_open' || child.type === 'link_close') depth += child.nesting;
        if (child.type !== 'code_inline' || depth > 0) return [child];
        const [, space, name = ''] = MENTION.exec(child.content) ?? [];
        const page = pages.get(space === undefined ? name : `${space}.${name}`);
        if (page === undefined || seen.has(page)) return [child];
        seen.add(page);
        const open = new state.Token('link_open', 'a', 1);
        open.attrSet('href', page);
        return [open, child, new state.Token('link_close', 'a', -1)];
      });
    }
  });
}
