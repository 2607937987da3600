// The person's half of a hosted sign-in.
import { pool } from './pool.mjs';

/** A browser as far as the hosted pages need one: cookies, redirects, forms. */
export class Browser {
  #cookies = new Map();

  async #send(url, init = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
    for (const set of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set);
      if (value) this.#cookies.set(name, value);
      else this.#cookies.delete(name);
    }
    return answer;
  }

  /** Goes to an address and on by redirects, as long as they stay at the pool. */
  async #follow(answer, url) {
    while (answer.status === 303) {
      url = new URL(answer.headers.get('location'), url).href;
      if (!url.startsWith(pool.url)) return { url };
      answer = await this.#send(url);
    }
    return { url, status: answer.status, page: await answer.text() };
  }

  async go(url) {
    return this.#follow(await this.#send(url), url);
  }

  /** Fills the first form of a page that has such a field. */
  async fill({ url, page }, fields) {
    const form = page.split('<form').find((part) => Object.keys(fields).every((name) => part.includes(`name="${name}"`)));
    const action = /action="([^"]*)"/.exec(form)[1].replaceAll('&amp;', '&');
    const token = /name="_csrf" value="([^"]*)"/.exec(form)[1];
    const target = new URL(action, url).href;
    const answer = await this.#send(target, {
      method: 'POST',
      headers: { origin: pool.url },
      body: new URLSearchParams({ _csrf: token, ...fields }),
    });
    return this.#follow(answer, target);
  }
}
