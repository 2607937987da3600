// amazon-cognito-identity-js, unmodified, against the local pool: remembered devices.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import cognito from 'amazon-cognito-identity-js';
import { newestCode, operate, pool } from './pool.mjs';

const { AuthenticationDetails, CognitoUser, CognitoUserPool } = cognito;
const PASSWORD = 'Passw0rd!';

class Storage {
  #items = new Map();
  setItem(key, value) { this.#items.set(key, String(value)); }
  getItem(key) { return this.#items.get(key) ?? null; }
  removeItem(key) { this.#items.delete(key); }
  clear() { this.#items.clear(); }
}

/** Creates a pool in which a remembered device replaces the text message, and a user in it. */
async function poolWithUser(name, promptsUser) {
  const { UserPool: { Id: UserPoolId } } = await operate('CreateUserPool', {
    PoolName: 'devices',
    DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: promptsUser },
  });
  await operate('SetUserPoolMfaConfig', {
    UserPoolId, MfaConfiguration: 'ON',
    SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::000000000000:role/sms' } },
  });
  const { UserPoolClient: { ClientId } } = await operate('CreateUserPoolClient', { UserPoolId, ClientName: 'app' });
  const phone = `+1432555${String(1000 + Math.floor(Math.random() * 9000))}`;
  await operate('AdminCreateUser', {
    UserPoolId, Username: name, MessageAction: 'SUPPRESS',
    UserAttributes: [{ Name: 'phone_number', Value: phone }, { Name: 'phone_number_verified', Value: 'true' }],
  });
  await operate('AdminSetUserPassword', { UserPoolId, Username: name, Password: PASSWORD, Permanent: true });
  const userPool = new CognitoUserPool({ UserPoolId, ClientId, endpoint: pool.url, Storage: new Storage() });
  return { UserPoolId, userPool, name, phone };
}

/**
 * Signs in. `codeNeeded` says whether the client asked for a code, and `userConfirmationNecessary` whether the user
 * decides about remembering the device.
 */
function signIn({ userPool, name, phone }) {
  const user = new CognitoUser({ Username: name, Pool: userPool, Storage: userPool.storage });
  let codeNeeded = false;
  return new Promise((resolve, reject) => {
    const callbacks = {
      onSuccess: (session, userConfirmationNecessary) => resolve({ user, session, userConfirmationNecessary, codeNeeded }),
      onFailure: reject,
      mfaRequired: () => {
        codeNeeded = true;
        newestCode(phone).then((code) => user.sendMFACode(code, callbacks), reject);
      },
    };
    user.authenticateUser(new AuthenticationDetails({ Username: name, Password: PASSWORD }), callbacks);
  });
}

/** Calls a function that takes `{ onSuccess, onFailure }`, and returns a promise. */
const fromCallbacks = (call) => new Promise((onSuccess, onFailure) => { call({ onSuccess, onFailure }); });
const keyOf = (session) => session.getAccessToken().payload.device_key;

test('a device is remembered automatically and replaces the code', async () => {
  const ann = await poolWithUser('ann', false);
  const first = await signIn(ann);
  assert.deepEqual([first.codeNeeded, first.userConfirmationNecessary], [true, undefined]);
  const key = keyOf(first.session);
  assert.match(key, /^us-east-1_[0-9a-f-]{36}$/);
  const second = await signIn(ann);
  assert.deepEqual([second.codeNeeded, keyOf(second.session)], [false, key]);

  const refreshed = await new Promise((resolve, reject) => {
    second.user.refreshSession(second.session.getRefreshToken(), (error, session) => (error ? reject(error) : resolve(session)));
  });
  assert.equal(keyOf(refreshed), key);
  const { Device } = await fromCallbacks((callbacks) => second.user.getDevice(callbacks));
  assert.equal(Device.DeviceKey, key);
  const { Devices } = await fromCallbacks((callbacks) => second.user.listDevices(10, null, callbacks));
  assert.deepEqual(Devices.map(({ DeviceKey }) => DeviceKey), [key]);
});

test('the user decides whether the device is remembered', async () => {
  const bob = await poolWithUser('bob', true);
  const first = await signIn(bob);
  assert.deepEqual([first.codeNeeded, first.userConfirmationNecessary], [true, true]);
  const second = await signIn(bob);
  assert.deepEqual([second.codeNeeded, keyOf(second.session)], [true, keyOf(first.session)]);
  assert.equal(await fromCallbacks((callbacks) => second.user.setDeviceStatusRemembered(callbacks)), 'SUCCESS');
  const third = await signIn(bob);
  assert.equal(third.codeNeeded, false);
  assert.equal(await fromCallbacks((callbacks) => third.user.setDeviceStatusNotRemembered(callbacks)), 'SUCCESS');
  assert.equal((await signIn(bob)).codeNeeded, true);
});

test('a forgotten device gets a new key at the next sign-in', async () => {
  const cat = await poolWithUser('cat', false);
  const first = await signIn(cat);
  assert.equal(await fromCallbacks((callbacks) => first.user.forgetDevice(callbacks)), 'SUCCESS');
  const second = await signIn(cat);
  assert.equal(second.codeNeeded, true);
  assert.notEqual(keyOf(second.session), keyOf(first.session));
});

test('the client drops a device that an operator has forgotten', async () => {
  const dan = await poolWithUser('dan', false);
  const first = await signIn(dan);
  await operate('AdminForgetDevice', { UserPoolId: dan.UserPoolId, Username: 'dan', DeviceKey: keyOf(first.session) });
  const second = await signIn(dan);
  assert.equal(second.codeNeeded, true);
  assert.notEqual(keyOf(second.session), keyOf(first.session));
});
