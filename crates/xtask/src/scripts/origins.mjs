// Runs a config.js as a browser would and prints the origins that the app will connect to, one per line.
import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';

const window = {};
runInNewContext(readFileSync(process.argv[2], 'utf8'), { window }, { filename: 'config.js', timeout: 1000 });
const config = window._config;
if (!config) throw new Error('config.js does not set window._config');

const cognito = config.cognito ?? {};
// The names of a pool in the config and the accepted issuers must match crates/cognito-proto/src/config.rs.
const configured = (cognito.userPoolId ? cognito.issuer : config.oidc?.OIDC_URL)?.replace(/\/+$/, '');
const pool = cognito.userPoolId || configured?.split('/').pop();
const region = pool?.includes('_') ? pool.split('_')[0] : cognito.region;
// China's regions form their own partition: https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-Ningxia.html
const suffix = region?.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_IssuerConfigurationType.html
const amazon = region ? ['cognito-idp', 'issuer-cognito-idp'].map((service) => `https://${service}.${region}.${suffix}`) : [];
const isOfAmazon = !configured || amazon.includes(new URL(configured).origin);
const endpoint = cognito.endpoint || (cognito.userPoolId || isOfAmazon ? amazon[0] : configured);
if (!endpoint) throw new Error('config.js names neither cognito.region, cognito.userPoolId, cognito.endpoint nor oidc.OIDC_URL');
// For a pool on this computer no other host has the keys, unless config.js names one.
const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(new URL(endpoint).hostname);
const issuers = !isOfAmazon ? [configured] : configured || !isLocal ? amazon : [];

const domain = cognito.domain && !/^https?:/.test(cognito.domain) ? `https://${cognito.domain}` : cognito.domain;
const addresses = [endpoint, domain, ...issuers, config.api?.invokeUrl].filter(Boolean);
const origins = addresses.map((address) => new URL(address).origin);
// Without a domain in config.js, the pool's discovery document can name a prefix domain. A custom domain cannot be
// guessed.
if (!domain && issuers.includes(amazon[0])) origins.push(`https://*.auth.${region}.amazoncognito.com`);
console.log([...new Set(origins)].join('\n'));
