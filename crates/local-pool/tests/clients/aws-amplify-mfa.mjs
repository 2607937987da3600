// Amazon's Amplify against the local pool, unmodified: second factors set up, chosen and typed, and custom challenges.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newestCode, operate, pool } from './pool.mjs';
import { shown } from './totp.mjs';

const PASSWORD = 'Passw0rd!';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:local-pool-';
const DONE = { isSignedIn: true, nextStep: { signInStep: 'DONE' } };

class Storage {
  #items = new Map();
  get length() { return this.#items.size; }
  key(place) { return [...this.#items.keys()][place] ?? null; }
  setItem(key, value) { this.#items.set(key, String(value)); }
  getItem(key) { return this.#items.get(key) ?? null; }
  removeItem(key) { this.#items.delete(key); }
  clear() { this.#items.clear(); }
}
const nothing = () => {};
globalThis.document = {
  addEventListener: nothing, removeEventListener: nothing, querySelector: () => null, querySelectorAll: () => [], getElementById: () => null,
  hidden: false, visibilityState: 'visible',
};
globalThis.window = {
  document, crypto, localStorage: new Storage(), sessionStorage: new Storage(), history: { replaceState: nothing },
  addEventListener: nothing, removeEventListener: nothing,
  location: { href: 'http://localhost:8000/', origin: 'http://localhost:8000', pathname: '/', hostname: 'localhost' },
};
const { Amplify } = await import('@aws-amplify/core');
const auth = await import('@aws-amplify/auth');
const { cognitoUserPoolsTokenProvider: tokenProvider } = await import('@aws-amplify/auth/cognito');

/** A pool with these second factors and triggers, to which the library is then set, and ann in it. */
async function somebody({ mfa, triggers = {}, attributes = [] }) {
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
const refusal = async (promise) => {
  const error = await promise.then(() => assert.fail('it was not refused'), (refused) => refused);
  return { name: error.name, message: error.message };
};

test('an e-mail address is set up as the second factor on the way in, and asked for the next time', async () => {
  const address = 'ann@mfa.example';
  await somebody({ mfa: { MfaConfiguration: 'ON', EmailMfaConfiguration: {}, SoftwareTokenMfaConfiguration: { Enabled: true } } });
  const { nextStep: choose } = await signIn();
  assert.equal(choose.signInStep, 'CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION');
  assert.deepEqual([...choose.allowedMFATypes].sort(), ['EMAIL', 'TOTP']);
  const { nextStep: ask } = await confirm('EMAIL');
  assert.equal(ask.signInStep, 'CONTINUE_SIGN_IN_WITH_EMAIL_SETUP');
  const { nextStep: sent } = await confirm(address);
  assert.deepEqual(sent, {
    signInStep: 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE', codeDeliveryDetails: { deliveryMedium: 'EMAIL', destination: 'a***@m***' },
  });
  const code = await newestCode(address);
  assert.deepEqual(await refusal(confirm(code === '000000' ? '000001' : '000000')), {
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

test('an app is set up by somebody who is signed in, preferred, and chosen among several', async () => {
  const address = 'bea@mfa.example';
  await somebody({
    mfa: { MfaConfiguration: 'OPTIONAL', EmailMfaConfiguration: {}, SoftwareTokenMfaConfiguration: { Enabled: true } },
    attributes: [{ Name: 'email', Value: address }, { Name: 'email_verified', Value: 'true' }],
  });
  assert.deepEqual(await signIn(), DONE);
  const { sharedSecret } = await auth.setUpTOTP();
  await auth.verifyTOTPSetup({ code: shown(sharedSecret) });
  await auth.updateMFAPreference({ totp: 'PREFERRED', email: 'ENABLED' });
  assert.deepEqual(await auth.fetchMFAPreference(), { enabled: ['TOTP', 'EMAIL'], preferred: 'TOTP' });
  await auth.signOut();

  const { nextStep: asked } = await signIn();
  assert.equal(asked.signInStep, 'CONFIRM_SIGN_IN_WITH_TOTP_CODE');
  assert.deepEqual(await confirm(shown(sharedSecret, 1)), DONE);
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

test('an app is set up on the way in', async () => {
  await somebody({ mfa: { MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: true } } });
  const { nextStep } = await signIn();
  assert.equal(nextStep.signInStep, 'CONTINUE_SIGN_IN_WITH_TOTP_SETUP');
  assert.deepEqual(await confirm(shown(nextStep.totpSetupDetails.sharedSecret)), DONE);
  assert.deepEqual(await auth.fetchMFAPreference(), { enabled: ['TOTP'], preferred: 'TOTP' });
  await auth.signOut();
});

test("the pool's own challenge is answered, behind the password and without one", async () => {
  await somebody({
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
    const again = await confirm('open-barley');
    assert.equal(again.nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE');
    assert.deepEqual(await confirm('open-sesame'), DONE);
    await auth.signOut();
  }
});
