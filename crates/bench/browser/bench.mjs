// Times the proof of a password in Chromium, ours beside Amazon's own JavaScript client, and prints both as a table.
//
//   node bench.mjs POOL_URL DIST_FOLDER SRP_PAGE_FOLDER CHROMIUM CHROMEDRIVER
//
// First the mathematics alone, called from a page; then whole sign-ins by real pages against the same local pool, where
// what counts is the time that the page itself takes: from the press on the button to the first request, and from its
// answer to the second.
import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startDriver } from './driver.mjs';
import { startHost } from './host.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const [poolUrl, dist, srpPage, chromium, chromedriver] = process.argv.slice(2);
const ROUNDS = 5;
const WARM = 20;
const SLOW = 4;
const user = 'ann@example.com';
const password = 'Passw0rd!';

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function operate(operation, request) {
  const answer = await fetch(poolUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
    },
    body: JSON.stringify(request),
  });
  if (!answer.ok) throw new Error(`${operation}: ${await answer.text()}`);
  return answer.json();
}

async function makeUser() {
  const { UserPool } = await operate('CreateUserPool', { PoolName: 'bench' });
  const { UserPoolClient } = await operate('CreateUserPoolClient', {
    UserPoolId: UserPool.Id, ClientName: 'bench', ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  });
  await operate('AdminCreateUser', { UserPoolId: UserPool.Id, Username: user, MessageAction: 'SUPPRESS' });
  await operate('AdminSetUserPassword', { UserPoolId: UserPool.Id, Username: user, Password: password, Permanent: true });
  return { userPoolId: UserPool.Id, userPoolClientId: UserPoolClient.ClientId, region: UserPool.Id.split('_')[0], endpoint: poolUrl };
}

/** Ours and theirs: the same page but for the script that puts srpA and srpProof on `window`. */
async function mathematicsPages() {
  const bundled = await build({
    entryPoints: [join(here, 'peer.js')], bundle: true, minify: true, write: false, logLevel: 'error',
    define: { global: 'globalThis' },
  });
  const peer = bundled.outputFiles[0].text;
  const page = (script) => `<!doctype html><title>bench</title>${script}`;
  return {
    peer,
    ours: await startHost(srpPage, {
      '/index.html': page('<script type="module">import init from "/srp-page.js"; await init({ module_or_path: "/srp-page_bg.wasm" });</script>'),
    }),
    theirs: await startHost(here, { '/index.html': page('<script defer src="/peer.js"></script>'), '/peer.js': peer }),
  };
}

// In the page: one proof, against the first of the vectors; milliseconds for A and for the rest.
const ONE_PROOF = `
  const once = async (v) => {
    const a = crypto.getRandomValues(new Uint8Array(32));
    const t0 = performance.now();
    await srpA(a);
    const t1 = performance.now();
    await srpProof(v.poolName, v.user, v.password, v.srpB, v.salt, v.secretBlock, v.timestamp);
    return [t1 - t0, performance.now() - t1];
  };`;

async function mathematics(driver, url, vector, slow) {
  const firstWhole = [];
  const firstAfter = [];
  const warm = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const browser = await driver.browser();
    await browser.beforeEachPage(`window.poolName = ${JSON.stringify(vector.poolName)};`);
    await browser.open(url);
    await browser.run('while (!window.srpProof) await new Promise((go) => requestAnimationFrame(go));');
    if (slow) await browser.slowDown(SLOW);
    const [made, proved] = await browser.run(`${ONE_PROOF} return once(args[0]);`, vector);
    firstWhole.push(made + proved);
    firstAfter.push(proved);
    if (!slow) {
      const times = await browser.run(`${ONE_PROOF}
        const times = [];
        for (let i = 0; i < args[1]; i += 1) times.push((await once(args[0])).reduce((a, b) => a + b));
        return times;`, vector, WARM);
      warm.push(median(times));
    }
    await browser.close();
  }
  return { whole: median(firstWhole), after: median(firstAfter), warm: slow ? undefined : median(warm) };
}

// Before any script of the page: notes when the button was pressed and when each of the two requests went and came.
const WATCH = `
  window.seen = [];
  const note = (what) => window.seen.push([what, performance.now()]);
  addEventListener('submit', () => note('press'), true);
  const realFetch = window.fetch;
  window.fetch = function (input, options) {
    const headers = new Headers(options?.headers ?? input?.headers);
    const target = headers.get('x-amz-target')?.split('.')[1];
    if (target) note('ask ' + target);
    const answer = realFetch.apply(this, arguments);
    if (target) answer.then(({ status }) => { note('answer ' + target); window.lastStatus = status; }, () => {});
    return answer;
  };`;

/** What the page itself took for one sign-in, in ms; the pool must answer it as the password deserves. */
async function pressAndMeasure(browser, secret) {
  await browser.type('input[type=password]', secret);
  await browser.run('window.seen.length = 0;');
  await browser.click('button[type=submit]');
  await browser.run(`while (!seen.some(([what]) => what === 'answer RespondToAuthChallenge'))
    await new Promise((go) => setTimeout(go, 5));`);
  const seen = Object.fromEntries(await browser.run('return window.seen;'));
  const status = await browser.run('return window.lastStatus;');
  if (status !== (secret === password ? 200 : 400)) throw new Error(`a sign-in was answered ${status}`);
  return (seen['ask InitiateAuth'] - seen.press) + (seen['ask RespondToAuthChallenge'] - seen['answer InitiateAuth']);
}

async function signIns(driver, url, slow) {
  const first = [];
  const second = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const browser = await driver.browser();
    await browser.beforeEachPage(WATCH);
    await browser.open(url);
    await browser.type('input[autocomplete=username]', user);
    if (slow) await browser.slowDown(SLOW);
    // A wrong password costs the page the same work and leaves it where it is, so the second press is a warm one. Too
    // many of them without a right one in between would have the pool refuse all.
    first.push(await pressAndMeasure(browser, slow ? password : 'Wrong-passw0rd!'));
    if (!slow) second.push(await pressAndMeasure(browser, password));
    await browser.close();
  }
  return { first: median(first), warm: slow ? undefined : median(second) };
}

function row(label, ours, theirs) {
  const cell = (value) => (value === undefined ? '' : value.toFixed(1)).padStart(10);
  console.log(label.padEnd(58) + cell(ours) + cell(theirs) + `${(theirs / ours).toFixed(0)} ×`.padStart(10));
}

const vectors = JSON.parse(await readFile(join(here, '../../cognito-srp/tests/data/srp-vectors.json'), 'utf8'));
const { input, wire } = vectors.user_vectors[0];
const vector = {
  poolName: input.pool_name, user: input.user_id_for_srp, password: input.password,
  srpB: wire.SRP_B, salt: wire.SALT, secretBlock: wire.PASSWORD_CLAIM_SECRET_BLOCK, timestamp: wire.TIMESTAMP,
};
const cognito = await makeUser();
const pages = await mathematicsPages();
const driver = await startDriver({ chromium, chromedriver });
const config = `window._config = ${JSON.stringify({ cognito, api: { invokeUrl: '' } })};`;
const policy = (await readFile(join(dist, '_headers'), 'utf8')).match(/Content-Security-Policy: (.*)/)[1]
  .replace(/connect-src [^;]*/, `connect-src 'self' ${poolUrl}`);
const app = await startHost(dist, { '/config.js': config }, { 'content-security-policy': policy });
const form = `<!doctype html><title>bench</title><script src="/config.js"></script>
  <form><input name="username" autocomplete="username"><input name="password" type="password"><button type="submit">Sign in</button></form>
  <script src="/peer.js"></script>`;
const peerApp = await startHost(here, { '/index.html': form, '/peer.js': pages.peer, '/config.js': config });
try {
  const ours = await mathematics(driver, pages.ours.url, vector);
  const theirs = await mathematics(driver, pages.theirs.url, vector);
  const oursSlow = await mathematics(driver, pages.ours.url, vector, true);
  const theirsSlow = await mathematics(driver, pages.theirs.url, vector, true);
  const oursPage = await signIns(driver, `${app.url}/signin`);
  const theirsPage = await signIns(driver, peerApp.url);
  const oursPageSlow = await signIns(driver, `${app.url}/signin`, true);
  const theirsPageSlow = await signIns(driver, peerApp.url, true);
  console.log('SRP in Chromium, ms, medians'.padEnd(58) + 'Poolgate'.padStart(10) + 'Amazon\'s'.padStart(10) + 'ratio'.padStart(10));
  row('whole, first in a fresh page', ours.whole, theirs.whole);
  row('after the server\'s answer, first in a fresh page', ours.after, theirs.after);
  row('whole, warm', ours.warm, theirs.warm);
  row(`whole, first in a fresh page, CPU ÷ ${SLOW}`, oursSlow.whole, theirsSlow.whole);
  row('real page, between press and tokens, first', oursPage.first, theirsPage.first);
  row('real page, between press and tokens, second', oursPage.warm, theirsPage.warm);
  row(`real page, between press and tokens, first, CPU ÷ ${SLOW}`, oursPageSlow.first, theirsPageSlow.first);
} finally {
  driver.stop();
  for (const host of [pages.ours, pages.theirs, app, peerApp]) host.stop();
}
process.exit(0);
