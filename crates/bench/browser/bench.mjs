// Measures the SRP sign-in in Chromium, with Poolgate and with Amazon's JavaScript client, and prints a table.
//
//   node bench.mjs POOL_URL DIST_FOLDER SRP_PAGE_FOLDER CHROMIUM CHROMEDRIVER
//
// The first part measures the SRP functions alone. The second part measures sign-ins on real pages against the same
// local pool. It counts the time that the page itself needs: from the click on the button to the first request, and
// from the first response to the second request.
import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startWebDriver } from './webdriver.mjs';
import { startStaticServer } from './static_server.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const [poolUrl, dist, srpPage, chromium, chromedriver] = process.argv.slice(2);
const ROUNDS = 5;
const WARM_RUNS = 20;
const CPU_SLOWDOWN = 4;
const user = 'ann@example.com';
const password = 'Passw0rd!';

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Calls an action of the user-pool API. */
async function callPool(operation, request) {
  const response = await fetch(poolUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
    },
    body: JSON.stringify(request),
  });
  if (!response.ok) throw new Error(`${operation}: ${await response.text()}`);
  return response.json();
}

/** Creates a pool with one app client and one confirmed user, and returns the app's configuration for it. */
async function createUser() {
  const { UserPool } = await callPool('CreateUserPool', { PoolName: 'bench' });
  const { UserPoolClient } = await callPool('CreateUserPoolClient', {
    UserPoolId: UserPool.Id, ClientName: 'bench', ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  });
  await callPool('AdminCreateUser', { UserPoolId: UserPool.Id, Username: user, MessageAction: 'SUPPRESS' });
  await callPool('AdminSetUserPassword', { UserPoolId: UserPool.Id, Username: user, Password: password, Permanent: true });
  return { userPoolId: UserPool.Id, userPoolClientId: UserPoolClient.ClientId, region: UserPool.Id.split('_')[0], endpoint: poolUrl };
}

/**
 * Starts one page for each client. The pages differ only in the script that puts srpA and srpProof on `window`.
 */
async function startSrpPages() {
  const bundled = await build({
    entryPoints: [join(here, 'amazon_client.js')], bundle: true, minify: true, write: false, logLevel: 'error',
    define: { global: 'globalThis' },
  });
  const amazonClient = bundled.outputFiles[0].text;
  const page = (script) => `<!doctype html><title>bench</title>${script}`;
  return {
    amazonClient,
    poolgate: await startStaticServer(srpPage, {
      '/index.html': page('<script type="module">import init from "/srp-page.js"; await init({ module_or_path: "/srp-page_bg.wasm" });</script>'),
    }),
    amazon: await startStaticServer(here, { '/index.html': page('<script defer src="/amazon_client.js"></script>'), '/amazon_client.js': amazonClient }),
  };
}

// Runs in the page: makes one proof for a test vector. Returns the milliseconds for A and for the rest.
const PROVE_ONCE = `
  const proveOnce = async (v) => {
    const a = crypto.getRandomValues(new Uint8Array(32));
    const t0 = performance.now();
    await srpA(a);
    const t1 = performance.now();
    await srpProof(v.poolName, v.user, v.password, v.srpB, v.salt, v.secretBlock, v.timestamp);
    return [t1 - t0, performance.now() - t1];
  };`;

/** Returns the median times of a whole proof and of the part after the challenge, in new pages and in warm ones. */
async function measureSrp(driver, url, vector, slow) {
  const coldTotal = [];
  const coldProof = [];
  const warm = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const browser = await driver.browser();
    await browser.beforeEachPage(`window.poolName = ${JSON.stringify(vector.poolName)};`);
    await browser.open(url);
    await browser.run('while (!window.srpProof) await new Promise((resolve) => requestAnimationFrame(resolve));');
    if (slow) await browser.setCpuThrottling(CPU_SLOWDOWN);
    const [pairTime, proofTime] = await browser.run(`${PROVE_ONCE} return proveOnce(args[0]);`, vector);
    coldTotal.push(pairTime + proofTime);
    coldProof.push(proofTime);
    if (!slow) {
      const times = await browser.run(`${PROVE_ONCE}
        const times = [];
        for (let i = 0; i < args[1]; i += 1) times.push((await proveOnce(args[0])).reduce((a, b) => a + b));
        return times;`, vector, WARM_RUNS);
      warm.push(median(times));
    }
    await browser.close();
  }
  return { total: median(coldTotal), proof: median(coldProof), warm: slow ? undefined : median(warm) };
}

// Runs before the page's scripts: records the times of the submit event, of each request and of each response.
const RECORD_REQUESTS = `
  window.events = [];
  const record = (what) => window.events.push([what, performance.now()]);
  addEventListener('submit', () => record('submit'), true);
  const realFetch = window.fetch;
  window.fetch = function (input, options) {
    const headers = new Headers(options?.headers ?? input?.headers);
    const target = headers.get('x-amz-target')?.split('.')[1];
    if (target) record('request ' + target);
    const response = realFetch.apply(this, arguments);
    if (target) response.then(({ status }) => { record('response ' + target); window.lastStatus = status; }, () => {});
    return response;
  };`;

/**
 * Signs in once and returns the time of the page itself in ms. Checks that the pool accepts only the right password.
 */
async function measureSignIn(browser, secret) {
  await browser.type('input[type=password]', secret);
  await browser.run('window.events.length = 0;');
  await browser.click('button[type=submit]');
  await browser.run(`while (!events.some(([what]) => what === 'response RespondToAuthChallenge'))
    await new Promise((resolve) => setTimeout(resolve, 5));`);
  const events = Object.fromEntries(await browser.run('return window.events;'));
  const status = await browser.run('return window.lastStatus;');
  if (status !== (secret === password ? 200 : 400)) throw new Error(`the sign-in has the unexpected status ${status}`);
  return (events['request InitiateAuth'] - events.submit) + (events['request RespondToAuthChallenge'] - events['response InitiateAuth']);
}

/** Returns the median times of the first and the second sign-in in a new page. */
async function measureSignIns(driver, url, slow) {
  const cold = [];
  const warm = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const browser = await driver.browser();
    await browser.beforeEachPage(RECORD_REQUESTS);
    await browser.open(url);
    await browser.type('input[autocomplete=username]', user);
    if (slow) await browser.setCpuThrottling(CPU_SLOWDOWN);
    // The first sign-in uses a wrong password: the page does the same work and stays open for a second, warm sign-in.
    // With a slow CPU there is no second sign-in, so the first one uses the right password: the pool locks a user after
    // several wrong passwords in a row.
    cold.push(await measureSignIn(browser, slow ? password : 'Wrong-passw0rd!'));
    if (!slow) warm.push(await measureSignIn(browser, password));
    await browser.close();
  }
  return { cold: median(cold), warm: slow ? undefined : median(warm) };
}

/** Prints one row of the table: a label, both times and their ratio. */
function printRow(label, poolgate, amazon) {
  const cell = (value) => (value === undefined ? '' : value.toFixed(1)).padStart(10);
  console.log(label.padEnd(58) + cell(poolgate) + cell(amazon) + `${(amazon / poolgate).toFixed(0)} ×`.padStart(10));
}

const vectors = JSON.parse(await readFile(join(here, '../../cognito-srp6a/tests/data/srp-vectors.json'), 'utf8'));
const { input, wire } = vectors.user_vectors[0];
const vector = {
  poolName: input.pool_name, user: input.user_id_for_srp, password: input.password,
  srpB: wire.SRP_B, salt: wire.SALT, secretBlock: wire.PASSWORD_CLAIM_SECRET_BLOCK, timestamp: wire.TIMESTAMP,
};
const cognito = await createUser();
const pages = await startSrpPages();
const driver = await startWebDriver({ chromium, chromedriver });
const config = `window._config = ${JSON.stringify({ cognito, api: { invokeUrl: '' } })};`;
const policy = (await readFile(join(dist, '_headers'), 'utf8')).match(/Content-Security-Policy: (.*)/)[1]
  .replace(/connect-src [^;]*/, `connect-src 'self' ${poolUrl}`);
const poolgatePageServer = await startStaticServer(dist, { '/config.js': config }, { 'content-security-policy': policy });
const form = `<!doctype html><title>bench</title><script src="/config.js"></script>
  <form><input name="username" autocomplete="username"><input name="password" type="password"><button type="submit">Sign in</button></form>
  <script src="/amazon_client.js"></script>`;
const amazonPageServer = await startStaticServer(here, { '/index.html': form, '/amazon_client.js': pages.amazonClient, '/config.js': config });
try {
  const poolgate = await measureSrp(driver, pages.poolgate.url, vector);
  const amazon = await measureSrp(driver, pages.amazon.url, vector);
  const poolgateSlow = await measureSrp(driver, pages.poolgate.url, vector, true);
  const amazonSlow = await measureSrp(driver, pages.amazon.url, vector, true);
  const poolgatePage = await measureSignIns(driver, `${poolgatePageServer.url}/signin`);
  const amazonPage = await measureSignIns(driver, amazonPageServer.url);
  const poolgatePageSlow = await measureSignIns(driver, `${poolgatePageServer.url}/signin`, true);
  const amazonPageSlow = await measureSignIns(driver, amazonPageServer.url, true);
  console.log('SRP in Chromium, medians in ms'.padEnd(58) + 'Poolgate'.padStart(10) + 'Amazon'.padStart(10) + 'ratio'.padStart(10));
  printRow('proof, first in a new page', poolgate.total, amazon.total);
  printRow('proof after the challenge, first in a new page', poolgate.proof, amazon.proof);
  printRow('proof, warm', poolgate.warm, amazon.warm);
  printRow(`proof, first in a new page, CPU ÷ ${CPU_SLOWDOWN}`, poolgateSlow.total, amazonSlow.total);
  printRow('sign-in page, from click to tokens, first', poolgatePage.cold, amazonPage.cold);
  printRow('sign-in page, from click to tokens, second', poolgatePage.warm, amazonPage.warm);
  printRow(`sign-in page, from click to tokens, first, CPU ÷ ${CPU_SLOWDOWN}`, poolgatePageSlow.cold, amazonPageSlow.cold);
} finally {
  driver.stop();
  for (const server of [pages.poolgate, pages.amazon, poolgatePageServer, amazonPageServer]) server.stop();
}
process.exit(0);
