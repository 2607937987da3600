// Amazon's Amplify against the local pool, unmodified: it puts https:// before the domain whatever it is told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Browser } from './browser.mjs';
import { newestCode, pool } from './pool.mjs';

const PASSWORD = 'Passw0rd!';
const ANN = 'ann@example.com';
const redirectSignIn = 'http://localhost:8000/login/';
const redirectSignOut = 'http://localhost:8000/';

/** A browser's window as far as the library looks at one; where it would go is noted in place of going there. */
class Storage {
  #items = new Map();
  get length() { return this.#items.size; }
  key(place) { return [...this.#items.keys()][place] ?? null; }
  setItem(key, value) { this.#items.set(key, String(value)); }
  getItem(key) { return this.#items.get(key) ?? null; }
  removeItem(key) { this.#items.delete(key); }
  clear() { this.#items.clear(); }
}
const visited = [];
let here = new URL(redirectSignIn);
const nothing = () => {};
globalThis.document = {
  addEventListener: nothing, removeEventListener: nothing, querySelector: () => null, querySelectorAll: () => [], getElementById: () => null,
  hidden: false, visibilityState: 'visible',
};
globalThis.window = {
  document,
  crypto,
  localStorage: new Storage(),
  sessionStorage: new Storage(),
  history: { replaceState: (_state, _title, url) => { here = new URL(url, here); } },
  addEventListener: nothing,
  removeEventListener: nothing,
  location: {
    get href() { return here.href; },
    set href(url) { visited.push(url); },
    get origin() { return here.origin; },
    get pathname() { return here.pathname; },
    get hostname() { return here.hostname; },
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

/** Loads the app: the library looks at the address and at what it had begun. */
function load() {
  tokenProvider.setAuthConfig(Auth);
  Amplify.configure({ Auth }, { Auth: { tokenProvider } });
}

/** The next news of signing in or out. */
const news = () => new Promise((resolve) => {
  const stop = Hub.listen('auth', ({ payload }) => {
    if (['signInWithRedirect', 'signInWithRedirect_failure', 'signedOut'].includes(payload.event)) {
      stop();
      resolve(payload);
    }
  });
});

test('somebody registers, signs in by SRP, renews, and is signed out everywhere', async () => {
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
  const renewed = await auth.fetchAuthSession({ forceRefresh: true });
  assert.equal(renewed.tokens.idToken.payload.sub, attributes.sub);
  assert.notEqual(renewed.tokens.accessToken.toString(), tokens.accessToken.toString());
  await auth.signOut({ global: true });
  assert.equal((await auth.fetchAuthSession()).tokens, undefined);
});

test('the same person goes by the hosted pages and comes back with tokens', async () => {
  const browser = new Browser();
  load();
  await auth.signInWithRedirect();
  const login = await browser.go(visited.at(-1));
  const back = await browser.fill(login, { username: ANN, password: PASSWORD });
  assert.ok(back.url.startsWith(`${redirectSignIn}?code=`), back.url);

  here = new URL(back.url);
  const come = news();
  load();
  assert.deepEqual(await come, { event: 'signInWithRedirect' });
  // Nothing of the code is left in the address.
  assert.equal(here.href, redirectSignIn);
  const { tokens } = await auth.fetchAuthSession();
  assert.equal(tokens.idToken.payload.email, ANN);
  assert.equal(tokens.idToken.payload.iss, `${pool.url}/${pool.id}`);
  assert.equal((await auth.fetchUserAttributes()).name, 'Ann Lee');
  const renewed = await auth.fetchAuthSession({ forceRefresh: true });
  assert.notEqual(renewed.tokens.accessToken.toString(), tokens.accessToken.toString());

  here = new URL(redirectSignOut);
  await auth.signOut();
  assert.equal((await browser.go(visited.at(-1))).url, redirectSignOut);
  assert.equal((await auth.fetchAuthSession()).tokens, undefined);
});
