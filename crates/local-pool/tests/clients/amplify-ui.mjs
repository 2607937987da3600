// Amplify UI's Authenticator, unmodified, against the local pool, in React and jsdom.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { expectText, fill, press, waitFor } from './dom.mjs';
import { newestCode, pool } from './pool.mjs';

const { Amplify } = await import('aws-amplify');
const { fetchAuthSession } = await import('aws-amplify/auth');
const { createElement } = await import('react');
const { createRoot } = await import('react-dom/client');
const { Authenticator } = await import('@aws-amplify/ui-react');

const ANN = 'ann@example.com';
const PASSWORD = 'Passw0rd!';
const OTHER_PASSWORD = '0ther-Passw0rd';

Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: pool.id, userPoolClientId: pool.clientId, userPoolEndpoint: pool.url, loginWith: { email: true },
      userAttributes: { email: { required: true } },
    },
  },
});
const signedIn = ({ user, signOut }) => createElement('div', null,
  createElement('p', { id: 'user' }, user.signInDetails?.loginId ?? user.username),
  createElement('button', { onClick: signOut }, 'Sign out'));
const root = createRoot(document.getElementById('root'));
root.render(createElement(Authenticator, null, signedIn));
after(() => {
  root.unmount();
  window.close();
});

const user = () => waitFor(() => document.getElementById('user')?.textContent, 'the signed-in user');

async function signIn(password) {
  await fill('username', ANN);
  await fill('password', password);
  await press('Sign in');
}

test('a user creates and confirms an account, and is signed in', async () => {
  await press('Create Account', 'tab');
  await fill('email', ANN);
  await fill('password', PASSWORD);
  await fill('confirm_password', PASSWORD);
  await press('Create Account');
  await expectText('We Emailed You');
  await fill('confirmation_code', '000000');
  await press('Confirm');
  await expectText('Invalid verification code provided, please try again.');
  await fill('confirmation_code', await newestCode(ANN));
  await press('Confirm');
  assert.equal(await user(), ANN);
});

test('the session has tokens of this pool, which can be refreshed', async () => {
  const { tokens } = await fetchAuthSession();
  assert.equal(tokens.idToken.payload.email, ANN);
  assert.equal(tokens.idToken.payload.iss, `${pool.url}/${pool.id}`);
  const refreshed = await fetchAuthSession({ forceRefresh: true });
  assert.notEqual(refreshed.tokens.accessToken.toString(), tokens.accessToken.toString());
});

test('after sign-out only the right password is accepted', async () => {
  await press('Sign out');
  await signIn('Wrong-passw0rd');
  await expectText('Incorrect username or password.');
  await signIn(PASSWORD);
  assert.equal(await user(), ANN);
});

test('a forgotten password is reset with an emailed code', async () => {
  await press('Sign out');
  await press('Forgot your password?');
  await fill('username', ANN);
  await press('Send code');
  await waitFor(() => document.querySelector('input[name="confirmation_code"]'), 'the field for the code');
  await fill('confirmation_code', await newestCode(ANN));
  await fill('password', OTHER_PASSWORD);
  await fill('confirm_password', OTHER_PASSWORD);
  await press('Submit');
  await waitFor(() => document.querySelector('[role="tab"]'), 'the sign-in form');
  await signIn(OTHER_PASSWORD);
  assert.equal(await user(), ANN);
});
