"""boto3 and pycognito against the local pool, unmodified."""

import base64
import hmac
import time
import unittest
import urllib.error
import urllib.request

import boto3
import pool
from botocore.config import Config
from pycognito import Cognito

PASSWORD = "Passw0rd!"
CLIENT = {
    "endpoint_url": pool.URL,
    "region_name": pool.REGION,
    "aws_access_key_id": "any",
    "aws_secret_access_key": "any",
    "config": Config(retries={"max_attempts": 0}),
}


def cognito_user(name):
    return Cognito(pool.ID, pool.CLIENT_ID, username=name, boto3_client_kwargs=dict(CLIENT))


def totp_code(secret, steps=0):
    """Return the code of an authenticator app, `steps` steps of 30 seconds from now (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    tag = hmac.digest(key, (int(time.time()) // 30 + steps).to_bytes(8, "big"), "sha1")
    offset = tag[19] & 0xF
    return f"{(int.from_bytes(tag[offset : offset + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def create_user(name):
    user = cognito_user(name)
    user.set_base_attributes(email=name, name="Ann Lee")
    user.register(name, PASSWORD)
    user.confirm_sign_up(pool.newest_code(name))
    return user


class Origins(unittest.TestCase):
    """Actions that a page of another site can send, by Amazon's model of the service."""

    def status(self, operation):
        request = urllib.request.Request(
            pool.URL,
            data=b"{}",
            headers={
                "Origin": "http://evil.example",
                "X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}",
            },
        )
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=30)
        with refused.exception as response:
            self.assertIsNone(response.headers["Access-Control-Allow-Origin"])
            return response.status

    def test_foreign_page_cannot_send_actions_that_need_a_signature(self):
        model = boto3.client("cognito-idp", **CLIENT).meta.service_model
        statuses = {}
        for name in model.operation_names:
            needs_signature = model.operation_model(name).auth_type != "none"
            statuses.setdefault(needs_signature, set()).add(self.status(name))
        self.assertEqual(statuses, {True: {403}, False: {400}})


class Pycognito(unittest.TestCase):
    def test_new_user_confirms_signs_in_and_refreshes(self):
        user = create_user("py-ann@example.com")
        # Checks signature, issuer, audience and use of both tokens against the published keys.
        user.authenticate(PASSWORD)
        before = user.access_token
        user.renew_access_token()
        self.assertNotEqual(user.access_token, before)
        found = user.get_user(attr_map={})
        self.assertEqual((found.email, found.name), ("py-ann@example.com", "Ann Lee"))
        user.logout()

    def test_wrong_password_is_rejected(self):
        name = "py-bob@example.com"
        user = create_user(name)
        with self.assertRaises(user.client.exceptions.NotAuthorizedException) as refused:
            user.authenticate("Passw0rd?")
        self.assertEqual(
            refused.exception.response["Error"],
            {"Code": "NotAuthorizedException", "Message": "Incorrect username or password."},
        )

    def test_password_can_be_changed_and_reset(self):
        name = "py-cat@example.com"
        user = create_user(name)
        user.authenticate(PASSWORD)
        user.change_password(PASSWORD, "N3wPassw0rd!")
        user.initiate_forgot_password()
        user.confirm_forgot_password(pool.newest_code(name), "Th1rdPassw0rd!")
        again = cognito_user(name)
        again.authenticate("Th1rdPassw0rd!")
        self.assertEqual(again.id_claims["email"], name)

    def test_invited_user_sets_a_password(self):
        name = "py-dan@example.com"
        boto3.client("cognito-idp", **CLIENT).admin_create_user(
            UserPoolId=pool.ID,
            Username=name,
            TemporaryPassword="Temp0rary!",
            UserAttributes=[{"Name": "email", "Value": name}, {"Name": "email_verified", "Value": "true"}],
            MessageAction="SUPPRESS",
        )
        user = cognito_user(name)
        user.new_password_challenge("Temp0rary!", "N3wPassw0rd!")
        self.assertEqual(user.token_type, "Bearer")


class Boto3(unittest.TestCase):
    def setUp(self):
        self.client = boto3.client("cognito-idp", **CLIENT)

    def test_operator_creates_a_pool_and_a_client_with_a_secret(self):
        made = self.client.create_user_pool(PoolName="by boto3", UsernameAttributes=["email"])["UserPool"]
        self.assertRegex(made["Id"], r"^us-east-1_[0-9A-Za-z]{9}$")
        client = self.client.create_user_pool_client(
            UserPoolId=made["Id"],
            ClientName="server",
            GenerateSecret=True,
            ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )["UserPoolClient"]
        self.assertRegex(client["ClientId"], r"^[0-9a-z]{26}$")
        self.assertEqual(
            self.client.describe_user_pool_client(UserPoolId=made["Id"], ClientId=client["ClientId"])[
                "UserPoolClient"
            ],
            client,
        )
        user = Cognito(
            made["Id"],
            client["ClientId"],
            client_secret=client["ClientSecret"],
            username="py-eve@example.com",
            boto3_client_kwargs=dict(CLIENT),
        )
        user.set_base_attributes(email="py-eve@example.com")
        user.register("py-eve@example.com", PASSWORD)
        user.admin_confirm_sign_up()
        user.authenticate(PASSWORD)
        self.assertEqual(user.id_claims["aud"], client["ClientId"])
        self.client.delete_user_pool(UserPoolId=made["Id"])
        with self.assertRaises(self.client.exceptions.ResourceNotFoundException):
            self.client.describe_user_pool(UserPoolId=made["Id"])

    def test_operator_manages_a_user(self):
        name = "py-fay@example.com"
        client = self.client
        client.admin_create_user(
            UserPoolId=pool.ID,
            Username=name,
            UserAttributes=[{"Name": "email", "Value": name}, {"Name": "name", "Value": "Fay"}],
            MessageAction="SUPPRESS",
        )
        client.admin_set_user_password(UserPoolId=pool.ID, Username=name, Password=PASSWORD, Permanent=True)
        user = client.admin_get_user(UserPoolId=pool.ID, Username=name)
        self.assertEqual((user["UserStatus"], user["Enabled"]), ("CONFIRMED", True))
        [listed] = client.list_users(UserPoolId=pool.ID, Filter=f'email = "{name}"')["Users"]
        self.assertEqual(listed["Username"], user["Username"])
        self.assertEqual(listed["UserCreateDate"], user["UserCreateDate"])
        client.admin_disable_user(UserPoolId=pool.ID, Username=name)
        with self.assertRaisesRegex(client.exceptions.NotAuthorizedException, "User is disabled."):
            cognito_user(name).authenticate(PASSWORD)
        client.admin_enable_user(UserPoolId=pool.ID, Username=name)
        cognito_user(name).authenticate(PASSWORD)
        client.admin_delete_user(UserPoolId=pool.ID, Username=name)
        with self.assertRaisesRegex(client.exceptions.UserNotFoundException, "User does not exist."):
            client.admin_get_user(UserPoolId=pool.ID, Username=name)

    def test_users_are_listed_in_pages(self):
        names = [f"py-page-{number}@example.com" for number in range(5)]
        for name in names:
            self.client.admin_create_user(UserPoolId=pool.ID, Username=name, MessageAction="SUPPRESS")
        pages = self.client.get_paginator("list_users").paginate(
            UserPoolId=pool.ID, Filter='email ^= "py-page-"', PaginationConfig={"PageSize": 2}
        )
        sizes, found = [], []
        for page in pages:
            sizes.append(len(page["Users"]))
            for user in page["Users"]:
                found += [one["Value"] for one in user["Attributes"] if one["Name"] == "email"]
        self.assertEqual((sizes, sorted(found)), ([2, 2, 1], names))

    def test_required_second_factor_is_set_up_and_used(self):
        client = self.client
        made = client.create_user_pool(PoolName="second factors")["UserPool"]["Id"]
        wanted = {
            "MfaConfiguration": "ON",
            "SoftwareTokenMfaConfiguration": {"Enabled": True},
            "EmailMfaConfiguration": {"Message": "Type {####}", "Subject": "Your code"},
        }
        set_up = client.set_user_pool_mfa_config(UserPoolId=made, **wanted)
        del set_up["ResponseMetadata"]
        self.assertEqual(set_up, wanted)
        found = client.get_user_pool_mfa_config(UserPoolId=made)
        del found["ResponseMetadata"]
        self.assertEqual(found, wanted)
        app = client.create_user_pool_client(
            UserPoolId=made, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
        )["UserPoolClient"]["ClientId"]
        client.admin_create_user(UserPoolId=made, Username="ann", MessageAction="SUPPRESS")
        client.admin_set_user_password(UserPoolId=made, Username="ann", Password=PASSWORD, Permanent=True)

        def start():
            return client.initiate_auth(
                ClientId=app,
                AuthFlow="USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD},
            )

        def respond(challenge_name, session, **responses):
            return client.respond_to_auth_challenge(
                ClientId=app,
                ChallengeName=challenge_name,
                Session=session,
                ChallengeResponses={"USERNAME": "ann", **responses},
            )

        challenge = start()
        self.assertEqual(challenge["ChallengeName"], "MFA_SETUP")
        app_made = client.associate_software_token(Session=challenge["Session"])
        verified = client.verify_software_token(
            Session=app_made["Session"], UserCode=totp_code(app_made["SecretCode"]), FriendlyDeviceName="My phone"
        )
        self.assertEqual(verified["Status"], "SUCCESS")
        tokens = respond("MFA_SETUP", verified["Session"])["AuthenticationResult"]
        self.assertEqual(
            client.get_user(AccessToken=tokens["AccessToken"])["UserMFASettingList"], ["SOFTWARE_TOKEN_MFA"]
        )
        challenge = start()
        with self.assertRaisesRegex(client.exceptions.CodeMismatchException, "Invalid code received for user"):
            respond("SOFTWARE_TOKEN_MFA", challenge["Session"], SOFTWARE_TOKEN_MFA_CODE=totp_code(app_made["SecretCode"], 9))
        self.assertIn(
            "AuthenticationResult",
            respond("SOFTWARE_TOKEN_MFA", challenge["Session"], SOFTWARE_TOKEN_MFA_CODE=totp_code(app_made["SecretCode"], 1)),
        )
        with self.assertRaisesRegex(
            client.exceptions.InvalidParameterException,
            "User does not have delivery config set to turn on EMAIL_OTP",
        ):
            client.admin_set_user_mfa_preference(
                UserPoolId=made, Username="ann", EmailMfaSettings={"Enabled": True, "PreferredMfa": True}
            )
        client.admin_set_user_mfa_preference(
            UserPoolId=made, Username="ann", SoftwareTokenMfaSettings={"Enabled": False}
        )
        self.assertEqual(start()["ChallengeName"], "MFA_SETUP")

    def test_tokens_contain_the_groups_of_the_user(self):
        client = self.client
        name = "py-gil@example.com"
        create_user(name)
        made = client.create_group(GroupName="py-admins", UserPoolId=pool.ID, Precedence=1, Description="They may")
        self.assertEqual(client.get_group(GroupName="py-admins", UserPoolId=pool.ID)["Group"], made["Group"])
        with self.assertRaises(client.exceptions.GroupExistsException):
            client.create_group(GroupName="py-admins", UserPoolId=pool.ID)
        client.admin_add_user_to_group(UserPoolId=pool.ID, Username=name, GroupName="py-admins")
        user = cognito_user(name)
        user.authenticate(PASSWORD)
        self.assertEqual(user.id_claims["cognito:groups"], ["py-admins"])
        self.assertEqual(user.access_claims["cognito:groups"], ["py-admins"])
        groups = client.admin_list_groups_for_user(UserPoolId=pool.ID, Username=name)["Groups"]
        self.assertEqual(groups, [made["Group"]])
        [listed] = client.list_users_in_group(UserPoolId=pool.ID, GroupName="py-admins")["Users"]
        self.assertEqual(listed["UserStatus"], "CONFIRMED")
        self.assertIn(made["Group"], client.list_groups(UserPoolId=pool.ID)["Groups"])
        client.admin_remove_user_from_group(UserPoolId=pool.ID, Username=name, GroupName="py-admins")
        self.assertEqual(client.admin_list_groups_for_user(UserPoolId=pool.ID, Username=name)["Groups"], [])
        client.delete_group(GroupName="py-admins", UserPoolId=pool.ID)
        with self.assertRaisesRegex(client.exceptions.ResourceNotFoundException, "Group not found."):
            client.get_group(GroupName="py-admins", UserPoolId=pool.ID)

    def test_unknown_action_has_its_own_error_code(self):
        with self.assertRaises(self.client.exceptions.ClientError) as refused:
            self.client.list_user_import_jobs(UserPoolId=pool.ID, MaxResults=1)
        self.assertEqual(refused.exception.response["Error"]["Code"], "UnknownOperationException")
        self.assertEqual(refused.exception.response["ResponseMetadata"]["HTTPStatusCode"], 400)


if __name__ == "__main__":
    unittest.main(verbosity=2)
