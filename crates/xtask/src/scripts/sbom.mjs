// Writes a CycloneDX 1.6 document (https://cyclonedx.org/docs/1.6/json/) of the code that is linked into the app's
// WebAssembly: the crates that the app uses at run time, and Rust's standard library. It does not list crates that only
// build or test the app (build scripts, procedural macros, development dependencies), because they are not part of the
// release.
//
// node sbom.mjs METADATA TREE LOCK RUSTC: the output of `cargo metadata` and of `cargo tree` (one crate per line) for
// the app's target and features, Cargo.lock, and the version of rustc. The script prints the document. The same input
// gives the same document. The tree decides which crates are linked in, because `cargo metadata` also lists features
// that only other members of the workspace use.
import { readFileSync } from 'node:fs';

const [metadataFile, treeFile, lockFile, rustc] = process.argv.slice(2);
const metadata = JSON.parse(readFileSync(metadataFile, 'utf8'));
const packages = new Map(metadata.packages.map((found) => [found.id, found]));
const nodes = new Map(metadata.resolve.nodes.map((node) => [node.id, node]));

const checksums = new Map();
for (const block of readFileSync(lockFile, 'utf8').split('[[package]]')) {
  const value = (key) => block.match(new RegExp(`^${key} = "(.*)"$`, 'm'))?.[1];
  if (value('checksum')) checksums.set(`${value('name')}@${value('version')}`, value('checksum'));
}

const tree = new Set();
for (const line of readFileSync(treeFile, 'utf8').split('\n')) {
  const [, name, version] = line.match(/^(\S+) v(\S+)/) ?? [];
  if (name) tree.add(`${name}@${version}`);
}
const isLinked = (id) => tree.has(`${packages.get(id).name}@${packages.get(id).version}`);
const linked = (id) =>
  nodes
    .get(id)
    .deps.filter((dep) => dep.dep_kinds.some(({ kind }) => kind === null) && isLinked(dep.pkg))
    .map((dep) => dep.pkg);

const root = metadata.resolve.root;
const shipped = new Set([root]);
for (const id of shipped) for (const dep of linked(id)) shipped.add(dep);
if (shipped.size !== tree.size) throw new Error(`${shipped.size} crates by cargo metadata, ${tree.size} by cargo tree`);

// https://github.com/package-url/purl-spec/blob/main/types-doc/cargo-definition.md
const reference = (id) => `pkg:cargo/${packages.get(id).name}@${packages.get(id).version}`;
const inOrder = (ids) => [...ids].map(reference).sort();
const component = (id) => {
  const { name, version, description, license, authors, source } = packages.get(id);
  const checksum = checksums.get(`${name}@${version}`);
  return {
    type: id === root ? 'application' : 'library',
    'bom-ref': reference(id),
    ...(authors?.length && { authors: authors.map((author) => ({ name: author })) }),
    name,
    version,
    ...(description && { description: description.trim() }),
    ...(checksum && { hashes: [{ alg: 'SHA-256', content: checksum }] }),
    // Older crates separate alternative licenses with a slash. SPDX uses OR.
    ...(license && { licenses: [{ expression: license.replaceAll(/\s*\/\s*/g, ' OR ') }] }),
    // A crate of this workspace is not in a registry.
    ...(source && { purl: reference(id) }),
  };
};
const std = {
  type: 'library',
  'bom-ref': `rust-std@${rustc}`,
  name: 'rust-std',
  version: rustc,
  description: "Rust's standard library, as rustup installs it for wasm32-unknown-unknown.",
  licenses: [{ expression: 'MIT OR Apache-2.0' }],
};

const others = [...shipped].filter((id) => id !== root).sort((a, b) => (reference(a) < reference(b) ? -1 : 1));
const document = {
  $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: {
    lifecycles: [{ phase: 'build' }],
    component: component(root),
  },
  components: [...others.map(component), std],
  dependencies: [...shipped]
    .map((id) => ({ ref: reference(id), dependsOn: [...inOrder(linked(id)), ...(id === root ? [std['bom-ref']] : [])] }))
    .sort((a, b) => (a.ref < b.ref ? -1 : 1)),
};
console.log(JSON.stringify(document, null, 2));
