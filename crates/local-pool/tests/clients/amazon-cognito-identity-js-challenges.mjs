// Amazon's own JavaScript client against the local pool, unmodified: every challenge between a password and the tokens.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import cognito from 'amazon-cognito-identity-js';
import { newestCode, operate, pool } from './pool.mjs';
import { shown } from './totp.mjs';

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

/** A pool with these second factors and triggers, and ann in it. */
async function somebody({ mfa, triggers = {}, phone, temporary = false }) {
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

/** What the client comes to next: the name of the callback it calls, and what it is given there. */
const next = (call) => new Promise((resolve, reject) => {
  const told = (name) => (...given) => resolve([name, ...given]);
  call({
    onSuccess: told('onSuccess'), onFailure: reject, mfaRequired: told('mfaRequired'), totpRequired: told('totpRequired'),
    selectMFAType: told('selectMFAType'), mfaSetup: told('mfaSetup'), customChallenge: told('customChallenge'),
    newPasswordRequired: told('newPasswordRequired'), associateSecretCode: told('associateSecretCode'),
  });
});
const details = () => new AuthenticationDetails({ Username: 'ann', Password: PASSWORD });
const signIn = (user) => next((callbacks) => user.authenticateUser(details(), callbacks));
const asked = (call) => new Promise((resolve, reject) => {
  call((error, result) => (error ? reject(error) : resolve(result)));
});
const refusal = async (promise) => {
  const error = await promise.then(() => assert.fail('it was not refused'), (refused) => refused);
  return { code: error.code, message: error.message };
};

test('an app is set up on the way in and asked for the next time', async () => {
  const { user } = await somebody({ mfa: { MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } } });
  const first = user();
  assert.deepEqual(await signIn(first), [
    'mfaSetup', 'MFA_SETUP', { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]', USER_ID_FOR_SRP: 'ann' },
  ]);
  const [, secret] = await next((callbacks) => first.associateSoftwareToken(callbacks));
  assert.match(secret, /^[A-Z2-7]{52}$/);
  assert.deepEqual(await refusal(next((callbacks) => first.verifySoftwareToken(shown(secret, 9), 'My phone', callbacks))), {
    code: 'EnableSoftwareTokenMFAException', message: 'Code mismatch and fail enable Software Token MFA',
  });
  const [done, session] = await next((callbacks) => first.verifySoftwareToken(shown(secret), 'My phone', callbacks));
  assert.deepEqual([done, session.isValid()], ['onSuccess', true]);
  const { PreferredMfaSetting, UserMFASettingList } = await asked((tell) => first.getUserData(tell, { bypassCache: true }));
  assert.deepEqual([PreferredMfaSetting, UserMFASettingList], ['SOFTWARE_TOKEN_MFA', ['SOFTWARE_TOKEN_MFA']]);

  const second = user();
  assert.deepEqual(await signIn(second), [
    'totpRequired', 'SOFTWARE_TOKEN_MFA', { FRIENDLY_DEVICE_NAME: 'My phone', USER_ID_FOR_SRP: 'ann' },
  ]);
  const send = (code) => next((callbacks) => second.sendMFACode(code, callbacks, 'SOFTWARE_TOKEN_MFA'));
  assert.deepEqual(await refusal(send(shown(secret, 9))), { code: 'CodeMismatchException', message: 'Invalid code received for user' });
  assert.deepEqual(await refusal(send(shown(secret, -1))), {
    code: 'ExpiredCodeException', message: 'Your software token has already been used once.',
  });
  const [again, renewed] = await send(shown(secret, 1));
  assert.deepEqual([again, renewed.isValid()], ['onSuccess', true]);
});

test('a new password is chosen before the text message, and a wrong code may be typed again', async () => {
  const phone = '+14325550001';
  const { user } = await somebody({ mfa: { MfaConfiguration: 'ON', SmsMfaConfiguration: SMS }, phone, temporary: true });
  const ann = user();
  const [asksFirst] = await signIn(ann);
  assert.equal(asksFirst, 'newPasswordRequired');
  assert.deepEqual(await next((callbacks) => ann.completeNewPasswordChallenge('N3wPassw0rd!', {}, callbacks)), [
    'mfaRequired', 'SMS_MFA',
    { CODE_DELIVERY_DELIVERY_MEDIUM: 'SMS', CODE_DELIVERY_DESTINATION: '+********0001', USER_ID_FOR_SRP: 'ann' },
  ]);
  const code = await newestCode(phone);
  const wrong = code === '000000' ? '000001' : '000000';
  assert.deepEqual(await refusal(next((callbacks) => ann.sendMFACode(wrong, callbacks))), {
    code: 'CodeMismatchException', message: 'Invalid code or auth state for the user.',
  });
  const [done] = await next((callbacks) => ann.sendMFACode(code, callbacks));
  assert.equal(done, 'onSuccess');
});

test('second factors are switched on and off, and chosen where none is preferred', async () => {
  const phone = '+14325550002';
  const { user } = await somebody({
    mfa: { MfaConfiguration: 'OPTIONAL', SmsMfaConfiguration: SMS, SoftwareTokenMfaConfiguration: { Enabled: true } }, phone,
  });
  const first = user();
  await signIn(first);
  assert.equal(await asked((tell) => first.getMFAOptions(tell)), undefined);
  assert.equal(await asked((tell) => first.enableMFA(tell)), 'SUCCESS');
  assert.deepEqual(await asked((tell) => first.getMFAOptions(tell)), [{ DeliveryMedium: 'SMS', AttributeName: 'phone_number' }]);
  assert.equal(await asked((tell) => first.disableMFA(tell)), 'SUCCESS');

  const [, secret] = await next((callbacks) => first.associateSoftwareToken(callbacks));
  const [, verified] = await next((callbacks) => first.verifySoftwareToken(shown(secret), 'My phone', callbacks));
  assert.equal(verified.Status, 'SUCCESS');
  const on = { Enabled: true, PreferredMfa: false };
  assert.equal(await asked((tell) => first.setUserMfaPreference(on, on, tell)), 'SUCCESS');

  const second = user();
  assert.deepEqual(await signIn(second), [
    'selectMFAType', 'SELECT_MFA_TYPE', { MFAS_CAN_CHOOSE: '["SMS_MFA","SOFTWARE_TOKEN_MFA"]', USER_ID_FOR_SRP: 'ann' },
  ]);
  const [chosen] = await next((callbacks) => second.sendMFASelectionAnswer('SMS_MFA', callbacks));
  assert.equal(chosen, 'mfaRequired');
  const [done] = await next(async (callbacks) => second.sendMFACode(await newestCode(phone), callbacks));
  assert.equal(done, 'onSuccess');

  const third = user();
  await signIn(third);
  const [other] = await next((callbacks) => third.sendMFASelectionAnswer('SOFTWARE_TOKEN_MFA', callbacks));
  assert.equal(other, 'totpRequired');
  const [through] = await next((callbacks) => third.sendMFACode(shown(secret, 1), callbacks, 'SOFTWARE_TOKEN_MFA'));
  assert.equal(through, 'onSuccess');
});

test("the pool's own challenge is answered, behind the password and without one", async () => {
  const { user } = await somebody({
    triggers: {
      DefineAuthChallenge: `${FUNCTION}define-challenge:2`,
      CreateAuthChallenge: `${FUNCTION}create-challenge:question=password`,
      VerifyAuthChallengeResponse: `${FUNCTION}verify-challenge:open-sesame`,
    },
  });
  const challenge = ['customChallenge', { USERNAME: 'ann', question: 'password' }];
  const begins = [
    (ann) => next((callbacks) => ann.initiateAuth(details(), callbacks)),
    (ann) => {
      ann.setAuthenticationFlowType('CUSTOM_AUTH');
      return signIn(ann);
    },
  ];
  for (const begin of begins) {
    const ann = user();
    const answer = (text) => next((callbacks) => ann.sendCustomChallengeAnswer(text, callbacks));
    assert.deepEqual(await begin(ann), challenge);
    assert.deepEqual(await answer('open-barley'), challenge);
    const [done, session] = await answer('open-sesame');
    assert.deepEqual([done, session.isValid()], ['onSuccess', true]);
    assert.deepEqual(await begin(ann), challenge);
    await answer('open-barley');
    assert.deepEqual(await refusal(answer('open-rye')), {
      code: 'NotAuthorizedException', message: 'Incorrect username or password.',
    });
  }
});
