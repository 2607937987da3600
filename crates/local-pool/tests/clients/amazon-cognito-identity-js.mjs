// amazon-cognito-identity-js, unmodified, against the local pool.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import cognito from 'amazon-cognito-identity-js';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { newestCode, operate, pool } from './pool.mjs';

const { AuthenticationDetails, CognitoUser, CognitoUserAttribute, CognitoUserPool } = cognito;
const PASSWORD = 'Passw0rd!';
const issuer = `${pool.url}/${pool.id}`;

/** The storage of one browser. Each simulated browser has its own. */
class Storage {
  #items = new Map();
  setItem(key, value) { this.#items.set(key, String(value)); }
  getItem(key) { return this.#items.get(key) ?? null; }
  removeItem(key) { this.#items.delete(key); }
  clear() { this.#items.clear(); }
}

function browser() {
  return new CognitoUserPool({
    UserPoolId: pool.id, ClientId: pool.clientId, endpoint: pool.url, Storage: new Storage(),
  });
}

function userOf(userPool, name) {
  return new CognitoUser({ Username: name, Pool: userPool, Storage: userPool.storage });
}

/** Calls a function that takes a Node-style callback, and returns a promise. */
const fromNodeCallback = (call) => new Promise((resolve, reject) => {
  call((error, result) => (error ? reject(error) : resolve(result)));
});

/** Calls a function that takes `{ onSuccess, onFailure, … }`, and returns a promise. */
const fromCallbacks = (call, more = () => ({})) => new Promise((resolve, reject) => {
  call({ onSuccess: resolve, onFailure: reject, ...more(resolve, reject) });
});

const signIn = (user, name, password) => fromCallbacks(
  (callbacks) => user.authenticateUser(new AuthenticationDetails({ Username: name, Password: password }), callbacks),
);

const errorOf = async (promise) => {
  const error = await promise.then(() => assert.fail('the request succeeded'), (failure) => failure);
  return { code: error.code, message: error.message };
};
const WRONG_PASSWORD = { code: 'NotAuthorizedException', message: 'Incorrect username or password.' };

/** Registers a user and confirms the account. */
async function register(name) {
  const userPool = browser();
  const signedUp = await fromNodeCallback((done) => userPool.signUp(
    name, PASSWORD,
    [
      new CognitoUserAttribute({ Name: 'email', Value: name }),
      new CognitoUserAttribute({ Name: 'name', Value: 'Ann Lee' }),
    ],
    null, done,
  ));
  assert.equal(signedUp.userConfirmed, false);
  assert.deepEqual(signedUp.codeDeliveryDetails, {
    AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: `${name[0]}***@e***`,
  });
  const user = userOf(userPool, name);
  const code = await newestCode(name);
  assert.equal(await fromNodeCallback((done) => user.confirmRegistration(code, true, done)), 'SUCCESS');
  return { userPool, user, sub: signedUp.userSub };
}

test('a user registers, confirms by email, and signs in by SRP', async () => {
  const { user, sub } = await register('ann@example.com');
  const session = await signIn(user, 'ann@example.com', PASSWORD);
  assert.equal(session.isValid(), true);
  assert.equal(user.getUsername(), sub);
  const { UserAttributes, Username } = await fromNodeCallback((done) => user.getUserData(done, { bypassCache: true }));
  assert.equal(Username, sub);
  assert.deepEqual(
    UserAttributes.map(({ Name, Value }) => [Name, Value]).sort(),
    [['email', 'ann@example.com'], ['email_verified', 'true'], ['name', 'Ann Lee'], ['sub', sub]],
  );
});

test('the ID and the access token verify with different keys', async () => {
  const { user, sub } = await register('bea@example.com');
  const session = await signIn(user, 'bea@example.com', PASSWORD);
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
  const idToken = session.getIdToken().getJwtToken();
  const accessToken = session.getAccessToken().getJwtToken();
  const id = await jwtVerify(idToken, keys, { issuer, audience: pool.clientId, algorithms: ['RS256'] });
  const access = await jwtVerify(accessToken, keys, { issuer, algorithms: ['RS256'] });
  const { aud, auth_time, event_id, exp, iat, jti, origin_jti, ...idClaims } = id.payload;
  assert.deepEqual(idClaims, {
    sub, iss: issuer, token_use: 'id', 'cognito:username': sub, email: 'bea@example.com', email_verified: true,
    name: 'Ann Lee',
  });
  assert.deepEqual([aud, exp - iat], [pool.clientId, 3600]);
  const { jti: accessJti, ...accessClaims } = access.payload;
  assert.deepEqual(accessClaims, {
    sub, iss: issuer, token_use: 'access', client_id: pool.clientId, username: sub, scope: 'aws.cognito.signin.user.admin',
    auth_time, event_id, exp, iat, origin_jti,
  });
  assert.notEqual(accessJti, jti);
  const headers = [idToken, accessToken].map((token) => decodeProtectedHeader(token));
  assert.deepEqual(headers.map((header) => Object.keys(header).sort()), [['alg', 'kid'], ['alg', 'kid']]);
  assert.notEqual(headers[0].kid, headers[1].kid);
});

test('a wrong password and an unknown username get the same error', async () => {
  await register('cat@example.com');
  for (const [name, password] of [['cat@example.com', 'Passw0rd?'], ['unknown@example.com', PASSWORD]]) {
    assert.deepEqual(await errorOf(signIn(userOf(browser(), name), name, password)), WRONG_PASSWORD);
  }
});

test('a wrong code does not confirm an account, and a new one does', async () => {
  const name = 'dan@example.com';
  const userPool = browser();
  await fromNodeCallback((done) => userPool.signUp(name, PASSWORD, [], null, done));
  const user = userOf(userPool, name);
  assert.deepEqual(await errorOf(signIn(user, name, PASSWORD)), {
    code: 'UserNotConfirmedException', message: 'User is not confirmed.',
  });
  const first = await newestCode(name);
  const wrong = first === '000000' ? '000001' : '000000';
  assert.deepEqual(await errorOf(fromNodeCallback((done) => user.confirmRegistration(wrong, true, done))), {
    code: 'CodeMismatchException', message: 'Invalid verification code provided, please try again.',
  });
  await fromNodeCallback((done) => user.resendConfirmationCode(done));
  const second = await newestCode(name);
  assert.equal(await fromNodeCallback((done) => user.confirmRegistration(second, true, done)), 'SUCCESS');
});

test('a session is refreshed with the refresh token', async () => {
  const { user } = await register('eva@example.com');
  const session = await signIn(user, 'eva@example.com', PASSWORD);
  const refreshed = await fromNodeCallback((done) => user.refreshSession(session.getRefreshToken(), done));
  const [before, after] = [session, refreshed].map((each) => each.getAccessToken().payload);
  assert.notEqual(after.jti, before.jti);
  assert.deepEqual([after.auth_time, after.origin_jti, after.sub], [before.auth_time, before.origin_jti, before.sub]);
  assert.equal(refreshed.getRefreshToken().getToken(), session.getRefreshToken().getToken());
});

test('a changed password replaces the old one', async () => {
  const name = 'fay@example.com';
  const { user } = await register(name);
  await signIn(user, name, PASSWORD);
  assert.deepEqual(
    await errorOf(fromNodeCallback((done) => user.changePassword('Passw0rd?', 'N3wPassw0rd!', done))), WRONG_PASSWORD,
  );
  assert.equal(await fromNodeCallback((done) => user.changePassword(PASSWORD, 'N3wPassw0rd!', done)), 'SUCCESS');
  assert.deepEqual(await errorOf(signIn(userOf(browser(), name), name, PASSWORD)), WRONG_PASSWORD);
  assert.equal((await signIn(userOf(browser(), name), name, 'N3wPassw0rd!')).isValid(), true);
});

test('a forgotten password is reset with a code', async () => {
  const name = 'gil@example.com';
  const { user } = await register(name);
  const { CodeDeliveryDetails } = await fromCallbacks((callbacks) => user.forgotPassword(callbacks), (resolve) => ({
    inputVerificationCode: resolve,
  }));
  assert.deepEqual(CodeDeliveryDetails, {
    AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'g***@e***',
  });
  const code = await newestCode(name);
  assert.deepEqual(
    await errorOf(fromCallbacks((callbacks) => user.confirmPassword(code, 'short', callbacks))),
    { code: 'InvalidPasswordException', message: 'Password did not conform with policy: Password not long enough' },
  );
  assert.equal(await fromCallbacks((callbacks) => user.confirmPassword(code, 'N3wPassw0rd!', callbacks)), 'SUCCESS');
  assert.deepEqual(await errorOf(signIn(userOf(browser(), name), name, PASSWORD)), WRONG_PASSWORD);
  assert.equal((await signIn(userOf(browser(), name), name, 'N3wPassw0rd!')).isValid(), true);
});

test('global sign-out ends every session', async () => {
  const name = 'hal@example.com';
  const { user } = await register(name);
  await signIn(user, name, PASSWORD);
  const inOtherBrowser = userOf(browser(), name);
  const otherSession = await signIn(inOtherBrowser, name, PASSWORD);
  assert.equal(await fromCallbacks((callbacks) => user.globalSignOut(callbacks)), 'SUCCESS');
  assert.deepEqual(await errorOf(fromNodeCallback((done) => inOtherBrowser.getUserData(done, { bypassCache: true }))), {
    code: 'NotAuthorizedException', message: 'Access Token has been revoked',
  });
  assert.deepEqual(await errorOf(fromNodeCallback((done) => inOtherBrowser.refreshSession(otherSession.getRefreshToken(), done))), {
    code: 'NotAuthorizedException', message: 'Refresh Token has been revoked',
  });
});

test('signing out revokes the refresh token', async () => {
  const name = 'ida@example.com';
  const { userPool, user } = await register(name);
  const session = await signIn(user, name, PASSWORD);
  await new Promise((resolve) => user.signOut(resolve));
  assert.equal(userPool.getCurrentUser(), null);
  assert.deepEqual(await errorOf(fromNodeCallback((done) => user.refreshSession(session.getRefreshToken(), done))), {
    code: 'NotAuthorizedException', message: 'Refresh Token has been revoked',
  });
});

test('an invited user sets a password and is signed in', async () => {
  const name = 'joe@example.com';
  await operate('AdminCreateUser', {
    UserPoolId: pool.id,
    Username: name,
    TemporaryPassword: 'Temp0rary!',
    UserAttributes: [{ Name: 'email', Value: name }, { Name: 'email_verified', Value: 'true' }],
  });
  const user = userOf(browser(), name);
  const details = new AuthenticationDetails({ Username: name, Password: 'Temp0rary!' });
  const [attributes, required] = await fromCallbacks((callbacks) => user.authenticateUser(details, callbacks), (resolve) => ({
    newPasswordRequired: (...given) => resolve(given),
  }));
  assert.deepEqual([attributes, required], [{ email: name, email_verified: 'true' }, []]);
  const session = await fromCallbacks(
    (callbacks) => user.completeNewPasswordChallenge('N3wPassw0rd!', { name: 'Joe' }, callbacks),
  );
  assert.equal(session.getIdToken().payload.name, 'Joe');
  assert.equal((await signIn(userOf(browser(), name), name, 'N3wPassw0rd!')).isValid(), true);
});

test('attributes are changed, and the account is deleted', async () => {
  const name = 'kay@example.com';
  const { user } = await register(name);
  await signIn(user, name, PASSWORD);
  const renamed = new CognitoUserAttribute({ Name: 'name', Value: 'Kay' });
  assert.equal(await fromNodeCallback((done) => user.updateAttributes([renamed], done)), 'SUCCESS');
  const attributes = await fromNodeCallback((done) => user.getUserAttributes(done));
  assert.equal(attributes.find((attribute) => attribute.Name === 'name').Value, 'Kay');
  assert.equal(await fromNodeCallback((done) => user.deleteUser(done)), 'SUCCESS');
  assert.deepEqual(await errorOf(signIn(userOf(browser(), name), name, PASSWORD)), WRONG_PASSWORD);
});
