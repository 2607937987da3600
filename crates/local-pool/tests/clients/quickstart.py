"""The README's commands for a newcomer, typed as they stand there, with the AWS command line unmodified."""

import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import unittest

import pool

README = pathlib.Path(__file__).parents[2] / "README.md"
# As the README has them set, and nothing of this computer's own.
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
    """The kind and text of each block between the marks."""
    text = README.read_text(encoding="utf-8")
    part = text.split("<!-- quickstart: begin -->")[1].split("<!-- quickstart: end -->")[0]
    return re.findall(r"^```(\w+)\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)


def commands(block):
    """The commands of a block, a backslash at the end of a line taken for what it is to a shell."""
    return block.replace("\\\n", " ").splitlines()


def typed(command):
    return subprocess.run(shlex.split(command), env=ENVIRONMENT, capture_output=True, text=True, timeout=120)


class Newcomer(unittest.TestCase):
    maxDiff = None

    def succeeds(self, command):
        done = typed(command)
        self.assertEqual(done.returncode, 0, f"{command}: {done.stderr}")
        return json.loads(done.stdout) if done.stdout.strip() else None

    def test_the_flow_is_refused_as_the_readme_says_and_accepted_once_it_is_switched_on(self):
        (kind, before), (said_kind, said), (after_kind, after) = blocks()
        self.assertEqual((kind, said_kind, after_kind), ("sh", "text", "sh"))
        sign_up, confirm, sign_in = commands(before)
        switch_on, again = commands(after)

        signed_up = self.succeeds(sign_up)
        # Nothing is verified by a code here: an administrator confirms.
        self.assertEqual((signed_up["UserConfirmed"], sorted(signed_up)), (False, ["UserConfirmed", "UserSub"]))
        self.assertIsNone(self.succeeds(confirm))
        refused = typed(sign_in)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn(said.strip(), refused.stderr)

        # What is named is as it was, but for the flow.
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
