// Amplify, unmodified, against the local pool: setting up, choosing and using second factors, and custom challenges.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newestCode, operate, pool } from './pool.mjs';
import { totpCode } from './totp.mjs';

const PASSWORD = 'Passw0rd!';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:local-pool-';
const DONE = { isSignedIn: true, nextStep: { signInStep: 'DONE' } };

class Storage {
  #items = new Map();
  get length() { return this.#items.size; }
  key(index) { return [...this.#items.keys()][index] ?? null; }
  setItem(key, value) { this.#items.set(key, String(value)); }
  getItem(key) { return this.#items.get(key) ?? null; }
  removeItem(key) { this.#items.delete(key); }
  clear() { this.#items.clear(); }
}
const noop = () => {};
globalThis.document = {
  addEventListener: noop, removeEventListener: noop, querySelector: () => null, querySelectorAll: () => [], getElementById: () => null,
  hidden: false, visibilityState: 'visible',
};
globalThis.window = {
  document, crypto, localStorage: new Storage(), sessionStorage: new Storage(), history: { replaceState: noop },
  addEventListener: noop, removeEventListener: noop,
  location: { href: 'http://localhost:8000/', origin: 'http://localhost:8000', pathname: '/', hostname: 'localhost' },
};
const { Amplify } = await import('@aws-amplify/core');
const auth = await import('@aws-amplify/auth');
const { cognitoUserPoolsTokenProvider: tokenProvider } = await import('@aws-amplify/auth/cognito');

/** Creates a pool with these second factors and triggers, and the user "ann" in it. Amplify is configured for it. */
async function usePoolWithUser({ mfa, triggers = {}, attributes = [] }) {
  const { UserPool: { Id: UserPoolId } } = await operate('CreateUserPool', { PoolName: 'mfa', LambdaConfig: triggers });
  if (mfa) await operate('SetUserPoolMfaConfig', { UserPoolId, ...mfa });
  const { UserPoolClient: { ClientId } } = await operate('CreateUserPoolClient', {
    UserPoolId, ClientName: 'app', ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  });
  await operate('AdminCreateUser', { UserPoolId, Username: 'ann', MessageAction: 'SUPPRESS', UserAttributes: attributes });
  await operate('AdminSetUserPassword', { UserPoolId, Username: 'ann', Password: PASSWORD, Permanent: true });
  const Auth = { Cognito: { userPoolId: UserPoolId, userPoolClientId: ClientId, userPoolEndpoint: pool.url } };
  window.localStorage.clear();
  window.sessionStorage.clear();
  tokenProvider.setAuthConfig(Auth);
  Amplify.configure({ Auth }, { Auth: { tokenProvider } });
  return UserPoolId;
}

const signIn = (options) => auth.signIn({ username: 'ann', password: PASSWORD, options });
const confirm = (challengeResponse) => auth.confirmSignIn({ challengeResponse });
const errorOf = async (promise) => {
  const error = await promise.then(() => assert.fail('the request succeeded'), (failure) => failure);
  return { name: error.name, message: error.message };
};

test('email is set up as second factor at sign-in, then used', async () => {
  const address = 'ann@mfa.example';
  await usePoolWithUser({ mfa: { MfaConfiguration: 'ON', EmailMfaConfiguration: {}, SoftwareTokenMfaConfiguration: { Enabled: true } } });
  const { nextStep: choose } = await signIn();
  assert.equal(choose.signInStep, 'CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION');
  assert.deepEqual([...choose.allowedMFATypes].sort(), ['EMAIL', 'TOTP']);
  const { nextStep: setUp } = await confirm('EMAIL');
  assert.equal(setUp.signInStep, 'CONTINUE_SIGN_IN_WITH_EMAIL_SETUP');
  const { nextStep: sent } = await confirm(address);
  assert.deepEqual(sent, {
    signInStep: 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE', codeDeliveryDetails: { deliveryMedium: 'EMAIL', destination: 'a***@m***' },
  });
  const code = await newestCode(address);
  assert.deepEqual(await errorOf(confirm(code === '000000' ? '000001' : '000000')), {
    name: 'CodeMismatchException', message: 'Invalid code or auth state for the user.',
  });
  assert.deepEqual(await confirm(code), DONE);
  assert.deepEqual(await auth.fetchMFAPreference(), { enabled: ['EMAIL'], preferred: 'EMAIL' });
  assert.equal((await auth.fetchUserAttributes()).email_verified, 'true');
  await auth.signOut();

  const { nextStep: asked } = await signIn();
  assert.equal(asked.signInStep, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
  assert.deepEqual(await confirm(await newestCode(address)), DONE);
  await auth.signOut();
});

test('a signed-in user sets up an app and chooses among factors', async () => {
  const address = 'bea@mfa.example';
  await usePoolWithUser({
    mfa: { MfaConfiguration: 'OPTIONAL', EmailMfaConfiguration: {}, SoftwareTokenMfaConfiguration: { Enabled: true } },
    attributes: [{ Name: 'email', Value: address }, { Name: 'email_verified', Value: 'true' }],
  });
  assert.deepEqual(await signIn(), DONE);
  const { sharedSecret } = await auth.setUpTOTP();
  await auth.verifyTOTPSetup({ code: totpCode(sharedSecret) });
  await auth.updateMFAPreference({ totp: 'PREFERRED', email: 'ENABLED' });
  assert.deepEqual(await auth.fetchMFAPreference(), { enabled: ['TOTP', 'EMAIL'], preferred: 'TOTP' });
  await auth.signOut();

  const { nextStep: asked } = await signIn();
  assert.equal(asked.signInStep, 'CONFIRM_SIGN_IN_WITH_TOTP_CODE');
  assert.deepEqual(await confirm(totpCode(sharedSecret, 1)), DONE);
  await auth.updateMFAPreference({ totp: 'NOT_PREFERRED' });
  await auth.signOut();

  const { nextStep: choose } = await signIn();
  assert.equal(choose.signInStep, 'CONTINUE_SIGN_IN_WITH_MFA_SELECTION');
  assert.deepEqual([...choose.allowedMFATypes].sort(), ['EMAIL', 'TOTP']);
  const { nextStep: sent } = await confirm('EMAIL');
  assert.equal(sent.signInStep, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
  assert.deepEqual(await confirm(await newestCode(address)), DONE);
  await auth.signOut();
});

test('an authenticator app is set up at sign-in', async () => {
  await usePoolWithUser({ mfa: { MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } } });
  const { nextStep } = await signIn();
  assert.equal(nextStep.signInStep, 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP');
  assert.deepEqual(await confirm(totpCode(nextStep.totpSetupDetails.sharedSecret)), DONE);
  assert.deepEqual(await auth.fetchMFAPreference(), { enabled: ['TOTP'], preferred: 'TOTP' });
  await auth.signOut();
});

test('custom challenges work with a password and without one', async () => {
  await usePoolWithUser({
    triggers: {
      DefineAuthChallenge: `${FUNCTION}define-challenge`,
      CreateAuthChallenge: `${FUNCTION}create-challenge:question=password`,
      VerifyAuthChallengeResponse: `${FUNCTION}verify-challenge:open-sesame`,
    },
  });
  for (const authFlowType of ['CUSTOM_WITH_SRP', 'CUSTOM_WITHOUT_SRP']) {
    const { nextStep } = authFlowType === 'CUSTOM_WITH_SRP'
      ? await signIn({ authFlowType }) : await auth.signIn({ username: 'ann', options: { authFlowType } });
    assert.equal(nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE');
    assert.equal(nextStep.additionalInfo.question, 'password');
    const wrong = await confirm('open-barley');
    assert.equal(wrong.nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE');
    assert.deepEqual(await confirm('open-sesame'), DONE);
    await auth.signOut();
  }
});
