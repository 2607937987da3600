// Starts the app: runs config.js, downloads the WebAssembly, checks its integrity and updates the progress bar. If the
// app cannot start, this script shows an error text without WebAssembly.
'use strict';
(() => {
  const head = document.head;
  // The build writes these links, each with the hash of its file: the app's JavaScript module, the module that loads
  // the chunks (only in a release), and the WebAssembly.
  const [moduleLink, ...otherModuleLinks] = head.querySelectorAll('link[rel=modulepreload]');
  const wasmLink = head.querySelector('link[rel=preload][type="application/wasm"]');

  /** If no data arrives for this time, a message is shown. The download continues. */
  const SLOW_AFTER_MS = 15_000;
  const SLOW = 'Still loading… Check your connection.';
  const UNSUPPORTED = "Your browser doesn't support WebAssembly. Please update it.";

  /** The possible paths of config.js, the preferred one first. */
  const CONFIG_FILES = ['config.js', 'js/config.js'];

  /**
   * Runs the first config.js that exists. Sets window._configFile to its path and window._configError to its error, if
   * there is one. The app shows the error to the user. If no file exists, both are about the preferred path.
   */
  async function loadConfig() {
    const errors = [];
    for (const file of CONFIG_FILES) {
      const error = await runConfig(file);
      if (!error || !error.isAbsent) {
        window._configFile = file;
        window._configError = error;
        return;
      }
      errors.push(error);
    }
    window._configFile = CONFIG_FILES[0];
    window._configError = errors[0];
  }

  /** Runs one file and resolves to its error, or to undefined if there is none. */
  function runConfig(file) {
    return new Promise((resolve) => {
      let error;
      const script = document.createElement('script');
      script.src = '/' + file;
      const onError = (event) => {
        if (event.filename !== script.src) return;
        const html = /Unexpected token (?:'<'|<(?!<))|expected expression, got '<'(?!<)/.test(event.message);
        error = html
          ? { kind: 'html', isAbsent: true }
          : { kind: 'syntax', message: event.message.replace(/^Uncaught /, ''), line: event.lineno };
      };
      const finish = () => {
        window.removeEventListener('error', onError);
        resolve(error);
      };
      window.addEventListener('error', onError);
      script.onload = finish;
      script.onerror = async () => {
        error = await diagnoseConfig(script.src);
        finish();
      };
      head.append(script);
    });
  }

  /**
   * Finds the reason for which the browser did not run a script. The file counts as missing if the host returns its
   * start page for it, or the status 403, 404 or 410. S3 sends 403 for a missing file to callers without permission to
   * list the files. Other errors, and no response at all, do not show if the file exists.
   */
  async function diagnoseConfig(address) {
    try {
      const response = await fetch(address, { cache: 'no-store' });
      const type = response.headers.get('content-type') || '';
      if (response.ok && type.startsWith('text/html')) return { kind: 'html', isAbsent: true };
      return { kind: 'missing', isAbsent: [403, 404, 410].includes(response.status) };
    } catch {
      return { kind: 'missing', isAbsent: false };
    }
  }

  /**
   * Loads the modules with script elements, because import() and import statements cannot check integrity. They then
   * use the loaded modules. The app's module comes last because it imports the other one.
   */
  async function loadModule() {
    for (const link of [...otherModuleLinks, moduleLink]) {
      await loadScript(link).catch(async () => {
        // A cached copy that fails the check can be damaged or old, so the server is asked once more.
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
   * Fetches the WebAssembly twice. With `integrity`, a browser returns no data until it has checked the whole file. The
   * first fetch therefore has no `integrity`: it uses the preload, counts the bytes for the progress bar and fills the
   * cache. The second fetch reads the cache and checks the file.
   */
  async function loadWasm() {
    let first = await fetch(wasmLink.href);
    // A host can send an error with the cache headers of the file. Then only a request to the server gets the file.
    if (!first.ok) first = await fetch(wasmLink.href, { cache: 'reload' });
    if (!first.ok) throw new Error('the server responded with ' + first.status);
    await countBytes(first);
    const integrity = wasmLink.dataset.integrity || wasmLink.integrity;
    if (!integrity) throw new Error('index.html has no hash for the WebAssembly');
    // A cached copy that fails the check can be damaged or old, so the server is asked once more.
    return fetch(wasmLink.href, { integrity, cache: 'force-cache' }).catch(() => fetch(wasmLink.href, { integrity, cache: 'reload' }));
  }

  async function countBytes(response) {
    // The Content-Length of a compressed response is the compressed size, so the release build adds the real size.
    const plain = !response.headers.get('content-encoding');
    const size = Number(wasmLink.dataset.size || (plain && response.headers.get('content-length')));
    const bar = document.getElementById('start-bar');
    const reader = response.body.getReader();
    for (let count = 0; ; ) {
      const { done, value } = await reader.read();
      resetSlowTimer();
      if (done) return;
      count += value.length;
      if (bar && size) bar.value = Math.min(count / size, 1);
      else if (bar) bar.removeAttribute('value');
    }
  }

  /** Shows a message if no data arrives for SLOW_AFTER_MS. Each call restarts the timer. */
  let slowTimer;
  function resetSlowTimer() {
    clearTimeout(slowTimer);
    showHint('');
    slowTimer = setTimeout(() => showHint(SLOW), SLOW_AFTER_MS);
  }

  function showHint(text) {
    const element = document.getElementById('start-message');
    if (element && element.textContent !== text) element.textContent = text;
  }

  function showError(text) {
    clearTimeout(slowTimer);
    showHint(text);
    const bar = document.getElementById('start-bar');
    if (bar) bar.remove();
  }

  async function start() {
    if (typeof WebAssembly !== 'object') {
      showError(UNSUPPORTED);
      return;
    }
    resetSlowTimer();
    try {
      const [app, wasm] = await Promise.all([loadModule(), loadWasm(), loadConfig()]);
      await app.default({ module_or_path: wasm });
      clearTimeout(slowTimer);
      const loadingView = document.getElementById('start');
      if (loadingView) loadingView.remove();
    } catch (error) {
      console.error(error);
      if (error instanceof WebAssembly.CompileError) showError(UNSUPPORTED);
      else if (error instanceof WebAssembly.RuntimeError) showError('Something went wrong. Reload the page.');
      else showError("The page couldn't be loaded. Check your connection, then reload the page.");
    }
  }

  // Without this line, the style sheet shows .start-failed after ten seconds.
  const loadingView = document.getElementById('start');
  if (loadingView) loadingView.classList.remove('not-started');
  start();
})();
