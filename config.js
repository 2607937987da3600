// The one file that an operator edits: the user pool for sign-in, and the API for the to-dos.
// The app reads it at each page load. It is never compiled in or cached. docs/configuration.md explains every key.
window._config = {
  cognito: {
    userPoolId: 'us-east-1_Poolgate1', // the local pool. Enter your own ID, for example us-west-2_uXboG5pAb
    userPoolClientId: '1poolgate23456789012345678',
    region: 'us-east-1',
    // The pool's hosted pages. Without these keys, the app offers them if the pool has a domain, with the scope openid.
    scopes: ['openid', 'email', 'profile', 'aws.cognito.signin.user.admin'],
    identityProviders: ['Google'], // the local pool emulates it
    endpoint: 'http://localhost:9229', // the address of the local pool. Delete this line for a pool at Amazon
    signUpAttributes: ['name'], // requested with the email address when a user creates an account
    passwordPolicy: { minimumLength: 8, requireLowercase: true, requireUppercase: true, requireNumbers: true, requireSymbols: true },
  },
  api: {
    invokeUrl: 'http://localhost:9229/api', // '' while there is no API
  },
};
