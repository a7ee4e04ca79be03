import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { publishedManifest, replacing } from '../../scripts/build/build-package.mjs';
import { obstacles } from '../../scripts/package/release.mjs';

const root = path.join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as Record<string, unknown>;

/** A package that may be published. */
const complete = {
  version: '1.2.3',
  repository: { type: 'git', url: 'git+https://host.example/owner/project.git' },
  homepage: 'https://project.example/home',
  bugs: { url: 'https://host.example/owner/project/issues' },
};
const changelog = '# Changelog\n\n## 1.2.3\n\n- All.\n';
const docs = { 'docs/deploying.md': 'https://cdn.example/npm/lanegrad@1.2.3/dist/index.js' };

describe('a release', () => {
  it('may go ahead if nothing is in the way', () => {
    expect(obstacles(complete, changelog, docs)).toEqual([]);
  });

  it.each([
    ['repository', undefined],
    ['repository', { url: 'git@host:owner/project' }],
    ['homepage', undefined],
    ['homepage', 'https://…'],
    ['bugs', {}],
  ])('is refused without an address in %s: %j', (name, value) => {
    const found = obstacles({ ...complete, [name]: value }, changelog, docs);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`package\\.json has no ${name} .*releasing\\.md`));
  });

  it('is refused if the changelog does not tell of the version', () => {
    const [found] = obstacles(complete, '# Changelog\n\n## 1.2.30\n', docs);
    expect(found).toMatch(/no section “## 1\.2\.3”/);
  });

  it('is refused if a page names another version on a CDN', () => {
    const [found] = obstacles({ ...complete, version: '1.2.4' }, '## 1.2.4\n', docs);
    expect(found).toMatch(/docs\/deploying\.md names version 1\.2\.3 .* not 1\.2\.4/);
  });
});

describe('a build', () => {
  it('that fails leaves what was there, also what one that was killed has put aside', async () => {
    const place = mkdtempSync(path.join(tmpdir(), 'build-'));
    const [dist, aside] = [path.join(place, 'dist'), path.join(place, 'build/before')];
    const write = (text: string): void => {
      mkdirSync(dist, { recursive: true });
      writeFileSync(path.join(dist, 'index.js'), text);
    };
    const built = (): string => readFileSync(path.join(dist, 'index.js'), 'utf8');
    const failing = async (): Promise<void> => {
      write('half');
      await Promise.reject(new Error('no'));
    };
    const building = async (text: string): Promise<void> => {
      await replacing(dist, aside, async () => {
        await Promise.resolve();
        write(text);
      });
    };
    try {
      await expect(replacing(dist, aside, failing)).rejects.toThrow('no');
      expect(existsSync(dist)).toBe(false);
      await building('first');
      await expect(replacing(dist, aside, failing)).rejects.toThrow('no');
      expect([built(), existsSync(aside)]).toEqual(['first', false]);
      // A build that does not come back.
      void replacing(dist, aside, () => new Promise(() => undefined));
      write('half');
      await expect(replacing(dist, aside, failing)).rejects.toThrow('no');
      expect(built()).toBe('first');
      await building('second');
      expect([built(), existsSync(aside)]).toEqual(['second', false]);
    } finally {
      rmSync(place, { recursive: true });
    }
  });
});

describe('this repository', () => {
  it('has addresses in package.json, all or none, and none in the files that point to it', () => {
    const found = obstacles(manifest, read('CHANGELOG.md'), {
      'docs/deploying.md': read('docs/deploying.md'),
    });
    expect([0, 3]).toContain(found.length);
    for (const obstacle of found) expect(obstacle).toMatch(/^package\.json has no/);
    for (const file of ['SECURITY.md', 'CODE_OF_CONDUCT.md', 'CITATION.cff']) {
      expect(read(file)).not.toMatch(/https?:|@/);
    }
  });

  it('checks before its workflow publishes, with provenance', () => {
    const workflow = read('.github/workflows/release.yml');
    const check = workflow.indexOf('node scripts/package/release.mjs --check');
    const publish = workflow.indexOf('publish: npm run release\n');
    expect(check).toBeGreaterThan(0);
    expect(publish).toBeGreaterThan(check);
    expect(workflow).toMatch(/id-token: write/);
    expect(workflow).toMatch(/NPM_CONFIG_PROVENANCE: 'true'/);
    const commands = [...workflow.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
    expect(Object.keys(manifest['scripts'] as object)).toEqual(expect.arrayContaining(commands));
  });

  it('publishes a package.json without what only a clone can run', () => {
    const published = publishedManifest(manifest);
    expect(published).not.toHaveProperty('scripts');
    expect(published).not.toHaveProperty('devDependencies');
    expect(published).not.toHaveProperty('publishConfig.directory');
    expect(Object.keys(published)).toEqual(
      Object.keys(manifest).filter((key) => !['scripts', 'devDependencies'].includes(key)),
    );
    expect(published['exports']).toEqual(manifest['exports']);
    for (const field of ['unpkg', 'jsdelivr'] as const) {
      expect(published[field]).toBe('./dist/index.js');
    }
  });
});
