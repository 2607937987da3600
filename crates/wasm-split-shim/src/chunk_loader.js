// Fetches the parts of the app that are WebAssembly of their own, each when the app asks for it.
// The lines at the end, which the release build writes, say which files make up which part.

/** How long a file may take, in milliseconds. */
const TIMEOUT_MS = 30_000;

/** By a file's name, the promise that its functions are in the app's table. */
const instances = new Map();

/** The files that did not come, or not as they were built: what a cache holds of them is not asked again. */
const failedFiles = new Set();

/** What the running app shares with its parts; start.js has started it by the same link. */
async function appExports() {
  const { initSync } = await import(document.head.querySelector('link[rel=modulepreload]').href);
  return initSync();
}

/**
 * Fetches a file and, once all of `dependencies` are in place, puts it in its place too. What failed is tried anew when it is
 * asked for again.
 */
function instantiateFile([name, integrity], dependencies, exports) {
  if (!instances.has(name)) {
    const instance = Promise.all([fetchBytes(name, integrity), ...dependencies])
      .then(([bytes]) => WebAssembly.instantiate(bytes, { __wasm_split: exports }));
    instance.catch(() => instances.delete(name));
    instances.set(name, instance);
  }
  return instances.get(name);
}

async function fetchBytes(name, integrity) {
  const cache = failedFiles.has(name) ? 'reload' : 'default';
  try {
    // A refusal is not what was built: with `integrity` it fails like any other damage.
    const response = await fetch(new URL(name, import.meta.url), { integrity, cache, signal: AbortSignal.timeout?.(TIMEOUT_MS) });
    return await response.arrayBuffer();
  } catch (error) {
    failedFiles.add(name);
    throw error;
  }
}

/** What the app calls to have a part: it is told by `callback`, a place in its table, whether the part is there. */
function chunkLoader(ownFile, ...shared) {
  return async (callback, data) => {
    const exports = await appExports();
    let isLoaded = true;
    try {
      const dependencies = shared.map((file) => instantiateFile(file, [], exports));
      await Promise.all([instantiateFile(ownFile, dependencies, exports), ...dependencies]);
    } catch (error) {
      console.error(error);
      isLoaded = false;
    }
    exports.__indirect_function_table.get(callback)(data, isLoaded);
  };
}

