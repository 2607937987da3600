// oidc-client-ts, a generic OpenID Connect client, unmodified, against the hosted pages. It is configured by the pool's
// discovery document alone.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { UserManager } from 'oidc-client-ts';
import { Browser } from './browser.mjs';
import { newestCode, operate, pool } from './pool.mjs';

const PASSWORD = 'Passw0rd!';
const ANN = 'ann@example.com';
const issuer = `${pool.url}/${pool.id}`;
const redirectUri = 'http://localhost:8000/login/';

/** The app's side. A navigation is recorded in `visited` and does not happen. */
function app(more = {}) {
  const visited = [];
  const navigator = {
    prepare: async () => ({
      navigate: async ({ url }) => { visited.push(url); return { url }; },
      close: () => {},
    }),
    callback: async () => {},
  };
  const manager = new UserManager({
    authority: issuer,
    client_id: pool.clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid email profile',
    loadUserInfo: true,
    automaticSilentRenew: false,
    revokeTokenTypes: ['refresh_token'],
    ...more,
  }, navigator);
  managers.push(manager);
  return { manager, visited };
}

// oidc-client-ts has a timer for the expiry of each access token, which would keep the process alive.
const managers = [];
after(() => managers.forEach((manager) => manager.events.unload()));

async function signIn(browser, { manager, visited }, args = {}) {
  await manager.signinRedirect(args);
  const page = await browser.go(visited.at(-1));
  const back = page.page === undefined ? page : await browser.fill(page, { username: ANN, password: PASSWORD });
  return manager.signinRedirectCallback(back.url);
}

test('a user signs up, signs in, refreshes and signs out', async () => {
  const browser = new Browser();
  const client = app();
  await client.manager.signinRedirect({ nonce: 'n-of-the-app', state: { to: '/todos' } });
  const login = await browser.go(client.visited[0]);
  assert.equal(login.status, 200);
  const signup = await browser.go(login.url.replace('/login?', '/signup?'));
  const confirm = await browser.fill(signup, { username: ANN, password: PASSWORD });
  const confirmed = await browser.fill(confirm, { code: await newestCode(ANN) });
  const back = await browser.fill(confirmed, { username: ANN, password: PASSWORD });

  const user = await client.manager.signinRedirectCallback(back.url);
  assert.deepEqual(user.state, { to: '/todos' });
  assert.equal(user.scope, 'openid email profile');
  assert.equal(user.token_type, 'Bearer');
  assert.equal(user.profile.email, ANN);
  // Only the UserInfo response has this claim.
  assert.equal(user.profile.username, user.profile.sub);
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
  const { payload } = await jwtVerify(user.id_token, keys, { issuer, audience: pool.clientId, algorithms: ['RS256'] });
  assert.equal(payload.nonce, 'n-of-the-app');

  const refreshed = await client.manager.signinSilent();
  assert.notEqual(refreshed.access_token, user.access_token);
  assert.equal(refreshed.refresh_token, user.refresh_token);
  assert.equal(refreshed.profile.sub, user.profile.sub);
  assert.equal(refreshed.profile.auth_time, user.profile.auth_time);

  await client.manager.revokeTokens();
  const stale = app();
  await stale.manager.storeUser(refreshed);
  await assert.rejects(stale.manager.signinSilent(), { error: 'invalid_grant' });

  await client.manager.signoutRedirect({
    extraQueryParams: { client_id: pool.clientId, logout_uri: 'http://localhost:8000' },
  });
  assert.equal((await browser.go(client.visited.at(-1))).url, 'http://localhost:8000/');
  assert.equal(await client.manager.getUser(), null);
  // The sign-out has ended the session of the hosted pages too.
  await client.manager.signinRedirect();
  assert.match((await browser.go(client.visited.at(-1))).url, /\/login\?/);
});

test('prompt=none succeeds only with a session of the hosted pages', async () => {
  const browser = new Browser();
  await signIn(browser, app());
  const second = app({ prompt: 'none' });
  const user = await signIn(browser, second);
  assert.equal(user.profile.email, ANN);

  const withoutSession = app({ prompt: 'none' });
  await assert.rejects(signIn(new Browser(), withoutSession), { error: 'login_required' });
});

test('with rotation each refresh returns a new refresh token', async () => {
  const created = await operate('CreateUserPoolClient', {
    UserPoolId: pool.id,
    ClientName: 'rotating',
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
    CallbackURLs: [redirectUri],
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'email', 'profile'],
    AllowedOAuthFlowsUserPoolClient: true,
  });
  const rotating = app({ client_id: created.UserPoolClient.ClientId });
  const first = await signIn(new Browser(), rotating);
  const second = await rotating.manager.signinSilent();
  const third = await rotating.manager.signinSilent();
  assert.equal(new Set([first, second, third].map((user) => user.refresh_token)).size, 3);
  await rotating.manager.storeUser(first);
  await assert.rejects(rotating.manager.signinSilent(), { error: 'invalid_grant' });
});

test('an unregistered redirect URI does not lead back to the app', async () => {
  const browser = new Browser();
  const unregistered = app({ redirect_uri: 'http://localhost:8000/elsewhere' });
  await unregistered.manager.signinRedirect();
  const { url, status, page } = await browser.go(unregistered.visited[0]);
  assert.equal(url, `${pool.url}/error?error=redirect_mismatch&client_id=${pool.clientId}`);
  assert.equal(status, 400);
  assert.match(page, /CallbackURLs/);
});
