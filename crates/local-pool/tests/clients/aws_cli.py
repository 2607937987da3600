"""The AWS CLI, unmodified, against the local pool: from creating a pool to getting tokens."""

import json
import os
import pathlib
import subprocess
import sys
import unittest

import pool

AWS = pathlib.Path(sys.executable).with_name("aws")
ENVIRONMENT = os.environ | {
    "AWS_ACCESS_KEY_ID": "any",
    "AWS_SECRET_ACCESS_KEY": "any",
    "AWS_DEFAULT_REGION": pool.REGION,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_PAGER": "",
    "AWS_MAX_ATTEMPTS": "1",
}


def run(*arguments):
    """Runs `aws cognito-idp` with these arguments, and returns the finished process."""
    return subprocess.run(
        [AWS, "--endpoint-url", pool.URL, "--output", "json", "cognito-idp", *arguments],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=120,
    )


def aws(*arguments):
    """Runs `aws cognito-idp` with these arguments, and returns its output. Fails if the command fails."""
    finished = run(*arguments)
    if finished.returncode != 0:
        raise AssertionError(f"{arguments}: {finished.stderr}")
    return json.loads(finished.stdout) if finished.stdout.strip() else None


class CommandLine(unittest.TestCase):
    maxDiff = None

    def test_user_of_a_new_pool_gets_tokens(self):
        user_pool = aws(
            "create-user-pool", "--pool-name", "quickstart", "--auto-verified-attributes", "email",
            "--schema", "Name=email,Required=true",
        )["UserPool"]
        self.assertEqual(user_pool["Name"], "quickstart")
        listed = aws("list-user-pools", "--max-results", "10")["UserPools"]
        self.assertIn(user_pool["Id"], [each["Id"] for each in listed])
        client = aws(
            "create-user-pool-client", "--user-pool-id", user_pool["Id"], "--client-name", "web",
        )["UserPoolClient"]["ClientId"]

        signed_up = aws(
            "sign-up", "--client-id", client, "--username", "ann", "--password", "Passw0rd!",
            "--user-attributes", "Name=email,Value=cli@example.com",
        )
        sub = signed_up.pop("UserSub")
        self.assertRegex(sub, r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
        self.assertEqual(
            signed_up,
            {
                "UserConfirmed": False,
                "CodeDeliveryDetails": {
                    "Destination": "c***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email",
                },
            },
        )
        code = pool.newest_code("cli@example.com")
        aws("confirm-sign-up", "--client-id", client, "--username", "ann", "--confirmation-code", code)

        sign_in = (
            "initiate-auth", "--client-id", client, "--auth-flow", "USER_PASSWORD_AUTH",
            "--auth-parameters", "USERNAME=ann,PASSWORD=Passw0rd!",
        )
        refused = run(*sign_in)
        self.assertIn(
            "An error occurred (InvalidParameterException) when calling the InitiateAuth operation: "
            "USER_PASSWORD_AUTH flow not enabled for this client",
            refused.stderr,
        )
        aws(
            "update-user-pool-client", "--user-pool-id", user_pool["Id"], "--client-id", client,
            "--explicit-auth-flows", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH",
        )
        signed_in = aws(*sign_in)
        result = signed_in["AuthenticationResult"]
        self.assertEqual(
            {
                **signed_in,
                "AuthenticationResult": {
                    name: "…" if name.endswith("Token") else value for name, value in result.items()
                },
            },
            {
                "ChallengeParameters": {},
                "AuthenticationResult": {
                    "AccessToken": "…", "ExpiresIn": 3600, "TokenType": "Bearer", "RefreshToken": "…", "IdToken": "…",
                },
            },
        )
        user = aws("get-user", "--access-token", result["AccessToken"])
        self.assertEqual(user["Username"], "ann")
        self.assertEqual(
            sorted((each["Name"], each["Value"]) for each in user["UserAttributes"]),
            [("email", "cli@example.com"), ("email_verified", "true"), ("sub", sub)],
        )
        aws("delete-user-pool", "--user-pool-id", user_pool["Id"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
