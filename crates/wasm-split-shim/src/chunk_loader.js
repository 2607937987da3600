// Loads a chunk of the app's WebAssembly when the app first needs it.
// The release build appends one line for each chunk, with the names and hashes of its files.

/** Time limit for fetching one file. */
const TIMEOUT_MS = 30_000;

/** Promises of instantiated files, by file name. An instantiated file has put its functions into the app's table. */
const instances = new Map();

/** Names of files that failed to load or had a wrong hash. The next attempt bypasses the HTTP cache. */
const failedFiles = new Set();

/** Returns the exports of the running app, which the chunks import. start.js starts the app from the same link. */
async function appExports() {
  const { initSync } = await import(document.head.querySelector('link[rel=modulepreload]').href);
  return initSync();
}

/**
 * Fetches a file and instantiates it after all `dependencies`. A file that failed is fetched again at the next call.
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

/** Fetches a file, checks its hash and returns its bytes. */
async function fetchBytes(name, integrity) {
  const cache = failedFiles.has(name) ? 'reload' : 'default';
  try {
    // An error response needs no check of its own: its body fails the check of `integrity`.
    const response = await fetch(new URL(name, import.meta.url), { integrity, cache, signal: AbortSignal.timeout?.(TIMEOUT_MS) });
    return await response.arrayBuffer();
  } catch (error) {
    failedFiles.add(name);
    throw error;
  }
}

/**
 * Returns the function with which the app loads a chunk. It calls `callback`, an index in the app's function table,
 * with `data` and whether the chunk was loaded.
 */
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

