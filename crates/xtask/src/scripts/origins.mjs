// Reads a config.js as a browser would and prints, one a line, the origins that the app will talk to.
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';

const window = {};
runInNewContext(readFileSync(process.argv[2], 'utf8'), { window }, { filename: 'config.js', timeout: 1000 });
const config = window._config;
if (!config) throw new Error('config.js does not set window._config');

const cognito = config.cognito ?? {};
const issuer = config.oidc?.OIDC_URL;
const region = cognito.region || cognito.userPoolId?.split('_')[0] || issuer?.match(/cognito-idp\.([a-z0-9-]+)\./)?.[1];
// China's regions are a partition of their own: https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-Ningxia.html
const suffix = region?.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
const endpoint = cognito.endpoint || (region && `https://cognito-idp.${region}.${suffix}`);
if (!endpoint) throw new Error('config.js names neither cognito.region, cognito.userPoolId, cognito.endpoint nor oidc.OIDC_URL');

const domain = cognito.domain && !/^https?:/.test(cognito.domain) ? `https://${cognito.domain}` : cognito.domain;
const addresses = [endpoint, domain, issuer, config.api?.invokeUrl].filter(Boolean);
const origins = addresses.map((address) => new URL(address).origin);
// Without a domain here the pool's discovery document may name one: by its prefix, since one of the pool's own is nobody's to guess.
if (!domain && region && new URL(endpoint).hostname.endsWith(suffix)) origins.push(`https://*.auth.${region}.amazoncognito.com`);
console.log([...new Set(origins)].join('\n'));
