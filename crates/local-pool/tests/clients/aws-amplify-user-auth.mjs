// Amplify, unmodified, against the local pool: choice-based sign-in (USER_AUTH), passkeys, sign-up without a password,
// and remembered devices.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Credentials, install } from './authenticator.mjs';
import { newestCode, operate, pool } from './pool.mjs';

const PASSWORD = 'Passw0rd!';

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
install(window, new Credentials('http://localhost:8000'));

// Amplify waits three minutes for a confirmation in another window. That timer must not keep this process alive.
const originalSetTimeout = globalThis.setTimeout;
globalThis.setTimeout = (call, delay, ...rest) => {
  const timer = originalSetTimeout(call, delay, ...rest);
  return delay > 60_000 ? timer.unref() : timer;
};

const { Amplify } = await import('@aws-amplify/core');
const auth = await import('@aws-amplify/auth');
const { cognitoUserPoolsTokenProvider: tokenProvider } = await import('@aws-amplify/auth/cognito');

/** Creates a pool with these settings, and configures Amplify for it. */
async function usePool(settings, mfa) {
  const { UserPool } = await operate('CreateUserPool', {
    PoolName: 'choice', UsernameAttributes: ['email', 'phone_number'], UsernameConfiguration: { CaseSensitive: false },
    AutoVerifiedAttributes: ['email'], ...settings,
  });
  if (mfa) await operate('SetUserPoolMfaConfig', { UserPoolId: UserPool.Id, ...mfa });
  const { UserPoolClient } = await operate('CreateUserPoolClient', {
    UserPoolId: UserPool.Id, ClientName: 'app',
    ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    PreventUserExistenceErrors: 'ENABLED',
  });
  const Auth = {
    Cognito: { userPoolId: UserPool.Id, userPoolClientId: UserPoolClient.ClientId, userPoolEndpoint: pool.url },
  };
  window.localStorage.clear();
  tokenProvider.setAuthConfig(Auth);
  Amplify.configure({ Auth }, { Auth: { tokenProvider } });
  return UserPool.Id;
}

const EVERYTHING = { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'] } } };
const PASSKEYS = { WebAuthnConfiguration: { RelyingPartyId: 'localhost', UserVerification: 'required' } };
const DONE = { isSignedIn: true, nextStep: { signInStep: 'DONE' } };

/** Creates a confirmed user with an email address or a phone number, and a password. */
async function createUser(userPoolId, name, password) {
  const kind = name.includes('@') ? 'email' : 'phone_number';
  await operate('AdminCreateUser', {
    UserPoolId: userPoolId, Username: name, MessageAction: 'SUPPRESS',
    UserAttributes: [{ Name: kind, Value: name }, { Name: `${kind}_verified`, Value: 'true' }],
  });
  await operate('AdminSetUserPassword', { UserPoolId: userPoolId, Username: name, Password: password, Permanent: true });
}

const start = (username, more = {}) => auth.signIn({
  username, password: more.password, options: { authFlowType: 'USER_AUTH', preferredChallenge: more.preferred },
});
const confirm = (challengeResponse) => auth.confirmSignIn({ challengeResponse });

test('confirming a sign-up without a password signs the user in', async () => {
  await usePool(EVERYTHING, PASSKEYS);
  const username = 'ann@example.com';
  const signedUp = await auth.signUp({ username, options: { userAttributes: { email: username }, autoSignIn: { authFlowType: 'USER_AUTH' } } });
  assert.equal(signedUp.nextStep.signUpStep, 'CONFIRM_SIGN_UP');
  const confirmed = await auth.confirmSignUp({ username, confirmationCode: await newestCode(username) });
  assert.equal(confirmed.nextStep.signUpStep, 'COMPLETE_AUTO_SIGN_IN');
  assert.deepEqual(await auth.autoSignIn(), DONE);
  assert.equal((await auth.getCurrentUser()).userId, signedUp.userId);
  await auth.signOut();

  // With one factor there is noop to choose.
  const { nextStep } = await start(username);
  assert.equal(nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
  assert.deepEqual(await confirm(await newestCode(username)), DONE);
  await auth.signOut();
});

test('each preferred challenge signs in', async () => {
  const userPoolId = await usePool(EVERYTHING, PASSKEYS);
  const [bob, phone] = ['bob@example.com', '+14325554114'];
  await createUser(userPoolId, bob, PASSWORD);
  await createUser(userPoolId, phone, PASSWORD);
  for (const preferred of ['PASSWORD', 'PASSWORD_SRP']) {
    assert.deepEqual(await start(bob, { preferred, password: PASSWORD }), DONE);
    await auth.signOut();
    await assert.rejects(start(bob, { preferred, password: 'Passw0rd?' }), { name: 'NotAuthorizedException' });
  }
  for (const [name, preferred, step] of [
    [bob, 'EMAIL_OTP', 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE'], [phone, 'SMS_OTP', 'CONFIRM_SIGN_IN_WITH_SMS_CODE'],
  ]) {
    const { nextStep } = await start(name, { preferred });
    assert.equal(nextStep.signInStep, step);
    const code = await newestCode(name);
    await assert.rejects(confirm(code === '000000' ? '000001' : '000000'), { name: 'CodeMismatchException' });
    assert.deepEqual(await confirm(code), DONE);
    await auth.signOut();
  }
});

test('a user chooses among the available first factors', async () => {
  const userPoolId = await usePool(EVERYTHING, PASSKEYS);
  const cat = 'cat@example.com';
  await createUser(userPoolId, cat, PASSWORD);
  for (const [choice, step, response] of [
    ['PASSWORD', 'CONFIRM_SIGN_IN_WITH_PASSWORD', async () => PASSWORD],
    ['PASSWORD_SRP', 'CONFIRM_SIGN_IN_WITH_PASSWORD', async () => PASSWORD],
    ['EMAIL_OTP', 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE', () => newestCode(cat)],
  ]) {
    const { nextStep } = await start(cat);
    assert.deepEqual(nextStep, {
      signInStep: 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION', availableChallenges: ['PASSWORD_SRP', 'PASSWORD', 'EMAIL_OTP'],
    });
    assert.equal((await confirm(choice)).nextStep.signInStep, step);
    assert.deepEqual(await confirm(await response()), DONE);
    await auth.signOut();
  }
});

test('a passkey is registered, listed, signed in with, and deleted', async () => {
  for (const algorithm of [-7, -257]) {
    install(window, new Credentials('http://localhost:8000', algorithm));
    const userPoolId = await usePool(EVERYTHING, PASSKEYS);
    const dan = 'dan@example.com';
    await createUser(userPoolId, dan, PASSWORD);
    await start(dan, { preferred: 'PASSWORD', password: PASSWORD });
    await auth.associateWebAuthnCredential();
    const { credentials } = await auth.listWebAuthnCredentials();
    assert.deepEqual(
      credentials.map(({ credentialId, createdAt, ...rest }) => rest),
      [{ friendlyCredentialName: 'Passkey', relyingPartyId: 'localhost', authenticatorAttachment: 'platform', authenticatorTransports: ['internal'] }],
    );
    await auth.signOut();

    assert.deepEqual(await start(dan, { preferred: 'WEB_AUTHN' }), DONE);
    await auth.signOut();
    const { nextStep } = await start(dan);
    assert.deepEqual(nextStep.availableChallenges, ['PASSWORD_SRP', 'PASSWORD', 'EMAIL_OTP', 'WEB_AUTHN']);
    assert.deepEqual(await confirm('WEB_AUTHN'), DONE);
    await auth.deleteWebAuthnCredential({ credentialId: credentials[0].credentialId });
    assert.deepEqual((await auth.listWebAuthnCredentials()).credentials, []);
    await auth.signOut();
    // Without a passkey, the user has to choose again.
    assert.equal(
      (await start(dan, { preferred: 'WEB_AUTHN' })).nextStep.signInStep, 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION',
    );
  }
});

test('a passkey of another origin is refused', async () => {
  const userPoolId = await usePool(EVERYTHING, PASSKEYS);
  const eva = 'eva@example.com';
  await createUser(userPoolId, eva, PASSWORD);
  await start(eva, { preferred: 'PASSWORD', password: PASSWORD });
  install(window, new Credentials('https://evil.example'));
  await assert.rejects(auth.associateWebAuthnCredential(), { name: 'WebAuthnOriginNotAllowedException' });
  await auth.signOut();
});

test('a second factor is needed unless the device is remembered', async () => {
  const sms = { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::000000000000:role/sms' } };
  const userPoolId = await usePool(
    { DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true } },
    { MfaConfiguration: 'ON', SmsMfaConfiguration: sms },
  );
  const fay = '+14325554115';
  await createUser(userPoolId, fay, PASSWORD);
  const bySrp = () => auth.signIn({ username: fay, password: PASSWORD });
  const byCode = async () => {
    assert.equal((await bySrp()).nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_SMS_CODE');
    assert.deepEqual(await confirm(await newestCode(fay)), DONE);
  };
  await byCode();
  await auth.rememberDevice();
  const [device] = await auth.fetchDevices();
  await auth.fetchAuthSession({ forceRefresh: true });
  await auth.signOut();
  assert.deepEqual(await bySrp(), DONE);
  assert.deepEqual((await auth.fetchDevices()).map(({ id }) => id), [device.id]);

  // After an operator has forgotten the device, Amplify drops its record and signs in without it.
  await auth.signOut();
  await operate('AdminForgetDevice', { UserPoolId: userPoolId, Username: fay, DeviceKey: device.id });
  await byCode();
  const [another] = await auth.fetchDevices();
  assert.notEqual(another.id, device.id);
  await auth.forgetDevice({ device: another });
  assert.deepEqual(await auth.fetchDevices(), []);
});
