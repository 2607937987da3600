// Minifies the scripts and style sheets that trunk has copied into the built folder, the current directory, with
// esbuild. Their names and their `integrity` in index.html then contain the hashes of the new content.
// Usage: node minify.mjs ESBUILD
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

const [esbuild] = process.argv.slice(2);
let page = readFileSync('index.html', 'utf8');
// wasm-split-shim has minified the app's own module, which has a `modulepreload` link.
const elements = [...page.matchAll(/<(?:script|link rel="stylesheet")[^>]* integrity="[^>]*>/g)];
for (const [element] of elements) {
  const name = element.match(/ (?:src|href)="\/([^"]+)"/)?.[1];
  const integrity = element.match(/ integrity="([^"]+)"/)?.[1];
  if (!name || !integrity?.startsWith('sha384-')) throw new Error(`index.html: unexpected ${element}`);
  const content = execFileSync(esbuild, ['--minify', '--log-level=warning', name]);
  const hash = createHash('sha384').update(content);
  const newIntegrity = `sha384-${hash.copy().digest('base64')}`;
  const newName = name.replace(/-[0-9a-f]+\./, `-${hash.digest('hex').slice(0, 16)}.`);
  if (newName === name) throw new Error(`${name}: the name contains no hash`);
  rmSync(name);
  writeFileSync(newName, content);
  page = page.replace(element, element.replace(name, newName).replace(integrity, newIntegrity));
}
if (elements.length !== 2) throw new Error('index.html does not load one script and one style sheet');
writeFileSync('index.html', page);
