// The local pool that `cargo run -p cognito-local-pool` starts. Replace the four values for your own pool, and delete `endpoint`.
window._config = {
  cognito: {
    userPoolId: 'us-east-1_Poolgate1',
    userPoolClientId: '1poolgate23456789012345678',
    region: 'us-east-1',
    endpoint: 'http://localhost:9229',
  },
  api: { invokeUrl: 'http://localhost:9229/api' },
};
