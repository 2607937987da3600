// Updates the demo inbox every second, and copies codes.
const list = document.getElementById('messages');
const state = document.getElementById('state');
const shownIds = () => new Set([...list.querySelectorAll('[data-id]')].map((message) => message.dataset.id));

function localTimes(root) {
  for (const time of root.querySelectorAll('time')) {
    time.textContent = new Date(time.dateTime).toLocaleString();
  }
}

async function update() {
  const answer = await fetch('/inbox/messages' + location.search, { cache: 'no-store' });
  if (!answer.ok) throw new Error(String(answer.status));
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').body;
  const before = shownIds();
  const after = [...fresh.querySelectorAll('[data-id]')].map((message) => message.dataset.id);
  const come = after.filter((id) => !before.has(id));
  if (come.length === 0 && after.length === before.size) return;
  localTimes(fresh);
  const items = list.querySelector('.messages');
  if (items && after.length === before.size + come.length) {
    // If messages were only added, the others stay in place, so that focus and selection are kept.
    items.prepend(...[...fresh.querySelectorAll('.messages > li')].slice(0, come.length));
  } else {
    list.replaceChildren(...fresh.childNodes);
  }
  if (come.length > 0) {
    const newest = list.querySelector('.to');
    state.textContent = come.length === 1 ? `New message. ${newest.textContent}` : `${come.length} new messages`;
  }
}

async function watch() {
  try {
    if (!document.hidden) {
      await update();
      if (state.dataset.lost) {
        delete state.dataset.lost;
        state.textContent = '';
      }
    }
  } catch {
    if (!state.dataset.lost) {
      state.dataset.lost = 'yes';
      state.textContent = 'The local pool is not running. When it runs again, this page updates automatically.';
    }
  }
  setTimeout(watch, 1000);
}

list.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    state.textContent = 'Code copied.';
  } catch {
    getSelection().selectAllChildren(button.previousElementSibling);
    state.textContent = 'The code is selected. Copy it with the keyboard.';
  }
});

localTimes(list);
watch();
