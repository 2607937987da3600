// A document for UI libraries without a browser (jsdom), and functions that fill in and press as a user does.
import { JSDOM } from 'jsdom';

const TIMEOUT_MS = 30_000;
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

// A form's fields are its properties (HTML, "The form element"). jsdom lacks them, and Amplify UI reads this one.
Object.defineProperty(dom.window.HTMLFormElement.prototype, '__authMethod', {
  get() { return this.elements.namedItem('__authMethod') ?? undefined; },
});

const isFound = (found) => found !== undefined && found !== null && found !== false;

/** Calls `find` after each change of the document, and resolves with its first result. */
export function waitFor(find, what = find) {
  return new Promise((resolve, reject) => {
    const observer = new MutationObserver(check);
    const timer = setTimeout(() => end(reject, new Error(`not found: ${what}\n${document.body.textContent}`)), TIMEOUT_MS);
    function end(settle, value) {
      observer.disconnect();
      clearTimeout(timer);
      settle(value);
    }
    function check() {
      const found = find();
      if (isFound(found)) end(resolve, found);
    }
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    check();
  });
}

/** Waits until the page contains a text. */
export const expectText = (text) => waitFor(() => document.body.textContent.includes(text), text);

/** Fills in the field with this name and fires the event of typing. */
export async function fill(name, value) {
  const field = await waitFor(() => document.querySelector(`input[name="${name}"]`), name);
  // React overrides the setter on the element and would not see a change made with it.
  Object.getOwnPropertyDescriptor(dom.window.HTMLInputElement.prototype, 'value').set.call(field, value);
  field.dispatchEvent(new dom.window.Event('input', { bubbles: true }));
}

/** Waits until the button with this text is enabled, and clicks it. */
export async function press(text, role = 'button') {
  const matches = (button) => button.textContent.trim() === text && !button.disabled
    && (button.getAttribute('role') ?? 'button') === role;
  const button = await waitFor(() => [...document.querySelectorAll('button')].find(matches), `button ${text}`);
  button.click();
}
