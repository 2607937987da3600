// The user's side of a hosted sign-in.
import { pool } from './pool.mjs';

/** A browser with what the hosted pages need: cookies, redirects and forms. */
export class Browser {
  #cookies = new Map();

  async #send(url, init = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set);
      if (value) this.#cookies.set(name, value);
      else this.#cookies.delete(name);
    }
    return response;
  }

  /** Follows redirects while they lead to the pool. */
  async #follow(response, url) {
    while (response.status === 303) {
      url = new URL(response.headers.get('location'), url).href;
      if (!url.startsWith(pool.url)) return { url };
      response = await this.#send(url);
    }
    return { url, status: response.status, page: await response.text() };
  }

  async go(url) {
    return this.#follow(await this.#send(url), url);
  }

  /** Submits the first form of a page that has all these fields. */
  async fill({ url, page }, fields) {
    const form = page.split('<form').find((html) => Object.keys(fields).every((name) => html.includes(`name="${name}"`)));
    const action = /action="([^"]*)"/.exec(form)[1].replaceAll('&amp;', '&');
    const token = /name="_csrf" value="([^"]*)"/.exec(form)[1];
    const target = new URL(action, url).href;
    const response = await this.#send(target, {
      method: 'POST',
      headers: { origin: pool.url },
      body: new URLSearchParams({ _csrf: token, ...fields }),
    });
    return this.#follow(response, target);
  }
}
