// Fetches the parts of the app that are WebAssembly of their own, each when the app first asks for it.
// The lines at the end, which the release build writes, say of which files a part is made.

/** How long a file may take, in milliseconds. */
const PATIENCE = 60_000;

/** By a file's name, the promise that its functions are in the app's table. */
const files = new Map();

/** The files that did not come as they should. A host may have given its refusal the lifetime of the file. */
const failed = new Set();

/** What the running app shares with its parts; start.js has started it by the same link. */
async function appExports() {
  const { initSync } = await import(document.head.querySelector('link[rel=modulepreload]').href);
  return initSync();
}

/** Fetches a file, and once all of `before` are in place puts it there too. What failed is tried anew when asked for again. */
function inPlace([name, integrity], before) {
  if (!files.has(name)) {
    const bytes = fetchBytes(name, integrity);
    const placed = Promise.all([bytes, ...before]).then(async ([bytes]) =>
      WebAssembly.instantiate(bytes, { __wasm_split: await appExports() }));
    placed.catch(() => {
      files.delete(name);
      failed.add(name);
    });
    files.set(name, placed);
  }
  return files.get(name);
}

async function fetchBytes(name, integrity) {
  const cache = failed.has(name) ? 'reload' : 'default';
  const answer = await fetch(new URL(name, import.meta.url), { integrity, cache, signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return answer.arrayBuffer();
}

/** What the app calls to have a part: it is told by `callback`, a place in its table, whether the part is there. */
function part(own, ...shared) {
  return async (callback, data) => {
    let isThere = true;
    try {
      const before = shared.map((file) => inPlace(file, []));
      await Promise.all([inPlace(own, before), ...before]);
    } catch (error) {
      console.error(error);
      isThere = false;
    }
    (await appExports()).__indirect_function_table.get(callback)(data, isThere);
  };
}

