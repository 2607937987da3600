// A page's form asks the browser for a passkey: to sign with one it has, or to make a new one. What it makes is sent as JSON.
const form = document.querySelector('form[data-passkey]');
const problem = document.querySelector('#problem');

async function ask() {
  const options = JSON.parse(form.dataset.options);
  const credential = form.dataset.passkey === 'create'
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  form.elements.credential.value = JSON.stringify(credential.toJSON());
  form.submit();
}

function tell(error) {
  problem.hidden = false;
  if (typeof PublicKeyCredential === 'undefined' || !PublicKeyCredential.parseCreationOptionsFromJSON) {
    problem.textContent = 'This browser cannot use passkeys here. Go on another way.';
  } else if (error.name === 'InvalidStateError') {
    problem.textContent = 'This device has a passkey for you already.';
  } else {
    problem.textContent = 'That did not work, or you changed your mind. Try again, or go on another way.';
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  problem.hidden = true;
  ask().catch(tell);
});
