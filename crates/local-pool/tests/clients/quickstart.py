"""The quickstart commands of the README, run unchanged with the AWS command line."""

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
# The variables of the README, and none of this computer's.
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
    """Return the kind and the text of each block between the markers."""
    text = README.read_text(encoding="utf-8")
    part = text.split("<!-- quickstart: begin -->")[1].split("<!-- quickstart: end -->")[0]
    return re.findall(r"^```(\w+)\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)


def commands(block):
    """Return the commands of a block. A backslash at the end of a line continues the command."""
    return block.replace("\\\n", " ").splitlines()


def typed(command):
    return subprocess.run(shlex.split(command), env=ENVIRONMENT, capture_output=True, text=True, timeout=120)


class Page(html.parser.HTMLParser):
    """The links, the form's address and its fields on a page."""

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
    """The browser features that a page without scripts needs."""

    def __init__(self):
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    def open(self, url, form=None):
        body = urllib.parse.urlencode(form).encode() if form else None
        with self.opener.open(url, body, timeout=60) as response:
            return Page(response.url, response.read().decode())


class Newcomer(unittest.TestCase):
    maxDiff = None

    def succeeds(self, command):
        done = typed(command)
        self.assertEqual(done.returncode, 0, f"{command}: {done.stderr}")
        return json.loads(done.stdout) if done.stdout.strip() else None

    def test_flow_is_refused_until_it_is_enabled(self):
        (page_kind, page), (kind, before), (error_kind, error_text), (after_kind, after) = blocks()
        self.assertEqual((page_kind, kind, error_kind, after_kind), ("text", "sh", "text", "sh"))
        confirm, sign_in = commands(before)
        switch_on, again = commands(after)

        browser = Browser()
        login = browser.open(page.strip().replace("http://localhost:9229", pool.URL))
        form = browser.open(login.links["Sign up"])
        self.assertEqual(sorted(form.fields), ["_csrf", "password", "username"])
        filled = form.fields | {"username": "john.doe@example.com", "password": "Passw0rd!"}
        page_after = browser.open(form.action, filled)
        self.assertEqual(urllib.parse.urlsplit(page_after.url).path, "/confirmUser")
        # No code is sent. An administrator confirms the user.
        with urllib.request.urlopen(f"{pool.URL}/inbox.json", timeout=30) as inbox:
            self.assertEqual(json.load(inbox), [])

        self.assertIsNone(self.succeeds(confirm))
        refused = typed(sign_in)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn(error_text.strip(), refused.stderr)

        # The settings in the command are unchanged except for the flow.
        described = (
            f"aws cognito-idp describe-user-pool-client --user-pool-id {pool.ID} --client-id {pool.CLIENT_ID}"
        )
        old = self.succeeds(described)["UserPoolClient"]
        self.succeeds(switch_on)
        new = self.succeeds(described)["UserPoolClient"]
        for changed in ("ExplicitAuthFlows", "LastModifiedDate"):
            old.pop(changed)
            new.pop(changed)
        self.assertEqual(new, old)

        self.assertEqual(again, sign_in)
        result = self.succeeds(again)["AuthenticationResult"]
        self.assertEqual(
            {name: "…" if name.endswith("Token") else value for name, value in result.items()},
            {"AccessToken": "…", "IdToken": "…", "RefreshToken": "…", "ExpiresIn": 3600, "TokenType": "Bearer"},
        )


if __name__ == "__main__":
    unittest.main(verbosity=2)
