// Fetches the parts of the app that are WebAssembly of their own, each when the app asks for it.
// The lines at the end, which the release build writes, say which files make up which part.

/** How long a file may take, in milliseconds. */
const PATIENCE = 30_000;

/** By a file's name, the promise that its functions are in the app's table. */
const files = new Map();

/** The files that did not come, or not as they were built: what a cache holds of them is not asked again. */
const failed = new Set();

/** What the running app shares with its parts; start.js has started it by the same link. */
async function appExports() {
  const { initSync } = await import(document.head.querySelector('link[rel=modulepreload]').href);
  return initSync();
}

/**
 * Fetches a file and, once all of `before` are in place, puts it in its place too. What failed is tried anew when it is
 * asked for again.
 */
function inPlace([name, integrity], before, exports) {
  if (!files.has(name)) {
    const placed = Promise.all([fetchBytes(name, integrity), ...before])
      .then(([bytes]) => WebAssembly.instantiate(bytes, { __wasm_split: exports }));
    placed.catch(() => files.delete(name));
    files.set(name, placed);
  }
  return files.get(name);
}

async function fetchBytes(name, integrity) {
  const cache = failed.has(name) ? 'reload' : 'default';
  try {
    // A refusal is not what was built: with `integrity` it fails like any other damage.
    const answer = await fetch(new URL(name, import.meta.url), { integrity, cache, signal: AbortSignal.timeout?.(PATIENCE) });
    return await answer.arrayBuffer();
  } catch (error) {
    failed.add(name);
    throw error;
  }
}

/** What the app calls to have a part: it is told by `callback`, a place in its table, whether the part is there. */
function part(own, ...shared) {
  return async (callback, data) => {
    const exports = await appExports();
    let isThere = true;
    try {
      const before = shared.map((file) => inPlace(file, [], exports));
      await Promise.all([inPlace(own, before, exports), ...before]);
    } catch (error) {
      console.error(error);
      isThere = false;
    }
    exports.__indirect_function_table.get(callback)(data, isThere);
  };
}

