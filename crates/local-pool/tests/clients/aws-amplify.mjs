// Amplify, unmodified, against the local pool over HTTPS, because Amplify always puts https:// before the domain.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Browser } from './browser.mjs';
import { newestCode, pool } from './pool.mjs';

const PASSWORD = 'Passw0rd!';
const ANN = 'ann@example.com';
const redirectSignIn = 'http://localhost:8000/login/';
const redirectSignOut = 'http://localhost:8000/';

class Storage {
  #items = new Map();
  get length() { return this.#items.size; }
  key(index) { return [...this.#items.keys()][index] ?? null; }
  setItem(key, value) { this.#items.set(key, String(value)); }
  getItem(key) { return this.#items.get(key) ?? null; }
  removeItem(key) { this.#items.delete(key); }
  clear() { this.#items.clear(); }
}
// A browser's window, as far as Amplify uses one. A navigation is recorded in `visited` and does not happen.
const visited = [];
let pageUrl = new URL(redirectSignIn);
const noop = () => {};
globalThis.document = {
  addEventListener: noop, removeEventListener: noop, querySelector: () => null, querySelectorAll: () => [], getElementById: () => null,
  hidden: false, visibilityState: 'visible',
};
globalThis.window = {
  document,
  crypto,
  localStorage: new Storage(),
  sessionStorage: new Storage(),
  history: { replaceState: (_state, _title, url) => { pageUrl = new URL(url, pageUrl); } },
  addEventListener: noop,
  removeEventListener: noop,
  location: {
    get href() { return pageUrl.href; },
    set href(url) { visited.push(url); },
    get origin() { return pageUrl.origin; },
    get pathname() { return pageUrl.pathname; },
    get hostname() { return pageUrl.hostname; },
  },
};
const { Amplify, Hub } = await import('@aws-amplify/core');
const auth = await import('@aws-amplify/auth');
const { cognitoUserPoolsTokenProvider: tokenProvider } = await import('@aws-amplify/auth/cognito');

const Auth = {
  Cognito: {
    userPoolId: pool.id,
    userPoolClientId: pool.clientId,
    userPoolEndpoint: pool.url,
    loginWith: {
      oauth: {
        domain: new URL(pool.url).host,
        scopes: ['openid', 'email', 'aws.cognito.signin.user.admin'],
        redirectSignIn: [redirectSignIn],
        redirectSignOut: [redirectSignOut],
        responseType: 'code',
      },
    },
  },
};

/** Configures Amplify as an app does when its page loads. Amplify then reads the page's URL and its stored records. */
function load() {
  tokenProvider.setAuthConfig(Auth);
  Amplify.configure({ Auth }, { Auth: { tokenProvider } });
}

/** Resolves with the next event of a sign-in or sign-out. */
const nextAuthEvent = () => new Promise((resolve) => {
  const stop = Hub.listen('auth', ({ payload }) => {
    if (['signInWithRedirect', 'signInWithRedirect_failure', 'signedOut'].includes(payload.event)) {
      stop();
      resolve(payload);
    }
  });
});

test('a user registers, signs in by SRP, refreshes, signs out', async () => {
  load();
  const signedUp = await auth.signUp({ username: ANN, password: PASSWORD, options: { userAttributes: { name: 'Ann Lee' } } });
  assert.equal(signedUp.nextStep.signUpStep, 'CONFIRM_SIGN_UP');
  const confirmed = await auth.confirmSignUp({ username: ANN, confirmationCode: await newestCode(ANN) });
  assert.equal(confirmed.isSignUpComplete, true);
  await assert.rejects(auth.signIn({ username: ANN, password: 'Wr0ng-password' }), { name: 'NotAuthorizedException' });

  const signedIn = await auth.signIn({ username: ANN, password: PASSWORD });
  assert.deepEqual(signedIn, { isSignedIn: true, nextStep: { signInStep: 'DONE' } });
  const attributes = await auth.fetchUserAttributes();
  assert.deepEqual({ ...attributes, sub: null }, { email: ANN, email_verified: 'true', name: 'Ann Lee', sub: null });
  const { tokens } = await auth.fetchAuthSession();
  const refreshed = await auth.fetchAuthSession({ forceRefresh: true });
  assert.equal(refreshed.tokens.idToken.payload.sub, attributes.sub);
  assert.notEqual(refreshed.tokens.accessToken.toString(), tokens.accessToken.toString());
  await auth.signOut({ global: true });
  assert.equal((await auth.fetchAuthSession()).tokens, undefined);
});

test('the same user signs in on the hosted pages', async () => {
  const browser = new Browser();
  load();
  await auth.signInWithRedirect();
  const login = await browser.go(visited.at(-1));
  const back = await browser.fill(login, { username: ANN, password: PASSWORD });
  assert.ok(back.url.startsWith(`${redirectSignIn}?code=`), back.url);

  pageUrl = new URL(back.url);
  const authEvent = nextAuthEvent();
  load();
  assert.deepEqual(await authEvent, { event: 'signInWithRedirect' });
  // Amplify has removed the code from the URL.
  assert.equal(pageUrl.href, redirectSignIn);
  const { tokens } = await auth.fetchAuthSession();
  assert.equal(tokens.idToken.payload.email, ANN);
  assert.equal(tokens.idToken.payload.iss, `${pool.url}/${pool.id}`);
  assert.equal((await auth.fetchUserAttributes()).name, 'Ann Lee');
  const refreshed = await auth.fetchAuthSession({ forceRefresh: true });
  assert.notEqual(refreshed.tokens.accessToken.toString(), tokens.accessToken.toString());

  pageUrl = new URL(redirectSignOut);
  await auth.signOut();
  assert.equal((await browser.go(visited.at(-1))).url, redirectSignOut);
  assert.equal((await auth.fetchAuthSession()).tokens, undefined);
});
