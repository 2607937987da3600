// A document for libraries that draw, without a browser: jsdom, and a person's hands on it.
import { JSDOM } from 'jsdom';

const WAIT = 30_000;
const dom = new JSDOM('<!doctype html><html lang="en"><title>app</title><body><div id="root"></div></body></html>', {
  url: 'http://localhost:8000/', pretendToBeVisual: true,
});
const NAMES = [
  'document', 'navigator', 'location', 'history', 'localStorage', 'sessionStorage', 'MutationObserver', 'getComputedStyle',
  'requestAnimationFrame', 'cancelAnimationFrame', 'Node', 'Element', 'HTMLElement', 'HTMLInputElement', 'SVGElement',
  'DocumentFragment', 'Event', 'CustomEvent', 'FormData',
];
globalThis.window = dom.window;
for (const name of NAMES) Object.defineProperty(globalThis, name, { value: dom.window[name], configurable: true, writable: true });

// A form's fields are its properties (HTML, "The form element"), which jsdom lacks; Amplify UI asks for this one.
Object.defineProperty(dom.window.HTMLFormElement.prototype, '__authMethod', {
  get() { return this.elements.namedItem('__authMethod') ?? undefined; },
});

const visible = (found) => found !== undefined && found !== null && found !== false;

/** What `look` finds, as soon as it finds something. */
export function until(look, what = look) {
  return new Promise((resolve, reject) => {
    const observer = new MutationObserver(check);
    const timer = setTimeout(() => end(reject, new Error(`never seen: ${what}\n${document.body.textContent}`)), WAIT);
    function end(settle, value) {
      observer.disconnect();
      clearTimeout(timer);
      settle(value);
    }
    function check() {
      const found = look();
      if (visible(found)) end(resolve, found);
    }
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    check();
  });
}

/** Waits for a text on the page. */
export const says = (text) => until(() => document.body.textContent.includes(text), text);

/** Fills in the field of this name, as typing does. */
export async function fill(name, value) {
  const field = await until(() => document.querySelector(`input[name="${name}"]`), name);
  // Past React's own setter, which would take the change for its own.
  Object.getOwnPropertyDescriptor(dom.window.HTMLInputElement.prototype, 'value').set.call(field, value);
  field.dispatchEvent(new dom.window.Event('input', { bubbles: true }));
}

/** Presses the button with this text, once it can be pressed. */
export async function press(text, role = 'button') {
  const is = (button) => button.textContent.trim() === text && !button.disabled
    && (button.getAttribute('role') ?? 'button') === role;
  const button = await until(() => [...document.querySelectorAll('button')].find(is), `button ${text}`);
  button.click();
}
