// Which files are pages, and where in the site each is.

/** What of the repository is no page. */
export const EXCLUDED = [
  '.*/**',
  '{assembly,bench,coverage,dist,examples,node_modules,scripts,src,test}/**',
  process.env['SITE_API'] === 'no' ? 'build/**' : 'build/!(site-pages)/**',
  'site/{node_modules,public,scripts,src,test,.vitepress}/**',
  '{README,CODE_OF_CONDUCT,SECURITY,THIRD-PARTY-NOTICES}.md',
  // The home page of the reference that `npm run docs` writes.
  'docs/api.md',
];

const FOLDERS = [
  ['site/pages/', ''],
  ['build/site-pages/', ''],
  ['docs/', 'guides/'],
] as const;

/** The place in the site of a file of the repository, both with `.md`. */
export function addressOf(file: string): string {
  for (const [from, to] of FOLDERS) {
    if (file.startsWith(from)) return to + file.slice(from.length);
  }
  return file.toLowerCase();
}

/** Whether a file of the repository is a page of the site. */
export function isPage(file: string): boolean {
  if (/^(CONTRIBUTING|CHANGELOG)\.md$/.test(file)) return true;
  return (
    file.endsWith('.md') &&
    file !== 'docs/api.md' &&
    FOLDERS.some(([from]) => file.startsWith(from))
  );
}
