"""The local pool under test. The Rust test sets these environment variables."""

import json
import os
import urllib.parse
import urllib.request

URL = os.environ["POOL_URL"]
ID = os.environ["POOL_ID"]
CLIENT_ID = os.environ["POOL_CLIENT_ID"]
REGION = "us-east-1"


def newest_code(address):
    """The newest code that was sent to an address. The demo inbox shows it to a user, too."""
    query = urllib.parse.urlencode({"to": address})
    with urllib.request.urlopen(f"{URL}/inbox.json?{query}", timeout=30) as response:
        return json.load(response)[0]["code"]
