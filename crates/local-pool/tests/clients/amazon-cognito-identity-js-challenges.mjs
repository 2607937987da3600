// amazon-cognito-identity-js, unmodified, against the local pool: every challenge between the password and the tokens.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import cognito from 'amazon-cognito-identity-js';
import { newestCode, operate, pool } from './pool.mjs';
import { totpCode } from './totp.mjs';

const { AuthenticationDetails, CognitoUser, CognitoUserPool } = cognito;
const PASSWORD = 'Passw0rd!';
const SMS = { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::000000000000:role/sms' } };
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:local-pool-';

class Storage {
  #items = new Map();
  setItem(key, value) { this.#items.set(key, String(value)); }
  getItem(key) { return this.#items.get(key) ?? null; }
  removeItem(key) { this.#items.delete(key); }
  clear() { this.#items.clear(); }
}

/** Creates a pool with these second factors and triggers, and the user "ann" in it. */
async function poolWithUser({ mfa, triggers = {}, phone, temporary = false }) {
  const { UserPool: { Id: UserPoolId } } = await operate('CreateUserPool', { PoolName: 'challenges', LambdaConfig: triggers });
  if (mfa) await operate('SetUserPoolMfaConfig', { UserPoolId, ...mfa });
  const { UserPoolClient: { ClientId } } = await operate('CreateUserPoolClient', {
    UserPoolId, ClientName: 'app', ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  });
  await operate('AdminCreateUser', {
    UserPoolId, Username: 'ann', MessageAction: 'SUPPRESS', TemporaryPassword: PASSWORD,
    UserAttributes: phone ? [{ Name: 'phone_number', Value: phone }] : [],
  });
  if (!temporary) await operate('AdminSetUserPassword', { UserPoolId, Username: 'ann', Password: PASSWORD, Permanent: true });
  const userPool = new CognitoUserPool({ UserPoolId, ClientId, endpoint: pool.url, Storage: new Storage() });
  const user = () => new CognitoUser({ Username: 'ann', Pool: userPool, Storage: userPool.storage });
  return { UserPoolId, user };
}

/** Resolves with the name and the arguments of the first callback that the client calls. */
const nextCallback = (call) => new Promise((resolve, reject) => {
  const resolveWith = (name) => (...given) => resolve([name, ...given]);
  call({
    onSuccess: resolveWith('onSuccess'), onFailure: reject, mfaRequired: resolveWith('mfaRequired'),
    totpRequired: resolveWith('totpRequired'),
    selectMFAType: resolveWith('selectMFAType'), mfaSetup: resolveWith('mfaSetup'), customChallenge: resolveWith('customChallenge'),
    newPasswordRequired: resolveWith('newPasswordRequired'), associateSecretCode: resolveWith('associateSecretCode'),
  });
});
const details = () => new AuthenticationDetails({ Username: 'ann', Password: PASSWORD });
const signIn = (user) => nextCallback((callbacks) => user.authenticateUser(details(), callbacks));
/** Calls a function that takes a Node-style callback, and returns a promise. */
const fromNodeCallback = (call) => new Promise((resolve, reject) => {
  call((error, result) => (error ? reject(error) : resolve(result)));
});
const errorOf = async (promise) => {
  const error = await promise.then(() => assert.fail('the request succeeded'), (failure) => failure);
  return { code: error.code, message: error.message };
};

test('an app is set up at one sign-in and used at the following', async () => {
  const { user } = await poolWithUser({ mfa: { MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } } });
  const first = user();
  assert.deepEqual(await signIn(first), [
    'mfaSetup', 'MFA_SETUP', { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]', USER_ID_FOR_SRP: 'ann' },
  ]);
  const [, secret] = await nextCallback((callbacks) => first.associateSoftwareToken(callbacks));
  assert.match(secret, /^[A-Z2-7]{52}$/);
  assert.deepEqual(await errorOf(nextCallback((callbacks) => first.verifySoftwareToken(totpCode(secret, 9), 'My phone', callbacks))), {
    code: 'EnableSoftwareTokenMFAException', message: 'Code mismatch and fail enable Software Token MFA',
  });
  const [outcome, session] = await nextCallback((callbacks) => first.verifySoftwareToken(totpCode(secret), 'My phone', callbacks));
  assert.deepEqual([outcome, session.isValid()], ['onSuccess', true]);
  const { PreferredMfaSetting, UserMFASettingList } = await fromNodeCallback((done) => first.getUserData(done, { bypassCache: true }));
  assert.deepEqual([PreferredMfaSetting, UserMFASettingList], ['SOFTWARE_TOKEN_MFA', ['SOFTWARE_TOKEN_MFA']]);

  const second = user();
  assert.deepEqual(await signIn(second), [
    'totpRequired', 'SOFTWARE_TOKEN_MFA', { FRIENDLY_DEVICE_NAME: 'My phone', USER_ID_FOR_SRP: 'ann' },
  ]);
  const send = (code) => nextCallback((callbacks) => second.sendMFACode(code, callbacks, 'SOFTWARE_TOKEN_MFA'));
  assert.deepEqual(await errorOf(send(totpCode(secret, 9))), { code: 'CodeMismatchException', message: 'Invalid code received for user' });
  assert.deepEqual(await errorOf(send(totpCode(secret, -1))), {
    code: 'ExpiredCodeException', message: 'Your software token has already been used once.',
  });
  const [secondOutcome, secondSession] = await send(totpCode(secret, 1));
  assert.deepEqual([secondOutcome, secondSession.isValid()], ['onSuccess', true]);
});

test('a new password precedes the SMS code, which can be retried', async () => {
  const phone = '+14325550001';
  const { user } = await poolWithUser({ mfa: { MfaConfiguration: 'ON', SmsMfaConfiguration: SMS }, phone, temporary: true });
  const ann = user();
  const [firstCallback] = await signIn(ann);
  assert.equal(firstCallback, 'newPasswordRequired');
  assert.deepEqual(await nextCallback((callbacks) => ann.completeNewPasswordChallenge('N3wPassw0rd!', {}, callbacks)), [
    'mfaRequired', 'SMS_MFA',
    { CODE_DELIVERY_DELIVERY_MEDIUM: 'SMS', CODE_DELIVERY_DESTINATION: '+********0001', USER_ID_FOR_SRP: 'ann' },
  ]);
  const code = await newestCode(phone);
  const wrong = code === '000000' ? '000001' : '000000';
  assert.deepEqual(await errorOf(nextCallback((callbacks) => ann.sendMFACode(wrong, callbacks))), {
    code: 'CodeMismatchException', message: 'Invalid code or auth state for the user.',
  });
  const [done] = await nextCallback((callbacks) => ann.sendMFACode(code, callbacks));
  assert.equal(done, 'onSuccess');
});

test('second factors are switched on and off, and can be selected', async () => {
  const phone = '+14325550002';
  const { user } = await poolWithUser({
    mfa: { MfaConfiguration: 'OPTIONAL', SmsMfaConfiguration: SMS, SoftwareTokenMfaConfiguration: { Enabled: true } }, phone,
  });
  const first = user();
  await signIn(first);
  assert.equal(await fromNodeCallback((done) => first.getMFAOptions(done)), undefined);
  assert.equal(await fromNodeCallback((done) => first.enableMFA(done)), 'SUCCESS');
  assert.deepEqual(await fromNodeCallback((done) => first.getMFAOptions(done)), [{ DeliveryMedium: 'SMS', AttributeName: 'phone_number' }]);
  assert.equal(await fromNodeCallback((done) => first.disableMFA(done)), 'SUCCESS');

  const [, secret] = await nextCallback((callbacks) => first.associateSoftwareToken(callbacks));
  const [, verified] = await nextCallback((callbacks) => first.verifySoftwareToken(totpCode(secret), 'My phone', callbacks));
  assert.equal(verified.Status, 'SUCCESS');
  const on = { Enabled: true, PreferredMfa: false };
  assert.equal(await fromNodeCallback((done) => first.setUserMfaPreference(on, on, done)), 'SUCCESS');

  const second = user();
  assert.deepEqual(await signIn(second), [
    'selectMFAType', 'SELECT_MFA_TYPE', { MFAS_CAN_CHOOSE: '["SMS_MFA","SOFTWARE_TOKEN_MFA"]', USER_ID_FOR_SRP: 'ann' },
  ]);
  const [chosen] = await nextCallback((callbacks) => second.sendMFASelectionAnswer('SMS_MFA', callbacks));
  assert.equal(chosen, 'mfaRequired');
  const [done] = await nextCallback(async (callbacks) => second.sendMFACode(await newestCode(phone), callbacks));
  assert.equal(done, 'onSuccess');

  const third = user();
  await signIn(third);
  const [appChosen] = await nextCallback((callbacks) => third.sendMFASelectionAnswer('SOFTWARE_TOKEN_MFA', callbacks));
  assert.equal(appChosen, 'totpRequired');
  const [byApp] = await nextCallback((callbacks) => third.sendMFACode(totpCode(secret, 1), callbacks, 'SOFTWARE_TOKEN_MFA'));
  assert.equal(byApp, 'onSuccess');
});

test('custom challenges work with a password and without one', async () => {
  const { user } = await poolWithUser({
    triggers: {
      DefineAuthChallenge: `${FUNCTION}define-challenge:2`,
      CreateAuthChallenge: `${FUNCTION}create-challenge:question=password`,
      VerifyAuthChallengeResponse: `${FUNCTION}verify-challenge:open-sesame`,
    },
  });
  const challenge = ['customChallenge', { USERNAME: 'ann', question: 'password' }];
  const starts = [
    (ann) => nextCallback((callbacks) => ann.initiateAuth(details(), callbacks)),
    (ann) => {
      ann.setAuthenticationFlowType('CUSTOM_AUTH');
      return signIn(ann);
    },
  ];
  for (const start of starts) {
    const ann = user();
    const answer = (text) => nextCallback((callbacks) => ann.sendCustomChallengeAnswer(text, callbacks));
    assert.deepEqual(await start(ann), challenge);
    assert.deepEqual(await answer('open-barley'), challenge);
    const [done, session] = await answer('open-sesame');
    assert.deepEqual([done, session.isValid()], ['onSuccess', true]);
    assert.deepEqual(await start(ann), challenge);
    await answer('open-barley');
    assert.deepEqual(await errorOf(answer('open-rye')), {
      code: 'NotAuthorizedException', message: 'Incorrect username or password.',
    });
  }
});
