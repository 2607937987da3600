// Starts the app: runs config.js, downloads the WebAssembly with its integrity checked, moves the progress bar,
// and, when something keeps the app from starting, says so in words that need no WebAssembly.
'use strict';
(() => {
  const head = document.head;
  // The build writes these links, each with the hash of its file: the app's JavaScript module, in a release the one that
  // fetches the app's parts, and the WebAssembly itself.
  const [moduleLink, ...otherModuleLinks] = head.querySelectorAll('link[rel=modulepreload]');
  const wasmLink = head.querySelector('link[rel=preload][type="application/wasm"]');

  /** A network that says nothing for so long deserves a word; the download goes on. */
  const PATIENCE_MS = 15_000;
  const SLOW = 'This takes longer than it should. Check your connection, or reload the page.';
  const TOO_OLD = 'This browser cannot run this page: it lacks WebAssembly, or has it turned off. Please try a current one.';

  /** Where config.js may be, the preferred place first. */
  const CONFIG_FILES = ['config.js', 'js/config.js'];

  /**
   * Runs the first config.js that exists. Sets window._configFile to its name, and window._configFault to what is wrong
   * with it, for the app to explain. Where neither file exists, both are about the preferred place.
   */
  async function loadConfig() {
    const faults = [];
    for (const file of CONFIG_FILES) {
      const fault = await runConfig(file);
      if (!fault || !fault.isAbsent) {
        window._configFile = file;
        window._configFault = fault;
        return;
      }
      faults.push(fault);
    }
    window._configFile = CONFIG_FILES[0];
    window._configFault = faults[0];
  }

  /** Runs one file, and gives what is wrong with it, if anything is. */
  function runConfig(file) {
    return new Promise((resolve) => {
      let fault;
      const script = document.createElement('script');
      script.src = '/' + file;
      const onFault = (event) => {
        if (event.filename !== script.src) return;
        const html = /Unexpected token '?<'?|expected expression, got '<'/.test(event.message);
        fault = html
          ? { kind: 'html', isAbsent: true }
          : { kind: 'syntax', message: event.message.replace(/^Uncaught /, ''), line: event.lineno };
      };
      const done = () => {
        window.removeEventListener('error', onFault);
        resolve(fault);
      };
      window.addEventListener('error', onFault);
      script.onload = done;
      script.onerror = async () => {
        fault = await whyRefused(script.src);
        done();
      };
      head.append(script);
    });
  }

  /**
   * Why the browser did not run a script. A host that answers every address with its start page counts as one that does
   * not have the file; so do 403, which S3 sends for a missing file to callers that may not list them, 404 and 410. Any
   * other refusal, or no answer, says nothing about whether the file exists.
   */
  async function whyRefused(address) {
    try {
      const answer = await fetch(address, { cache: 'no-store' });
      const type = answer.headers.get('content-type') || '';
      if (answer.ok && type.startsWith('text/html')) return { kind: 'html', isAbsent: true };
      return { kind: 'missing', isAbsent: [403, 404, 410].includes(answer.status) };
    } catch {
      return { kind: 'missing', isAbsent: false };
    }
  }

  /**
   * The modules by script elements, because neither import() nor an import takes integrity; both then find what is already
   * loaded. The app's comes last: it imports the other.
   */
  async function loadModule() {
    for (const link of [...otherModuleLinks, moduleLink]) {
      await loadScript(link).catch(async () => {
        // A copy in the cache that fails the check may be broken or stale: the server is asked once more.
        await fetch(link.href, { integrity: link.integrity, cache: 'reload' });
        await loadScript(link);
      });
    }
    return import(moduleLink.href);
  }

  function loadScript(link) {
    return new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.type = 'module';
      script.crossOrigin = link.crossOrigin;
      script.integrity = link.integrity;
      script.src = link.href;
      script.onload = resolve;
      script.onerror = () => reject(new Error('the module did not load'));
      head.append(script);
    });
  }

  /**
   * With `integrity` a browser hands over nothing until the whole file is there and checked. So the bytes are counted
   * on a first fetch, which takes up the preload and fills the cache; the second takes them from there, checked.
   */
  async function loadWasm() {
    let first = await fetch(wasmLink.href);
    // A host may have given its refusal the lifetime of the file: then only the server knows better.
    if (!first.ok) first = await fetch(wasmLink.href, { cache: 'reload' });
    if (!first.ok) throw new Error('the server answered ' + first.status);
    await countBytes(first);
    const integrity = wasmLink.dataset.integrity || wasmLink.integrity;
    if (!integrity) throw new Error('the page does not say what the WebAssembly should be');
    // A copy in the cache that fails the check may be broken or stale: the server is asked once more.
    return fetch(wasmLink.href, { integrity, cache: 'force-cache' }).catch(() => fetch(wasmLink.href, { integrity, cache: 'reload' }));
  }

  async function countBytes(answer) {
    // Compressed on the way, Content-Length counts other bytes than arrive here; the release build notes the size.
    const plain = !answer.headers.get('content-encoding');
    const size = Number(wasmLink.dataset.size || (plain && answer.headers.get('content-length')));
    const bar = document.getElementById('start-bar');
    const reader = answer.body.getReader();
    for (let count = 0; ; ) {
      const { done, value } = await reader.read();
      waitPatiently();
      if (done) return;
      count += value.length;
      if (bar && size) bar.value = Math.min(count / size, 1);
      else if (bar) bar.removeAttribute('value');
    }
  }

  /** Says a word if nothing more comes for a while. Called again, it starts waiting anew. */
  let slow;
  function waitPatiently() {
    clearTimeout(slow);
    hint('');
    slow = setTimeout(() => hint(SLOW), PATIENCE_MS);
  }

  function hint(words) {
    const place = document.getElementById('start-words');
    if (place && place.textContent !== words) place.textContent = words;
  }

  function say(words) {
    clearTimeout(slow);
    hint(words);
    const bar = document.getElementById('start-bar');
    if (bar) bar.remove();
  }

  async function start() {
    if (typeof WebAssembly !== 'object') {
      say(TOO_OLD);
      return;
    }
    waitPatiently();
    try {
      const [app, wasm] = await Promise.all([loadModule(), loadWasm(), loadConfig()]);
      await app.default({ module_or_path: wasm });
      clearTimeout(slow);
      const first = document.getElementById('start');
      if (first) first.remove();
    } catch (error) {
      console.error(error);
      if (error instanceof WebAssembly.CompileError) say(TOO_OLD);
      else if (error instanceof WebAssembly.RuntimeError) say('Something broke on our side. Please reload the page.');
      else say('The page did not load completely. Check your connection, then reload.');
    }
  }

  // The page says that it did not start unless this script takes that away.
  const frame = document.getElementById('start');
  if (frame) frame.classList.remove('unstarted');
  start();
})();
