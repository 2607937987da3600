// Reads a config.js as a browser would and prints, one a line, the origins that the app will talk to.
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';

const window = {};
runInNewContext(readFileSync(process.argv[2], 'utf8'), { window }, { filename: 'config.js', timeout: 1000 });
const config = window._config;
if (!config) throw new Error('config.js does not set window._config');

const cognito = config.cognito ?? {};
// The keys by which a pool is named, and the issuers that are accepted: as crates/cognito-proto/src/config.rs reads them.
const configured = (cognito.userPoolId ? cognito.issuer : config.oidc?.OIDC_URL)?.replace(/\/+$/, '');
const pool = cognito.userPoolId || configured?.split('/').pop();
const region = pool?.includes('_') ? pool.split('_')[0] : cognito.region;
// China's regions are a partition of their own: https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-Ningxia.html
const suffix = region?.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_IssuerConfigurationType.html
const amazon = region ? ['cognito-idp', 'issuer-cognito-idp'].map((service) => `https://${service}.${region}.${suffix}`) : [];
const isOfAmazon = !configured || amazon.includes(new URL(configured).origin);
const endpoint = cognito.endpoint || (cognito.userPoolId || isOfAmazon ? amazon[0] : configured);
if (!endpoint) throw new Error('config.js names neither cognito.region, cognito.userPoolId, cognito.endpoint nor oidc.OIDC_URL');
// Of a pool on this machine no other host has the keys, unless config.js says so.
const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(new URL(endpoint).hostname);
const issuers = !isOfAmazon ? [configured] : configured || !isLocal ? amazon : [];

const domain = cognito.domain && !/^https?:/.test(cognito.domain) ? `https://${cognito.domain}` : cognito.domain;
const addresses = [endpoint, domain, ...issuers, config.api?.invokeUrl].filter(Boolean);
const origins = addresses.map((address) => new URL(address).origin);
// Without a domain here the pool's discovery document may name one: by its prefix, since one of the pool's own is nobody's to guess.
if (!domain && issuers.includes(amazon[0])) origins.push(`https://*.auth.${region}.amazoncognito.com`);
console.log([...new Set(origins)].join('\n'));
