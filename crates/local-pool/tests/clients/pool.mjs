// The local pool under test, as the Rust test names it in the environment.
export const pool = {
  url: process.env.POOL_URL,
  id: process.env.POOL_ID,
  clientId: process.env.POOL_CLIENT_ID,
};

/** The newest code sent to an address, read where a person would read it. */
export async function newestCode(address) {
  const answer = await fetch(`${pool.url}/inbox.json?to=${encodeURIComponent(address)}`);
  const [newest] = await answer.json();
  return newest.code;
}

/** An operator's call; signatures are not checked. */
export async function operate(operation, request) {
  const answer = await fetch(pool.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
    },
    body: JSON.stringify(request),
  });
  const text = await answer.text();
  const body = text === '' ? undefined : JSON.parse(text);
  if (!answer.ok) throw new Error(JSON.stringify(body));
  return body;
}
