// The local pool under test. The Rust test sets these environment variables.
export const pool = {
  url: process.env.POOL_URL,
  id: process.env.POOL_ID,
  clientId: process.env.POOL_CLIENT_ID,
};

/** Returns the newest code that was sent to an address. The demo inbox shows it to a user, too. */
export async function newestCode(address) {
  const response = await fetch(`${pool.url}/inbox.json?to=${encodeURIComponent(address)}`);
  const [newest] = await response.json();
  return newest.code;
}

/** Calls an action as an operator. The local pool does not check signatures. */
export async function operate(operation, request) {
  const response = await fetch(pool.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
    },
    body: JSON.stringify(request),
  });
  const text = await response.text();
  const body = text === '' ? undefined : JSON.parse(text);
  if (!response.ok) throw new Error(JSON.stringify(body));
  return body;
}
