"""pycognito's remembered devices, unmodified, against the local pool.

pycognito differs from Amazon's clients: it sends no `Session` with the responses to the two device challenges, and uses
the key pair of the password challenge for the device, too. It can confirm and forget devices at Amazon's own address
only, so the test does that with boto3.
"""

import unittest

import boto3
import pool
from botocore.config import Config
from pycognito.aws_srp import AWSSRP, generate_hash_device

PASSWORD = "Passw0rd!"
CLIENT = boto3.client(
    "cognito-idp",
    endpoint_url=pool.URL,
    region_name=pool.REGION,
    aws_access_key_id="any",
    aws_secret_access_key="any",
    config=Config(retries={"max_attempts": 0}),
)


class Devices(unittest.TestCase):
    def test_remembered_device_signs_in_until_it_is_forgotten(self):
        pool_id = CLIENT.create_user_pool(
            PoolName="devices",
            DeviceConfiguration={"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False},
        )["UserPool"]["Id"]
        client_id = CLIENT.create_user_pool_client(UserPoolId=pool_id, ClientName="app")["UserPoolClient"]["ClientId"]
        CLIENT.admin_create_user(UserPoolId=pool_id, Username="ann", MessageAction="SUPPRESS")
        CLIENT.admin_set_user_password(UserPoolId=pool_id, Username="ann", Password=PASSWORD, Permanent=True)

        def sign_in(**device):
            srp = AWSSRP("ann", PASSWORD, pool_id, client_id, client=CLIENT, **device)
            return srp.authenticate_user()["AuthenticationResult"]

        first = sign_in()
        metadata = first["NewDeviceMetadata"]
        key, group_key = metadata["DeviceKey"], metadata["DeviceGroupKey"]
        secret, verifier = generate_hash_device(group_key, key)
        confirmed = CLIENT.confirm_device(
            AccessToken=first["AccessToken"], DeviceKey=key, DeviceName="laptop", DeviceSecretVerifierConfig=verifier
        )
        self.assertIs(confirmed["UserConfirmationNecessary"], False)

        device = {"device_key": key, "device_group_key": group_key, "device_password": secret}
        second = sign_in(**device)
        self.assertNotIn("NewDeviceMetadata", second)
        described = CLIENT.get_device(AccessToken=second["AccessToken"], DeviceKey=key)["Device"]
        self.assertEqual(described["DeviceKey"], key)
        listed = CLIENT.admin_list_devices(UserPoolId=pool_id, Username="ann")["Devices"]
        self.assertEqual([each["DeviceKey"] for each in listed], [key])

        with self.assertRaises(CLIENT.exceptions.NotAuthorizedException) as refused:
            sign_in(**{**device, "device_password": "another secret"})
        self.assertEqual(refused.exception.response["Error"]["Message"], "Incorrect username or password.")

        refreshed = CLIENT.initiate_auth(
            ClientId=client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": second["RefreshToken"], "DEVICE_KEY": key},
        )
        self.assertIn("AccessToken", refreshed["AuthenticationResult"])

        CLIENT.admin_forget_device(UserPoolId=pool_id, Username="ann", DeviceKey=key)
        with self.assertRaises(CLIENT.exceptions.ResourceNotFoundException) as refused:
            sign_in(**device)
        self.assertEqual(refused.exception.response["Error"]["Message"], "Device does not exist.")


if __name__ == "__main__":
    unittest.main()
