"""boto3 and pycognito, unmodified, against the local pool."""

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


def pycognito_user(name):
    """pycognito's client for the user with this name."""
    return Cognito(pool.ID, pool.CLIENT_ID, username=name, boto3_client_kwargs=dict(CLIENT))


def totp_code(secret, steps=0):
    """The code that an authenticator app shows, `steps` time steps of 30 seconds from now (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    tag = hmac.digest(key, (int(time.time()) // 30 + steps).to_bytes(8, "big"), "sha1")
    offset = tag[19] & 0xF
    return f"{(int.from_bytes(tag[offset : offset + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def register(name):
    """Registers and confirms a user, and returns pycognito's client for the user."""
    user = pycognito_user(name)
    user.set_base_attributes(email=name, name="Ann Lee")
    user.register(name, PASSWORD)
    user.confirm_sign_up(pool.newest_code(name))
    return user


class Origins(unittest.TestCase):
    """The actions that a page of another origin may call, compared with Amazon's service model."""

    def status(self, operation):
        """The status of the response to a page of another origin."""
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

    def test_other_origins_may_not_call_actions_that_need_a_signature(self):
        model = boto3.client("cognito-idp", **CLIENT).meta.service_model
        statuses = {}
        for name in model.operation_names:
            needs_signature = model.operation_model(name).auth_type != "none"
            statuses.setdefault(needs_signature, set()).add(self.status(name))
        self.assertEqual(statuses, {True: {403}, False: {400}})


class Pycognito(unittest.TestCase):
    def test_user_registers_confirms_signs_in_and_refreshes(self):
        user = register("py-ann@example.com")
        # pycognito checks the signature, issuer, audience and use of both tokens.
        user.authenticate(PASSWORD)
        before = user.access_token
        user.renew_access_token()
        self.assertNotEqual(user.access_token, before)
        found = user.get_user(attr_map={})
        self.assertEqual((found.email, found.name), ("py-ann@example.com", "Ann Lee"))
        user.logout()

    def test_wrong_password_is_refused(self):
        name = "py-bob@example.com"
        user = register(name)
        with self.assertRaises(user.client.exceptions.NotAuthorizedException) as refused:
            user.authenticate("Passw0rd?")
        self.assertEqual(
            refused.exception.response["Error"],
            {"Code": "NotAuthorizedException", "Message": "Incorrect username or password."},
        )

    def test_password_is_changed_and_reset(self):
        name = "py-cat@example.com"
        user = register(name)
        user.authenticate(PASSWORD)
        user.change_password(PASSWORD, "N3wPassw0rd!")
        user.initiate_forgot_password()
        user.confirm_forgot_password(pool.newest_code(name), "Th1rdPassw0rd!")
        second = pycognito_user(name)
        second.authenticate("Th1rdPassw0rd!")
        self.assertEqual(second.id_claims["email"], name)

    def test_invited_user_sets_a_password(self):
        name = "py-dan@example.com"
        boto3.client("cognito-idp", **CLIENT).admin_create_user(
            UserPoolId=pool.ID,
            Username=name,
            TemporaryPassword="Temp0rary!",
            UserAttributes=[{"Name": "email", "Value": name}, {"Name": "email_verified", "Value": "true"}],
            MessageAction="SUPPRESS",
        )
        user = pycognito_user(name)
        user.new_password_challenge("Temp0rary!", "N3wPassw0rd!")
        self.assertEqual(user.token_type, "Bearer")


class Boto3(unittest.TestCase):
    def setUp(self):
        self.client = boto3.client("cognito-idp", **CLIENT)

    def test_operator_creates_a_client_with_a_secret(self):
        user_pool = self.client.create_user_pool(PoolName="by boto3", UsernameAttributes=["email"])["UserPool"]
        self.assertRegex(user_pool["Id"], r"^us-east-1_[0-9A-Za-z]{9}$")
        client = self.client.create_user_pool_client(
            UserPoolId=user_pool["Id"],
            ClientName="server",
            GenerateSecret=True,
            ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )["UserPoolClient"]
        self.assertRegex(client["ClientId"], r"^[0-9a-z]{26}$")
        self.assertEqual(
            self.client.describe_user_pool_client(UserPoolId=user_pool["Id"], ClientId=client["ClientId"])[
                "UserPoolClient"
            ],
            client,
        )
        user = Cognito(
            user_pool["Id"],
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
        self.client.delete_user_pool(UserPoolId=user_pool["Id"])
        with self.assertRaises(self.client.exceptions.ResourceNotFoundException):
            self.client.describe_user_pool(UserPoolId=user_pool["Id"])

    def test_operator_creates_disables_enables_and_deletes_a_user(self):
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
            pycognito_user(name).authenticate(PASSWORD)
        client.admin_enable_user(UserPoolId=pool.ID, Username=name)
        pycognito_user(name).authenticate(PASSWORD)
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
                found += [each["Value"] for each in user["Attributes"] if each["Name"] == "email"]
        self.assertEqual((sizes, sorted(found)), ([2, 2, 1], names))

    def test_user_sets_up_and_uses_a_required_second_factor(self):
        client = self.client
        pool_id = client.create_user_pool(PoolName="second factors")["UserPool"]["Id"]
        wanted = {
            "MfaConfiguration": "ON",
            "SoftwareTokenMfaConfiguration": {"Enabled": True},
            "EmailMfaConfiguration": {"Message": "Type {####}", "Subject": "Your code"},
        }
        set_up = client.set_user_pool_mfa_config(UserPoolId=pool_id, **wanted)
        del set_up["ResponseMetadata"]
        self.assertEqual(set_up, wanted)
        found = client.get_user_pool_mfa_config(UserPoolId=pool_id)
        del found["ResponseMetadata"]
        self.assertEqual(found, wanted)
        app = client.create_user_pool_client(
            UserPoolId=pool_id, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
        )["UserPoolClient"]["ClientId"]
        client.admin_create_user(UserPoolId=pool_id, Username="ann", MessageAction="SUPPRESS")
        client.admin_set_user_password(UserPoolId=pool_id, Username="ann", Password=PASSWORD, Permanent=True)

        def start():
            return client.initiate_auth(
                ClientId=app,
                AuthFlow="USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD},
            )

        def respond(challenge, session, **responses):
            return client.respond_to_auth_challenge(
                ClientId=app,
                ChallengeName=challenge,
                Session=session,
                ChallengeResponses={"USERNAME": "ann", **responses},
            )

        challenge = start()
        self.assertEqual(challenge["ChallengeName"], "MFA_SETUP")
        associated = client.associate_software_token(Session=challenge["Session"])
        secret = associated["SecretCode"]
        verified = client.verify_software_token(
            Session=associated["Session"], UserCode=totp_code(secret), FriendlyDeviceName="My phone"
        )
        self.assertEqual(verified["Status"], "SUCCESS")
        tokens = respond("MFA_SETUP", verified["Session"])["AuthenticationResult"]
        self.assertEqual(
            client.get_user(AccessToken=tokens["AccessToken"])["UserMFASettingList"], ["SOFTWARE_TOKEN_MFA"]
        )
        challenge = start()
        with self.assertRaisesRegex(client.exceptions.CodeMismatchException, "Invalid code received for user"):
            respond("SOFTWARE_TOKEN_MFA", challenge["Session"], SOFTWARE_TOKEN_MFA_CODE=totp_code(secret, 9))
        self.assertIn(
            "AuthenticationResult",
            respond("SOFTWARE_TOKEN_MFA", challenge["Session"], SOFTWARE_TOKEN_MFA_CODE=totp_code(secret, 1)),
        )
        with self.assertRaisesRegex(
            client.exceptions.InvalidParameterException,
            "User does not have delivery config set to turn on EMAIL_OTP",
        ):
            client.admin_set_user_mfa_preference(
                UserPoolId=pool_id, Username="ann", EmailMfaSettings={"Enabled": True, "PreferredMfa": True}
            )
        client.admin_set_user_mfa_preference(
            UserPoolId=pool_id, Username="ann", SoftwareTokenMfaSettings={"Enabled": False}
        )
        self.assertEqual(start()["ChallengeName"], "MFA_SETUP")

    def test_tokens_contain_the_groups_of_the_user(self):
        client = self.client
        name = "py-gil@example.com"
        register(name)
        created = client.create_group(
            GroupName="py-admins", UserPoolId=pool.ID, Precedence=1, Description="Administrators"
        )
        self.assertEqual(client.get_group(GroupName="py-admins", UserPoolId=pool.ID)["Group"], created["Group"])
        with self.assertRaises(client.exceptions.GroupExistsException):
            client.create_group(GroupName="py-admins", UserPoolId=pool.ID)
        client.admin_add_user_to_group(UserPoolId=pool.ID, Username=name, GroupName="py-admins")
        user = pycognito_user(name)
        user.authenticate(PASSWORD)
        self.assertEqual(user.id_claims["cognito:groups"], ["py-admins"])
        self.assertEqual(user.access_claims["cognito:groups"], ["py-admins"])
        groups = client.admin_list_groups_for_user(UserPoolId=pool.ID, Username=name)["Groups"]
        self.assertEqual(groups, [created["Group"]])
        [listed] = client.list_users_in_group(UserPoolId=pool.ID, GroupName="py-admins")["Users"]
        self.assertEqual(listed["UserStatus"], "CONFIRMED")
        self.assertIn(created["Group"], client.list_groups(UserPoolId=pool.ID)["Groups"])
        client.admin_remove_user_from_group(UserPoolId=pool.ID, Username=name, GroupName="py-admins")
        self.assertEqual(client.admin_list_groups_for_user(UserPoolId=pool.ID, Username=name)["Groups"], [])
        client.delete_group(GroupName="py-admins", UserPoolId=pool.ID)
        with self.assertRaisesRegex(client.exceptions.ResourceNotFoundException, "Group not found."):
            client.get_group(GroupName="py-admins", UserPoolId=pool.ID)

    def test_unsupported_action_gets_unknown_operation(self):
        with self.assertRaises(self.client.exceptions.ClientError) as refused:
            self.client.list_user_import_jobs(UserPoolId=pool.ID, MaxResults=1)
        self.assertEqual(refused.exception.response["Error"]["Code"], "UnknownOperationException")
        self.assertEqual(refused.exception.response["ResponseMetadata"]["HTTPStatusCode"], 400)


if __name__ == "__main__":
    unittest.main(verbosity=2)
