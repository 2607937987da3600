// A minimal WebDriver client (https://www.w3.org/TR/webdriver2/) for bench.mjs.
import { spawn } from 'node:child_process';

/** Starts chromedriver. `browser()` starts Chromium with an empty profile. */
export async function startWebDriver({ chromium, chromedriver }) {
  const driverProcess = spawn(chromedriver, ['--port=0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise((resolve, reject) => {
    let text = '';
    driverProcess.stdout.on('data', (chunk) => {
      text += chunk;
      const found = text.match(/started successfully on port (\d+)/);
      if (found) resolve(found[1]);
    });
    driverProcess.on('error', reject);
    driverProcess.on('exit', () => reject(new Error(`chromedriver ended:\n${text}`)));
  });
  const request = async (method, path, body) => {
    const response = await fetch(`http://localhost:${port}${path}`, { method, body: body && JSON.stringify(body) });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${path}: ${value.error}: ${value.message}`);
    return value;
  };
  return {
    async browser() {
      const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
        '--disable-background-networking', '--disable-component-update', '--disable-sync'];
      const { sessionId } = await request('POST', '/session', {
        capabilities: { alwaysMatch: { browserName: 'chrome', 'goog:chromeOptions': { binary: chromium, args } } },
      });
      const session = `/session/${sessionId}`;
      const run = (script, ...values) => request('POST', `${session}/execute/async`, {
        script: `const done = arguments[arguments.length - 1]; (async (...args) => { ${script} })(...arguments)
          .then((value) => done({ value }), (error) => done({ error: String(error) }));`,
        args: values,
      }).then(({ value, error }) => { if (error) throw new Error(error); return value; });
      return {
        /** Adds a script that runs before the scripts of all later pages. */
        beforeEachPage: (source) => cdp('Page.addScriptToEvaluateOnNewDocument', { source }),
        setCpuThrottling: (rate) => cdp('Emulation.setCPUThrottlingRate', { rate }),
        open: (url) => request('POST', `${session}/url`, { url }),
        /** Runs the body of an async function in the page and returns its result. */
        run,
        async type(css, text) {
          const element = await find(css);
          await request('POST', `${session}/element/${element}/clear`, {});
          await request('POST', `${session}/element/${element}/value`, { text });
        },
        async click(css) {
          await request('POST', `${session}/element/${await find(css)}/click`, {});
        },
        close: () => request('DELETE', session),
      };
      async function find(css) {
        // With the implicit timeout chromedriver waits until the element exists.
        await request('POST', `${session}/timeouts`, { implicit: 15000, script: 60000 });
        return Object.values(await request('POST', `${session}/element`, { using: 'css selector', value: css }))[0];
      }
      function cdp(cmd, params) {
        return request('POST', `${session}/goog/cdp/execute`, { cmd, params });
      }
    },
    stop: () => driverProcess.kill(),
  };
}
