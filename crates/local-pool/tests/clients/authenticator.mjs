// A software authenticator and `navigator.credentials`, which creates passkeys with it (Web Authentication §6.3,
// attestation "none") and signs with them.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const bytesOf = (source) => (ArrayBuffer.isView(source)
  ? Buffer.from(source.buffer, source.byteOffset, source.byteLength) : Buffer.from(source));
/** Copies the bytes to an ArrayBuffer, the type that browsers return. */
const buffer = (bytes) => Uint8Array.from(bytes).buffer;

class AuthenticatorAttestationResponse {
  constructor(parts) { Object.assign(this, parts); }
  getTransports() { return ['internal']; }
  getPublicKeyAlgorithm() { return this.algorithm; }
  getAuthenticatorData() { return this.authenticatorData; }
  getPublicKey() { return this.publicKey; }
}
class AuthenticatorAssertionResponse {
  constructor(parts) { Object.assign(this, parts); }
}
class PublicKeyCredential {
  constructor(id, response) {
    Object.assign(this, {
      id: id.toString('base64url'), rawId: buffer(id), type: 'public-key', authenticatorAttachment: 'platform', response,
    });
  }
  getClientExtensionResults() { return {}; }
}

/** Generate a key pair and its COSE form (RFC 9052 §7), by algorithm. */
const KEY_GENERATORS = {
  [-7]: () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x, y } = pair.publicKey.export({ format: 'jwk' });
    const cose = Buffer.concat([
      Buffer.from('a5010203262001215820', 'hex'), Buffer.from(x, 'base64url'),
      Buffer.from('225820', 'hex'), Buffer.from(y, 'base64url'),
    ]);
    return { ...pair, cose };
  },
  [-257]: () => {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const { n, e } = pair.publicKey.export({ format: 'jwk' });
    const cose = Buffer.concat([
      Buffer.from('a401030339010020590100', 'hex'), Buffer.from(n, 'base64url'),
      Buffer.from('2143', 'hex'), Buffer.from(e, 'base64url'),
    ]);
    return { ...pair, cose };
  },
};

/** `navigator.credentials` of a page at `origin`. All its passkeys have the same algorithm. */
export class Credentials {
  #origin;
  #algorithm;
  #passkeys = [];

  constructor(origin, algorithm = -7) {
    this.#origin = origin;
    this.#algorithm = algorithm;
  }

  #clientData(type, challenge) {
    return Buffer.from(JSON.stringify({
      type, challenge: bytesOf(challenge).toString('base64url'), origin: this.#origin, crossOrigin: false,
    }));
  }

  /** Authenticator data with the flags UP, UV and the given ones (Web Authentication §6.1). */
  #authenticatorData(relyingParty, flags, ...rest) {
    return Buffer.concat([sha256(relyingParty), Buffer.from([0x05 | flags]), Buffer.alloc(4), ...rest]);
  }

  async create({ publicKey: options }) {
    if (!options.pubKeyCredParams.some(({ alg }) => alg === this.#algorithm)) throw new Error('NotSupportedError');
    const excluded = options.excludeCredentials.map(({ id }) => bytesOf(id).toString('base64url'));
    if (this.#passkeys.some(({ id }) => excluded.includes(id.toString('base64url')))) {
      throw new DOMException('A passkey exists already.', 'InvalidStateError');
    }
    const { publicKey, privateKey, cose } = KEY_GENERATORS[this.#algorithm]();
    const id = randomBytes(32);
    this.#passkeys.push({ id, privateKey, relyingParty: options.rp.id, user: bytesOf(options.user.id) });
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const data = this.#authenticatorData(options.rp.id, 0x40, Buffer.alloc(16), length, id, cose);
    const size = Buffer.alloc(2);
    size.writeUInt16BE(data.length);
    const object = Buffer.concat([
      Buffer.from('a363666d74646e6f6e656761747453746d74a0', 'hex'), // fmt: none, attStmt: {}
      Buffer.from('68617574684461746159', 'hex'), size, data, // authData
    ]);
    return new PublicKeyCredential(id, new AuthenticatorAttestationResponse({
      clientDataJSON: buffer(this.#clientData('webauthn.create', options.challenge)),
      attestationObject: buffer(object),
      authenticatorData: buffer(data),
      algorithm: this.#algorithm,
      publicKey: buffer(publicKey.export({ format: 'der', type: 'spki' })),
    }));
  }

  async get({ publicKey: options }) {
    const allowed = options.allowCredentials.map(({ id }) => bytesOf(id).toString('base64url'));
    const passkey = this.#passkeys.find(({ id, relyingParty }) => (
      relyingParty === options.rpId && allowed.includes(id.toString('base64url'))
    ));
    if (!passkey) throw new DOMException('No passkey matches.', 'NotAllowedError');
    const clientData = this.#clientData('webauthn.get', options.challenge);
    const data = this.#authenticatorData(options.rpId, 0);
    return new PublicKeyCredential(passkey.id, new AuthenticatorAssertionResponse({
      clientDataJSON: buffer(clientData),
      authenticatorData: buffer(data),
      signature: buffer(sign('sha256', Buffer.concat([data, sha256(clientData)]), passkey.privateKey)),
      userHandle: buffer(passkey.user),
    }));
  }
}

/** Adds the Web Authentication interfaces to the globals and to `window`. */
export function install(window, credentials) {
  Object.assign(globalThis, { PublicKeyCredential, AuthenticatorAttestationResponse, AuthenticatorAssertionResponse });
  Object.assign(window, { PublicKeyCredential, isSecureContext: true });
  Object.defineProperty(globalThis, 'navigator', { value: { credentials, userAgent: 'node' }, configurable: true });
}
