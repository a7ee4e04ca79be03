// What the site makes of markdown: links between files of the repository become links between pages, and code gets a
// button that runs it.
import path from 'node:path';
import type { MarkdownRenderer } from 'vitepress';
import { addressOf, isPage } from './addresses.js';

/** The anchor of a heading, as GitHub makes it: links in docs/ are for both. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

/** Links to pages lead to their place in the site, links to other files into the repository, if it has an address. */
export function siteLinks(
  md: MarkdownRenderer,
  root: string,
  repository: string | undefined,
): void {
  md.core.ruler.push('site-links', (state) => {
    // `path` is the place in the site. A title alone has neither.
    const env = state.env as { readonly path?: string; readonly realPath?: string };
    const file = path.relative(root, env.realPath ?? env.path ?? root);
    if (file === '' || file.startsWith('build/')) return;
    for (const { children } of state.tokens) {
      const dropped: boolean[] = [];
      for (const token of children ?? []) {
        if (token.type === 'link_close' && dropped.pop() === true) plain(token, '</span>');
        if (token.type !== 'link_open') continue;
        const address = target(file, token.attrGet('href') ?? '', repository);
        dropped.push(address === undefined);
        if (address !== undefined) token.attrSet('href', address);
        else plain(token, '<span class="file">');
      }
    }
  });
}

function plain(token: { type: string; tag: string; content: string }, html: string): void {
  Object.assign(token, { type: 'html_inline', tag: '', content: html });
}

/** Where a link of a file leads in the site; undefined if there is no such place. */
function target(file: string, href: string, repository: string | undefined): string | undefined {
  if (/^(\w+:|#|\/)/.test(href)) return href;
  const [name = '', anchor] = href.split('#');
  const linked = path.posix.join(path.posix.dirname(file), name);
  const end = anchor === undefined ? '' : `#${anchor}`;
  if (linked === 'README.md') return '/guides/';
  if (isPage(linked)) return `/${addressOf(linked)}${end}`;
  return repository === undefined ? undefined : `${repository}/blob/main/${linked}${end}`;
}

const MARK = /^<!-- (not run|not compiled|in Node): (.+) -->\s*$/;

/** Blocks of JavaScript and TypeScript become `<CodeBlock>`: docs/ and tests say which of them run, and where. */
export function runnableCode(md: MarkdownRenderer): void {
  const { fence } = md.renderer.rules;
  if (fence === undefined) throw new Error('VitePress shows no code');
  let counted: unknown;
  let program = 0;
  let isInNode = false;
  md.renderer.rules.fence = (tokens, index, options, env: { readonly path?: string }, self) => {
    const html = fence(tokens, index, options, env, self);
    const token = tokens[index];
    const language = token?.info.trim() ?? '';
    if (token === undefined || !/^(js|ts)$/.test(language) || env.path?.includes('/api/'))
      return html;
    if (counted !== tokens) [counted, program, isInNode] = [tokens, 0, false];
    const isFile = /^\/\/ \S+\.\w+\n/.test(token.content);
    if (token.content.startsWith('import ')) {
      program += 1;
      isInNode = /from '(node:|(?!lanegrad)\w)/.test(token.content);
    }
    const mark = MARK.exec(tokens[index - 1]?.content ?? '')?.[1];
    isInNode ||= mark === 'in Node';
    if (isFile || mark === 'not run' || mark === 'not compiled') return html;
    if (isInNode) return `<CodeBlock where="node">${html}</CodeBlock>`;
    return `<CodeBlock language="${language}" :program="${program}">${html}</CodeBlock>`;
  };
}
