// The reference as pages of the site: what TypeDoc writes, with shorter pages of classes. A class shows its options first, in
// place of a page of their own, and lists what it inherits by name.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Writes build/site-pages/api; `run` runs a program and ends the build if that fails. */
export function writeReference(root, run) {
  const folder = path.join(root, 'build/site-pages/api');
  rmSync(folder, { recursive: true, force: true });
  run(process.execPath, [path.join(root, 'scripts/build/declarations.mjs')]);
  run(process.execPath, [
    path.join(root, 'node_modules/typedoc/bin/typedoc'),
    '--options',
    path.join(root, 'site/typedoc.json'),
    '--logLevel',
    'Warn',
  ]);
  rewrite(folder);
}

function rewrite(folder) {
  const files = readdirSync(folder, { recursive: true })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.join(folder, file));
  const pages = new Map(files.map((file) => [file, titled(readFileSync(file, 'utf8'))]));
  const classes = files.filter((file) => path.basename(path.dirname(file)) === 'classes');
  const moved = optionsOf(pages, classes);
  for (const file of classes) {
    const [source] = [...moved].find(([, page]) => page === file) ?? [];
    const text = withoutInherited(pages.get(file));
    pages.set(file, source === undefined ? text : withOptions(pages, source, file, text));
  }
  const anchors = new Map([...pages].map(([file, text]) => [file, anchorsOf(text)]));
  for (const file of files) {
    if (moved.has(file)) rmSync(file);
    else writeFileSync(file, relinked(file, pages.get(file), moved, anchors));
  }
}

/** The title is the name, under which people search; the kind stands in the path above it. */
function titled(text) {
  return text
    .replace('[lanegrad API reference](', '[API](')
    .replace(/^# (?:Class|Function|Interface|Type Alias|Variable|Namespace): (.+)$/m, '# $1');
}

const linkedFile = (file, target) => path.join(path.dirname(file), target);

/** Interfaces that hold the options of one class alone, with the page of that class. */
function optionsOf(pages, classes) {
  const found = new Map();
  for (const file of classes) {
    const link = /^\| `(?:options|config)\??` \| \[`\w+`\]\(([^)#]+)\)/m.exec(pages.get(file))?.[1];
    if (link === undefined) continue;
    const source = linkedFile(file, link);
    const isInterface = path.basename(path.dirname(source)) === 'interfaces';
    if (isInterface) found.set(source, [...(found.get(source) ?? []), file]);
  }
  return new Map(
    [...found]
      .filter(([source, users]) => users.length === 1 && tableOf(pages.get(source)) !== undefined)
      .map(([source, [page]]) => [source, page]),
  );
}

const tableOf = (text) => /^## Properties\n\n(\|[^]*?\n)\n?(?=\n|$)/m.exec(text)?.[1];

/** A page with the table of the options that its constructor takes, before the constructor. */
function withOptions(pages, source, file, text) {
  const table = tableOf(pages.get(source))
    .replaceAll(
      /\]\(([^)#]+\.md)/g,
      (_, target) => `](${between(file, linkedFile(source, target))}`,
    )
    // Anchors of the table belong to the page that it is from.
    .replaceAll(/<a id="[^"]*"><\/a>\s*/g, '')
    .replaceAll(/^(\|[^|]*)\| (?:Modifier|------|`readonly`|-) /gm, '$1');
  return text.replace(/^## Constructors?$/m, `## Options\n\n${table}\n$&`);
}

const between = (from, to) => path.relative(path.dirname(from), to).replaceAll(path.sep, '/');

/** A page with names in place of the members that another class describes. */
function withoutInherited(text) {
  return text
    .split(/^(?=## )/m)
    .map((section) => {
      if (!/^## (Properties|Methods|Accessors)\n/.test(section)) return section;
      const [head, ...members] = section.split(/^(?=### )/m);
      const isInherited = (member) => /^#+ Inherited from$/m.test(member);
      const own = members.filter((member) => !isInherited(member));
      const names = members
        .filter(isInherited)
        .map((member) => /^### (.+)$/m.exec(member)[1])
        .map((name) => `\`${name.replaceAll('\\', '')}\``);
      const list = names.length > 0 ? `Inherited: ${names.join(', ')}\n\n` : '';
      if (own.length > 0) own[own.length - 1] = own.at(-1).replace(/\n\*\*\*\n*$/, '\n\n');
      return own.length + names.length === 0 ? '' : head + own.join('') + list;
    })
    .join('');
}

/** The anchors of a page: those that TypeDoc has written, and one for each heading. */
function anchorsOf(text) {
  const anchors = new Set(Array.from(text.matchAll(/<a id="([^"]+)">/g), ([, id]) => id));
  for (const [, heading] of text.matchAll(/^#+ (.+)$/gm)) {
    const base = heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').trim().replaceAll(' ', '-'); // prettier-ignore
    let anchor = base;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${base}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

/**
 * Links to options lead to the class that takes them, and links to a member that a page has only by name, since it is inherited, to
 * the page.
 */
function relinked(file, text, moved, anchors) {
  return text.replaceAll(/\]\(([^)#\s]+\.md)(#[^)]*)?\)/g, (whole, target, anchor) => {
    const linked = linkedFile(file, target);
    const page = moved.get(linked);
    if (page !== undefined) return `](${between(file, page)}#options)`;
    const isThere = anchor === undefined || anchors.get(linked)?.has(anchor.slice(1)) !== false;
    return isThere ? whole : `](${target})`;
  });
}
