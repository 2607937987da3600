// Amazon's JavaScript client in a page, for measurements: it handles the sign-in form, and the two steps of its SRP are
// functions on `window`.
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from 'amazon-cognito-identity-js';
import AuthenticationHelper from 'amazon-cognito-identity-js/es/AuthenticationHelper.js';
import BigInteger from 'amazon-cognito-identity-js/es/BigInteger.js';
import { Sha256 } from '@aws-crypto/sha256-js';

let helper;
window.srpA = () => new Promise((resolve, reject) => {
  helper = new AuthenticationHelper(window.poolName);
  helper.getLargeAValue((error, a) => (error ? reject(error) : resolve(a.toString(16))));
});

window.srpProof = (poolName, user, password, srpB, salt, secretBlock, timestamp) => new Promise((resolve, reject) => {
  const b = new BigInteger(srpB, 16);
  helper.getPasswordAuthenticationKey(user, password, b, new BigInteger(salt, 16), (error, key) => {
    if (error) return reject(error);
    const hash = new Sha256(key);
    hash.update(poolName + user);
    hash.update(Uint8Array.from(atob(secretBlock), (c) => c.charCodeAt(0)));
    hash.update(timestamp);
    resolve(btoa(String.fromCharCode(...hash.digestSync())));
  });
});

const form = document.querySelector('form');
form?.addEventListener('submit', (event) => {
  event.preventDefault();
  const { userPoolId, userPoolClientId, endpoint } = window._config.cognito;
  const pool = new CognitoUserPool({ UserPoolId: userPoolId, ClientId: userPoolClientId, endpoint });
  const Username = form.elements.username.value;
  const details = new AuthenticationDetails({ Username, Password: form.elements.password.value });
  new CognitoUser({ Username, Pool: pool }).authenticateUser(details, { onSuccess() {}, onFailure() {} });
});
