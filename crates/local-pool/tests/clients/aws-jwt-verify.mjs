// aws-jwt-verify's CognitoJwtVerifier, unmodified. It accepts tokens of Amazon's issuers only.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import { operate, pool } from './pool.mjs';

const ANN = 'ann@example.com';
const PASSWORD = 'Passw0rd!';
// True if the pool was started with Amazon's URL as its issuer.
const hasAmazonsIssuer = process.argv[2] === 'amazon';

const verifier = async (tokenUse) => {
  const jwtVerifier = CognitoJwtVerifier.create({ userPoolId: pool.id, clientId: pool.clientId, tokenUse });
  // This line is in the README of the local pool. Without it the verifier fetches the keys from Amazon.
  jwtVerifier.cacheJwks(await (await fetch(`${pool.url}/${pool.id}/.well-known/jwks.json`)).json());
  return jwtVerifier;
};

async function tokens() {
  const { AuthenticationResult } = await operate('InitiateAuth', {
    AuthFlow: 'USER_PASSWORD_AUTH', ClientId: pool.clientId, AuthParameters: { USERNAME: ANN, PASSWORD },
  });
  return { id: AuthenticationResult.IdToken, access: AuthenticationResult.AccessToken };
}

await operate('AdminCreateUser', { UserPoolId: pool.id, Username: ANN, MessageAction: 'SUPPRESS' });
await operate('AdminSetUserPassword', { UserPoolId: pool.id, Username: ANN, Password: PASSWORD, Permanent: true });

for (const [type, host] of [['ORIGINAL', 'cognito-idp'], ['UPDATED', 'issuer-cognito-idp']]) {
  test(`tokens of the ${type} issuer ${hasAmazonsIssuer ? 'are accepted' : 'are refused'}`, async () => {
    await operate('UpdateUserPool', { UserPoolId: pool.id, IssuerConfiguration: { Type: type } });
    for (const [use, token] of Object.entries(await tokens())) {
      const verified = (await verifier(use)).verify(token);
      if (hasAmazonsIssuer) {
        assert.equal((await verified).iss, `https://${host}.us-east-1.amazonaws.com/${pool.id}`);
        const [head, payload, signature] = token.split('.');
        const forged = [head, payload, signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))].join('.');
        await assert.rejects((await verifier(use)).verify(forged), /Invalid signature/);
      } else {
        await assert.rejects(verified, /issuer not configured/);
      }
    }
  });
}
