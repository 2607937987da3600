// Amazon's Amplify against the local pool, unmodified: sign-in by choice (USER_AUTH), passkeys, sign-up without a
// password, and remembered devices.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Credentials, install } from './authenticator.mjs';
import { newestCode, operate, pool } from './pool.mjs';

const PASSWORD = 'Passw0rd!';

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
install(window, new Credentials('http://localhost:8000'));

// For three minutes the library waits for somebody to be confirmed elsewhere; that need not keep this program alive.
const later = globalThis.setTimeout;
globalThis.setTimeout = (call, delay, ...rest) => {
  const timer = later(call, delay, ...rest);
  return delay > 60_000 ? timer.unref() : timer;
};

const { Amplify } = await import('@aws-amplify/core');
const auth = await import('@aws-amplify/auth');
const { cognitoUserPoolsTokenProvider: tokenProvider } = await import('@aws-amplify/auth/cognito');

/** A pool with these settings, which the library is then set to. */
async function use(settings, mfa) {
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

/** Somebody with an address and perhaps a password, who has confirmed. */
async function person(userPoolId, name, password) {
  const kind = name.includes('@') ? 'email' : 'phone_number';
  await operate('AdminCreateUser', {
    UserPoolId: userPoolId, Username: name, MessageAction: 'SUPPRESS',
    UserAttributes: [{ Name: kind, Value: name }, { Name: `${kind}_verified`, Value: 'true' }],
  });
  await operate('AdminSetUserPassword', { UserPoolId: userPoolId, Username: name, Password: password, Permanent: true });
}

const begin = (username, more = {}) => auth.signIn({
  username, password: more.password, options: { authFlowType: 'USER_AUTH', preferredChallenge: more.preferred },
});
const goOn = (challengeResponse) => auth.confirmSignIn({ challengeResponse });

test('somebody without a password registers, confirms, and is signed in by that', async () => {
  await use(EVERYTHING, PASSKEYS);
  const username = 'ann@example.com';
  const signedUp = await auth.signUp({ username, options: { userAttributes: { email: username }, autoSignIn: { authFlowType: 'USER_AUTH' } } });
  assert.equal(signedUp.nextStep.signUpStep, 'CONFIRM_SIGN_UP');
  const confirmed = await auth.confirmSignUp({ username, confirmationCode: await newestCode(username) });
  assert.equal(confirmed.nextStep.signUpStep, 'COMPLETE_AUTO_SIGN_IN');
  assert.deepEqual(await auth.autoSignIn(), DONE);
  assert.equal((await auth.getCurrentUser()).userId, signedUp.userId);
  await auth.signOut();

  // The one factor that there is needs no choice.
  const { nextStep } = await begin(username);
  assert.equal(nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE');
  assert.deepEqual(await goOn(await newestCode(username)), DONE);
  await auth.signOut();
});

test('each preferred challenge signs in', async () => {
  const userPoolId = await use(EVERYTHING, PASSKEYS);
  const [bob, phone] = ['bob@example.com', '+14325554114'];
  await person(userPoolId, bob, PASSWORD);
  await person(userPoolId, phone, PASSWORD);
  for (const preferred of ['PASSWORD', 'PASSWORD_SRP']) {
    assert.deepEqual(await begin(bob, { preferred, password: PASSWORD }), DONE);
    await auth.signOut();
    await assert.rejects(begin(bob, { preferred, password: 'Passw0rd?' }), { name: 'NotAuthorizedException' });
  }
  for (const [name, preferred, step] of [
    [bob, 'EMAIL_OTP', 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE'], [phone, 'SMS_OTP', 'CONFIRM_SIGN_IN_WITH_SMS_CODE'],
  ]) {
    const { nextStep } = await begin(name, { preferred });
    assert.equal(nextStep.signInStep, step);
    const code = await newestCode(name);
    await assert.rejects(goOn(code === '000000' ? '000001' : '000000'), { name: 'CodeMismatchException' });
    assert.deepEqual(await goOn(code), DONE);
    await auth.signOut();
  }
});

test('a person chooses among what they have', async () => {
  const userPoolId = await use(EVERYTHING, PASSKEYS);
  const cat = 'cat@example.com';
  await person(userPoolId, cat, PASSWORD);
  for (const [choice, step, response] of [
    ['PASSWORD', 'CONFIRM_SIGN_IN_WITH_PASSWORD', async () => PASSWORD],
    ['PASSWORD_SRP', 'CONFIRM_SIGN_IN_WITH_PASSWORD', async () => PASSWORD],
    ['EMAIL_OTP', 'CONFIRM_SIGN_IN_WITH_EMAIL_CODE', () => newestCode(cat)],
  ]) {
    const { nextStep } = await begin(cat);
    assert.deepEqual(nextStep, {
      signInStep: 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION', availableChallenges: ['PASSWORD_SRP', 'PASSWORD', 'EMAIL_OTP'],
    });
    assert.equal((await goOn(choice)).nextStep.signInStep, step);
    assert.deepEqual(await goOn(await response()), DONE);
    await auth.signOut();
  }
});

test('a passkey is registered, listed, signed in with, and deleted', async () => {
  for (const algorithm of [-7, -257]) {
    install(window, new Credentials('http://localhost:8000', algorithm));
    const userPoolId = await use(EVERYTHING, PASSKEYS);
    const dan = 'dan@example.com';
    await person(userPoolId, dan, PASSWORD);
    await begin(dan, { preferred: 'PASSWORD', password: PASSWORD });
    await auth.associateWebAuthnCredential();
    const { credentials } = await auth.listWebAuthnCredentials();
    assert.deepEqual(
      credentials.map(({ credentialId, createdAt, ...rest }) => rest),
      [{ friendlyCredentialName: 'Passkey', relyingPartyId: 'localhost', authenticatorAttachment: 'platform', authenticatorTransports: ['internal'] }],
    );
    await auth.signOut();

    assert.deepEqual(await begin(dan, { preferred: 'WEB_AUTHN' }), DONE);
    await auth.signOut();
    const { nextStep } = await begin(dan);
    assert.deepEqual(nextStep.availableChallenges, ['PASSWORD_SRP', 'PASSWORD', 'EMAIL_OTP', 'WEB_AUTHN']);
    assert.deepEqual(await goOn('WEB_AUTHN'), DONE);
    await auth.deleteWebAuthnCredential({ credentialId: credentials[0].credentialId });
    assert.deepEqual((await auth.listWebAuthnCredentials()).credentials, []);
    await auth.signOut();
    // Without it the choice is asked for again.
    assert.equal(
      (await begin(dan, { preferred: 'WEB_AUTHN' })).nextStep.signInStep, 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION',
    );
  }
});

test('a passkey of another page is refused', async () => {
  const userPoolId = await use(EVERYTHING, PASSKEYS);
  const eva = 'eva@example.com';
  await person(userPoolId, eva, PASSWORD);
  await begin(eva, { preferred: 'PASSWORD', password: PASSWORD });
  install(window, new Credentials('https://evil.example'));
  await assert.rejects(auth.associateWebAuthnCredential(), { name: 'WebAuthnOriginNotAllowedException' });
  await auth.signOut();
});

test('a remembered device signs in without the second factor, and a forgotten one with it', async () => {
  const sms = { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::000000000000:role/sms' } };
  const userPoolId = await use(
    { DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true } },
    { MfaConfiguration: 'ON', SmsMfaConfiguration: sms },
  );
  const fay = '+14325554115';
  await person(userPoolId, fay, PASSWORD);
  const bySrp = () => auth.signIn({ username: fay, password: PASSWORD });
  const byCode = async () => {
    assert.equal((await bySrp()).nextStep.signInStep, 'CONFIRM_SIGN_IN_WITH_SMS_CODE');
    assert.deepEqual(await goOn(await newestCode(fay)), DONE);
  };
  await byCode();
  await auth.rememberDevice();
  const [device] = await auth.fetchDevices();
  await auth.fetchAuthSession({ forceRefresh: true });
  await auth.signOut();
  assert.deepEqual(await bySrp(), DONE);
  assert.deepEqual((await auth.fetchDevices()).map(({ id }) => id), [device.id]);

  // Forgotten by the operator meanwhile: the library drops what it knows of it and goes on without.
  await auth.signOut();
  await operate('AdminForgetDevice', { UserPoolId: userPoolId, Username: fay, DeviceKey: device.id });
  await byCode();
  const [another] = await auth.fetchDevices();
  assert.notEqual(another.id, device.id);
  await auth.forgetDevice({ device: another });
  assert.deepEqual(await auth.fetchDevices(), []);
});
