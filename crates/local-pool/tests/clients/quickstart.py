"""Runs the commands of the README's quickstart exactly as they are there, with the unmodified AWS CLI."""

import html.parser
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import unittest
import urllib.parse
import urllib.request

import pool

README = pathlib.Path(__file__).parents[2] / "README.md"
# The variables of the README. The user's own AWS configuration is not used.
ENVIRONMENT = os.environ | {
    "PATH": os.pathsep.join([str(pathlib.Path(sys.executable).parent), os.environ["PATH"]]),
    "AWS_ACCESS_KEY_ID": "any",
    "AWS_SECRET_ACCESS_KEY": "any",
    "AWS_DEFAULT_REGION": pool.REGION,
    "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": pool.URL,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_PAGER": "",
    "AWS_MAX_ATTEMPTS": "1",
}


def blocks():
    """The language and the text of each code block between the two marks."""
    text = README.read_text(encoding="utf-8")
    part = text.split("<!-- quickstart: begin -->")[1].split("<!-- quickstart: end -->")[0]
    return re.findall(r"^```(\w+)\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)


def commands(block):
    """The commands of a block. A backslash at the end of a line continues the command, as in a shell."""
    return block.replace("\\\n", " ").splitlines()


def run(command):
    """Runs a command, and returns the finished process."""
    return subprocess.run(shlex.split(command), env=ENVIRONMENT, capture_output=True, text=True, timeout=120)


class Page(html.parser.HTMLParser):
    """The links of a page, and its form's action and fields."""

    def __init__(self, url, text):
        super().__init__()
        self.url, self.links, self.action, self.fields = url, {}, None, {}
        self.link = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "a":
            self.link = attributes["href"]
        elif tag == "form":
            self.action = urllib.parse.urljoin(self.url, attributes["action"])
        elif tag == "input":
            self.fields[attributes["name"]] = attributes.get("value", "")

    def handle_data(self, data):
        if self.link is not None:
            self.links[data] = urllib.parse.urljoin(self.url, self.link)
            self.link = None


class Browser:
    """A browser with cookies and forms and without scripts."""

    def __init__(self):
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    def open(self, url, form=None):
        body = urllib.parse.urlencode(form).encode() if form else None
        with self.opener.open(url, body, timeout=60) as response:
            return Page(response.url, response.read().decode())


class Quickstart(unittest.TestCase):
    maxDiff = None

    def run_successfully(self, command):
        finished = run(command)
        self.assertEqual(finished.returncode, 0, f"{command}: {finished.stderr}")
        return json.loads(finished.stdout) if finished.stdout.strip() else None

    def test_password_flow_is_refused_until_it_is_enabled(self):
        (page_kind, page), (before_kind, before), (error_kind, error), (after_kind, after) = blocks()
        self.assertEqual((page_kind, before_kind, error_kind, after_kind), ("text", "sh", "text", "sh"))
        confirm, sign_in = commands(before)
        enable, sign_in_again = commands(after)

        browser = Browser()
        login = browser.open(page.strip().replace("http://localhost:9229", pool.URL))
        form = browser.open(login.links["Sign up"])
        self.assertEqual(sorted(form.fields), ["_csrf", "password", "username"])
        filled = form.fields | {"username": "john.doe@example.com", "password": "Passw0rd!"}
        confirm_page = browser.open(form.action, filled)
        self.assertEqual(urllib.parse.urlsplit(confirm_page.url).path, "/confirmUser")
        # This pool sends no code. An administrator confirms the user.
        with urllib.request.urlopen(f"{pool.URL}/inbox.json", timeout=30) as inbox:
            self.assertEqual(json.load(inbox), [])

        self.assertIsNone(self.run_successfully(confirm))
        refused = run(sign_in)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn(error.strip(), refused.stderr)

        # Only the flow has changed, because the command names all other settings.
        described = (
            f"aws cognito-idp describe-user-pool-client --user-pool-id {pool.ID} --client-id {pool.CLIENT_ID}"
        )
        old = self.run_successfully(described)["UserPoolClient"]
        self.run_successfully(enable)
        new = self.run_successfully(described)["UserPoolClient"]
        for changed in ("ExplicitAuthFlows", "LastModifiedDate"):
            old.pop(changed)
            new.pop(changed)
        self.assertEqual(new, old)

        self.assertEqual(sign_in_again, sign_in)
        result = self.run_successfully(sign_in_again)["AuthenticationResult"]
        self.assertEqual(
            {name: "…" if name.endswith("Token") else value for name, value in result.items()},
            {"AccessToken": "…", "IdToken": "…", "RefreshToken": "…", "ExpiresIn": 3600, "TokenType": "Bearer"},
        )


if __name__ == "__main__":
    unittest.main(verbosity=2)
