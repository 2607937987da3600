// Asks the browser to use or create a passkey when the form is submitted, and posts the credential as JSON.
const form = document.querySelector('form[data-passkey]');
const notice = document.querySelector('#error');

async function requestCredential() {
  const options = JSON.parse(form.dataset.options);
  const credential = form.dataset.passkey === 'create'
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  form.elements.credential.value = JSON.stringify(credential.toJSON());
  form.submit();
}

function showError(error) {
  notice.hidden = false;
  if (typeof PublicKeyCredential === 'undefined' || !PublicKeyCredential.parseCreationOptionsFromJSON) {
    notice.textContent = "This browser doesn't support passkeys. Sign in another way.";
  } else if (error.name === 'InvalidStateError') {
    notice.textContent = 'This device already has a passkey for your account.';
  } else {
    notice.textContent = 'The passkey was not used. Try again, or sign in another way.';
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  notice.hidden = true;
  requestCredential().catch(showError);
});
