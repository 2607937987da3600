import init from '/minimal.js';

init({ module_or_path: '/minimal_bg.wasm' });
