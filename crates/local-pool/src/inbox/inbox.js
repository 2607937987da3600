// Updates the demo inbox every second, and copies codes.
const list = document.getElementById('messages');
const state = document.getElementById('state');
const shownIds = () => new Set([...list.querySelectorAll('[data-id]')].map((message) => message.dataset.id));

function showLocalTimes(root) {
  for (const time of root.querySelectorAll('time')) {
    time.textContent = new Date(time.dateTime).toLocaleString();
  }
}

async function update() {
  const response = await fetch('/inbox/messages' + location.search, { cache: 'no-store' });
  if (!response.ok) throw new Error(String(response.status));
  const newList = new DOMParser().parseFromString(await response.text(), 'text/html').body;
  const before = shownIds();
  const after = [...newList.querySelectorAll('[data-id]')].map((message) => message.dataset.id);
  const added = after.filter((id) => !before.has(id));
  if (added.length === 0 && after.length === before.size) return;
  showLocalTimes(newList);
  const items = list.querySelector('.messages');
  if (items && after.length === before.size + added.length) {
    // If messages were only added, the others stay in place, so that focus and selection are kept.
    items.prepend(...[...newList.querySelectorAll('.messages > li')].slice(0, added.length));
  } else {
    list.replaceChildren(...newList.childNodes);
  }
  if (added.length > 0) {
    const newest = list.querySelector('.to');
    state.textContent = added.length === 1 ? `New message. ${newest.textContent}` : `${added.length} new messages`;
  }
}

async function poll() {
  try {
    if (!document.hidden) {
      await update();
      if (state.dataset.disconnected) {
        delete state.dataset.disconnected;
        state.textContent = '';
      }
    }
  } catch {
    if (!state.dataset.disconnected) {
      state.dataset.disconnected = 'yes';
      state.textContent = 'The local pool is not running. When it runs again, this page updates automatically.';
    }
  }
  setTimeout(poll, 1000);
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

showLocalTimes(list);
poll();
