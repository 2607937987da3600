// Amazon's own JavaScript client against the local pool, unmodified: remembered devices.
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

/** A pool in which a remembered device stands in for a text message, and somebody in it. */
async function somebody(name, asksUser) {
  const { UserPool: { Id: UserPoolId } } = await operate('CreateUserPool', {
    PoolName: 'devices',
    DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: asksUser },
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

/** Signs in; says whether a code had to be typed, and whether the device waits for the user's word. */
function signIn({ userPool, name, phone }) {
  const user = new CognitoUser({ Username: name, Pool: userPool, Storage: userPool.storage });
  let typedCode = false;
  return new Promise((resolve, reject) => {
    const callbacks = {
      onSuccess: (session, asksUser) => resolve({ user, session, asksUser, typedCode }),
      onFailure: reject,
      mfaRequired: () => {
        typedCode = true;
        newestCode(phone).then((code) => user.sendMFACode(code, callbacks), reject);
      },
    };
    user.authenticateUser(new AuthenticationDetails({ Username: name, Password: PASSWORD }), callbacks);
  });
}

const told = (call) => new Promise((onSuccess, onFailure) => { call({ onSuccess, onFailure }); });
const keyOf = (session) => session.getAccessToken().payload.device_key;

test('a device is confirmed by itself and the next sign-in needs no code', async () => {
  const ann = await somebody('ann', false);
  const first = await signIn(ann);
  assert.deepEqual([first.typedCode, first.asksUser], [true, undefined]);
  const key = keyOf(first.session);
  assert.match(key, /^us-east-1_[0-9a-f-]{36}$/);
  const second = await signIn(ann);
  assert.deepEqual([second.typedCode, keyOf(second.session)], [false, key]);

  const renewed = await new Promise((resolve, reject) => {
    second.user.refreshSession(second.session.getRefreshToken(), (error, session) => (error ? reject(error) : resolve(session)));
  });
  assert.equal(keyOf(renewed), key);
  const { Device } = await told((callbacks) => second.user.getDevice(callbacks));
  assert.equal(Device.DeviceKey, key);
  const { Devices } = await told((callbacks) => second.user.listDevices(10, null, callbacks));
  assert.deepEqual(Devices.map(({ DeviceKey }) => DeviceKey), [key]);
});

test('where the user is asked, the device is remembered when they say so and until they take it back', async () => {
  const bob = await somebody('bob', true);
  const first = await signIn(bob);
  assert.deepEqual([first.typedCode, first.asksUser], [true, true]);
  const second = await signIn(bob);
  assert.deepEqual([second.typedCode, keyOf(second.session)], [true, keyOf(first.session)]);
  assert.equal(await told((callbacks) => second.user.setDeviceStatusRemembered(callbacks)), 'SUCCESS');
  const third = await signIn(bob);
  assert.equal(third.typedCode, false);
  assert.equal(await told((callbacks) => third.user.setDeviceStatusNotRemembered(callbacks)), 'SUCCESS');
  assert.equal((await signIn(bob)).typedCode, true);
});

test('a forgotten device is a new one at the next sign-in', async () => {
  const cat = await somebody('cat', false);
  const first = await signIn(cat);
  assert.equal(await told((callbacks) => first.user.forgetDevice(callbacks)), 'SUCCESS');
  const second = await signIn(cat);
  assert.equal(second.typedCode, true);
  assert.notEqual(keyOf(second.session), keyOf(first.session));
});

test('a device that was forgotten elsewhere is dropped by the client, which goes on without it', async () => {
  const dan = await somebody('dan', false);
  const first = await signIn(dan);
  await operate('AdminForgetDevice', { UserPoolId: dan.UserPoolId, Username: 'dan', DeviceKey: keyOf(first.session) });
  const second = await signIn(dan);
  assert.equal(second.typedCode, true);
  assert.notEqual(keyOf(second.session), keyOf(first.session));
});
