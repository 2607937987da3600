"""A test as projects write it for moto: it uses boto3 only, and expects Amazon's issuer in the tokens."""

import base64
import json
import unittest

import boto3
import pool

USERNAME, PASSWORD = "test@example.com", "Passw0rd!"


def claims(token):
    """The claims of a token, without verification."""
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


class TestAuthenticate(unittest.TestCase):
    def test_a_confirmed_user_gets_tokens_of_amazons_issuer(self):
        client = boto3.client(
            "cognito-idp",
            endpoint_url=pool.URL,
            region_name=pool.REGION,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        pool_id = client.create_user_pool(PoolName="moto")["UserPool"]["Id"]
        client_id = client.create_user_pool_client(
            UserPoolId=pool_id,
            ClientName="app",
            ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )["UserPoolClient"]["ClientId"]
        client.admin_create_user(
            UserPoolId=pool_id,
            Username=USERNAME,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": USERNAME}],
        )
        client.admin_set_user_password(UserPoolId=pool_id, Username=USERNAME, Password=PASSWORD, Permanent=True)
        result = client.admin_initiate_auth(
            UserPoolId=pool_id,
            ClientId=client_id,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": USERNAME, "PASSWORD": PASSWORD},
        )["AuthenticationResult"]
        for name, use in (("IdToken", "id"), ("AccessToken", "access")):
            token_claims = claims(result[name])
            self.assertEqual(
                (token_claims["iss"], token_claims["token_use"]),
                (f"https://cognito-idp.us-east-1.amazonaws.com/{pool_id}", use),
            )
        self.assertEqual(claims(result["IdToken"])["aud"], client_id)
        user = client.get_user(AccessToken=result["AccessToken"])
        self.assertEqual(user["Username"], USERNAME)


if __name__ == "__main__":
    unittest.main(verbosity=2)
