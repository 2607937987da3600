"""Every constraint of Amazon's service model, broken one at a time in every operation that the local pool has.

The requests and the expected answers are made from botocore's copy of the model; nothing here reads the local pool's.
Requests are sent as bare HTTP, because botocore itself refuses many of them.

The texts of refusals are those that the service has been seen to send:
- the two violations of an empty user name: https://github.com/amazon-archives/amazon-cognito-identity-js/issues/388
- a word that a list does not allow: https://github.com/aws-solutions/media-insights-on-aws/pull/199
- a value of a map: https://github.com/aws/aws-cdk/issues/31795
- a member of a structure in a list: https://github.com/aws/aws-cdk/issues/14175
- a structure in place of a text: https://github.com/aws-amplify/amplify-js/issues/5165
"""

import collections
import http.client
import json
import pathlib
import re
import sys
import urllib.error
import urllib.request

import pool
import service_model

MODEL = service_model.load()
SHAPES = MODEL["shapes"]
TARGET = MODEL["metadata"]["targetPrefix"]
README = pathlib.Path(__file__).parents[2] / "README.md"

# The service quotes a long value in a header too, which may be longer than Python reads by itself.
http.client._MAXLINE = 1 << 20

# The service allows spaces inside a password, which the model's own pattern does not.
PATTERNS = {"PasswordType": r"^[\S]+.*[\S]+$"}

# An empty password counts as none in a pool that has other ways to sign in.
ALLOWED = [("SignUp", "Password", "")]

# Members that an operation needs, though the model does not require them.
ALSO_NEEDED = {
    "ForgetDeviceRequest": ["AccessToken"],
    "GetDeviceRequest": ["AccessToken"],
    "SchemaAttributeType": ["Name"],
    "SignUpRequest": ["Password"],
}

# These texts satisfy the patterns of the model, some after a repetition of their last character.
EXAMPLES = [
    "Aa1",
    "Aaaaaaaa1",
    "123456",
    "us-east-1_Abc123",
    "us-east-1_0123abcd",
    "arn:aws:lambda:us-east-1:123456789012:function:f",
    "ann@example.com",
    "Your code is {####}.",
    "Verify {##your address##}.",
    "Level1",
    "fedcba0987654321",
    "auth",
]

# Some of these break each pattern that can be broken.
INTRUDERS = ["\x01", " ", "a", "-"]

Case = collections.namedtuple("Case", "operation path constraint request kind text")


def shape_of(name):
    """A shape with the pattern that the service really has."""
    shape = SHAPES[name]
    return {**shape, "pattern": PATTERNS[name]} if name in PATTERNS else shape


def matches(pattern, text):
    """Return whether a text of ASCII characters matches. Python's `re` has no Unicode categories."""
    flags = re.ASCII
    if pattern.startswith("(?s)"):
        pattern, flags = pattern[4:], flags | re.DOTALL
    pattern = pattern.replace(r"\p{L}\p{M}\p{S}\p{N}\p{P}", "!-~").replace(r"\p{Z}", " ")
    return re.fullmatch(pattern, text, flags) is not None


def length_words(shape):
    """The constraints on a length or a value, each with its test."""
    what = "value" if shape["type"] == "integer" else "length"
    words = []
    if "min" in shape:
        words.append((f"have {what} greater than or equal to {shape['min']}", lambda size: size >= shape["min"]))
    if "max" in shape:
        words.append((f"have {what} less than or equal to {shape['max']}", lambda size: size <= shape["max"]))
    return words


def broken(shape, value):
    """Return the constraints that a scalar, or the size of a list or map, breaks."""
    if "enum" in shape:
        return [] if value in shape["enum"] else [f"satisfy enum value set: [{', '.join(shape['enum'])}]"]
    size = value if shape["type"] == "integer" else len(value) if shape["type"] != "boolean" else 0
    unmet = [words for words, met in length_words(shape) if not met(size)]
    if "pattern" in shape and not matches(shape["pattern"], value):
        unmet.append(f"satisfy regular expression pattern: {shape['pattern']}")
    return unmet


def all_words(shape):
    """Every constraint of an element: the service names all of them when one is broken."""
    if "enum" in shape:
        words = [f"satisfy enum value set: [{', '.join(shape['enum'])}]"]
    else:
        words = [text for text, _ in reversed(length_words(shape))]
        if "pattern" in shape:
            words.append(f"satisfy regular expression pattern: {shape['pattern']}")
    return f"[{', '.join('Member must ' + text for text in words)}]"


def shown(name, value):
    """A value as a violation quotes it."""
    shape = SHAPES[name]
    if shape["type"] == "structure":
        return name
    if shape["type"] == "list":
        return f"[{', '.join(shown(shape['member']['shape'], item) for item in value)}]"
    if shape["type"] == "map":
        pairs = sorted(value.items())
        return "{" + ", ".join(f"{key}={shown(shape['value']['shape'], item)}" for key, item in pairs) + "}"
    return str(value)


def violation(name, path, value, text):
    quoted = "" if SHAPES[name].get("sensitive") else " null" if value is None else f" '{shown(name, value)}'"
    return f"Value{quoted} at '{path}' failed to satisfy constraint: {text}"


def is_scalar(name):
    return SHAPES[name]["type"] not in ("structure", "list", "map")


def violations(name, path, value):
    """Return the violations of a value of the right type, in the words of the service."""
    shape = shape_of(name)
    if shape["type"] == "structure":
        found = []
        for member, of in shape["members"].items():
            at = f"{path}.{member[0].lower() + member[1:]}".lstrip(".")
            if member in value:
                found += violations(of["shape"], at, value[member])
            elif member in shape.get("required", []):
                found.append(violation(of["shape"], at, None, "Member must not be null"))
        return found
    found = [violation(name, path, value, f"Member must {text}") for text in broken(shape, value)]
    if shape["type"] == "list":
        element = shape["member"]["shape"]
        if not is_scalar(element):
            for place, item in enumerate(value, 1):
                found += violations(element, f"{path}.{place}.member", item)
        elif any(broken(shape_of(element), item) for item in value):
            words = all_words(shape_of(element))
            found.append(violation(name, path, value, f"Member must satisfy constraint: {words}"))
    if shape["type"] == "map":
        key, element = shape["key"]["shape"], shape["value"]["shape"]
        if any(broken(shape_of(key), item) for item in value):
            found.append(violation(name, path, value, f"Map keys must satisfy constraint: {all_words(shape_of(key))}"))
        if not is_scalar(element):
            for item in sorted(value):
                found += violations(element, f"{path}.{item}.member", value[item])
        elif any(broken(shape_of(element), item) for item in value.values()):
            words = all_words(shape_of(element))
            found.append(violation(name, path, value, f"Map value must satisfy constraint: {words}"))
    return found


def refusal(name, request):
    """Return the text of the response to a request."""
    found = violations(name, "", request)
    return f"{len(found)} validation error{'s' if len(found) != 1 else ''} detected: {'; '.join(found)}"


def text_of(shape, size=None):
    """Return a text that satisfies a shape, of this length if given, or None if there is none."""
    for example in EXAMPLES:
        wanted = max(len(example), shape.get("min", 0)) if size is None else size
        text = (example[:1] * wanted + example)[-wanted:] if len(example) < wanted else example
        padded = example + example[-1] * max(0, wanted - len(example))
        for candidate in (padded, text, example[:wanted]):
            if len(candidate) == wanted and not broken(shape, candidate):
                return candidate
    return None


def valid(name, full=False):
    """A value that satisfies a shape, with needed members only or with all."""
    shape = shape_of(name)
    if shape.get("document"):
        return {}
    if shape["type"] == "structure":
        members = shape["members"] if full else shape.get("required", []) + ALSO_NEEDED.get(name, [])
        return {member: valid(shape["members"][member]["shape"], full) for member in members}
    if shape["type"] == "list":
        return [valid(shape["member"]["shape"], full)] * (1 if full else shape.get("min", 0))
    if shape["type"] == "map":
        if not full and shape.get("min", 0) == 0:
            return {}
        return {valid(shape["key"]["shape"]): valid(shape["value"]["shape"], full)}
    if "enum" in shape:
        return shape["enum"][0]
    if shape["type"] == "boolean":
        return True
    if shape["type"] == "integer":
        return max(shape.get("min", 1), 1)
    text = text_of(shape)
    assert text is not None, f"no example satisfies {name}: {shape.get('pattern')}"
    return text


def wrong_scalars(name):
    """Values that break one constraint each, and the constraint."""
    shape = shape_of(name)
    if "enum" in shape:
        return [("enum", "NO_SUCH_VALUE")]
    if shape["type"] == "integer":
        return [(bound, shape[bound] + step) for bound, step in (("min", -1), ("max", 1)) if bound in shape]
    if shape["type"] != "string":
        return []
    wrong = []
    if shape.get("min", 0) > 0:
        wrong.append(("min", text_of({**shape, "min": 0}, shape["min"] - 1) or "a" * (shape["min"] - 1)))
    if "max" in shape:
        unbounded = {key: of for key, of in shape.items() if key != "max"}
        wrong.append(("max", text_of(unbounded, shape["max"] + 1) or "a" * (shape["max"] + 1)))
    if "pattern" in shape:
        size = max(shape.get("min", 1), 1)
        texts = [intruder * size for intruder in INTRUDERS]
        texts = [text for text in texts if not matches(shape["pattern"], text)]
        if texts:
            wrong.append(("pattern", texts[0]))
    return wrong


WRONG_TYPES = {
    "string": [
        (7, "NUMBER_VALUE can not be converted to a String"),
        ({}, "Start of structure or map found where not expected."),
    ],
    "integer": [("7", "STRING_VALUE can not be converted to an Integer")],
    "boolean": [(7, "NUMBER_VALUE can not be converted to a Boolean"), ([], "Start of list found where not expected")],
    "structure": [("x", "Expected null"), ([], "Start of list found where not expected")],
    "map": [("x", "Expected null"), ([], "Start of list found where not expected")],
    "list": [("x", "Expected list or null"), ({}, "Start of structure or map found where not expected.")],
}


def places(name, at=()):
    """Return every member of a request: its path, its shape, and whether it is required."""
    shape = SHAPES[name]
    if shape.get("document"):
        return
    if shape["type"] == "structure":
        inner = [
            ((*at, member), of["shape"], member in shape.get("required", [])) for member, of in shape["members"].items()
        ]
    elif shape["type"] == "list":
        inner = [((*at, 0), shape["member"]["shape"], False)]
    elif shape["type"] == "map":
        inner = [((*at, {"key": valid(shape["key"]["shape"])}), shape["value"]["shape"], False)]
    else:
        inner = []
    for place in inner:
        yield place
        yield from places(place[1], place[0])


def wrong_values(name):
    """Return replacements for a value: the value, the constraint that it breaks, and the error for a wrong type."""
    shape = shape_of(name)
    if shape.get("document"):
        return
    for value, text in WRONG_TYPES[shape["type"]]:
        yield value, "type", text
    if shape["type"] == "list":
        element = shape["member"]["shape"]
        if shape.get("min", 0) > 0:
            yield [valid(element)] * (shape["min"] - 1), "min", None
        if "max" in shape:
            yield [valid(element)] * (shape["max"] + 1), "max", None
    elif shape["type"] == "map":
        for constraint, wrong in wrong_scalars(shape["key"]["shape"]):
            yield {wrong: valid(shape["value"]["shape"])}, constraint, None
    elif shape["type"] != "structure":
        for constraint, wrong in wrong_scalars(name):
            yield wrong, constraint, None


def with_value(name, value, at, wrong):
    """Return a value with one member replaced or removed."""
    if not at:
        return wrong
    step, rest = at[0], at[1:]
    shape = SHAPES[name]
    if isinstance(step, dict):
        key, inner = step["key"], shape["value"]["shape"]
        return {**value, key: with_value(inner, valid(inner), rest, wrong)}
    if isinstance(step, int):
        inner = shape["member"]["shape"]
        return [with_value(inner, valid(inner), rest, wrong), *value[1:]]
    inner = shape["members"][step]["shape"]
    changed = {**value, step: with_value(inner, value.get(step, valid(inner)), rest, wrong)}
    if wrong is None and not rest:
        del changed[step]
    return changed


def cases(operation, known):
    """The requests that break one constraint of an operation each."""
    name = MODEL["operations"][operation]["input"]["shape"]
    least = {**valid(name), **members_of(name, known)}
    for at, inner, required in places(name):
        path = ".".join(step["key"] if isinstance(step, dict) else str(step) for step in at)
        faults = [(None, "required", None)] if required else []
        for wrong, constraint, text in [*faults, *wrong_values(inner)]:
            if (operation, path, wrong) not in ALLOWED:
                request = with_value(name, least, at, wrong)
                kind = "SerializationException" if text else "InvalidParameterException"
                yield Case(operation, path, constraint, request, kind, text or refusal(name, request))


def members_of(name, known):
    return {member: known[member] for member in SHAPES[name]["members"] if member in known}


def call(operation, parameters):
    """Return the status and the body of the response to a request."""
    request = urllib.request.Request(
        pool.URL,
        json.dumps(parameters).encode(),
        {"content-type": "application/x-amz-json-1.1", "x-amz-target": f"{TARGET}.{operation}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, json.loads(response.read() or b"{}")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"{}")


def documented():
    """The operations of the README's table."""
    table = README.read_text(encoding="utf-8").split("<!-- actions: begin -->")[1].split("<!-- actions: end -->")[0]
    rows = [row.split("|")[1].strip() for row in table.splitlines() if row.startswith("|")]
    return [name for row in rows[2:] for name in row.split(", ")]


def made_pool():
    """Ids of a pool and a client that a request may change."""
    _, made = call("CreateUserPool", {"PoolName": "model"})
    pool_id = made["UserPool"]["Id"]
    _, made = call("CreateUserPoolClient", {"UserPoolId": pool_id, "ClientName": "model"})
    return {"UserPoolId": pool_id, "ClientId": made["UserPoolClient"]["ClientId"]}


def within_bounds(operation, known):
    """Requests that break no constraint: with few members, with all members, with each word of an enum, and with each
    text as short and as long as it may be."""
    name = MODEL["operations"][operation]["input"]["shape"]
    least = {**valid(name), **members_of(name, known)}
    yield least
    yield {**valid(name, full=True), **members_of(name, known)}
    for at, inner, _ in places(name):
        shape = shape_of(inner)
        if at[-1] in list(known) or shape["type"] != "string":
            continue
        bounds = [text_of(shape, shape[bound]) for bound in ("min", "max") if bound in shape]
        for value in shape.get("enum", bounds):
            if value is not None:
                yield with_value(name, least, at, value)


def main():
    operations = [
        operation
        for operation in sorted(MODEL["operations"])
        if call(operation, {})[1].get("__type") != "UnknownOperationException"
    ]
    assert operations == sorted(documented()), "the README names the operations that the pool has"
    wrong, sent, accepted = [], collections.Counter(), 0
    for operation in operations:
        known = made_pool()
        for case in cases(operation, known):
            sent[case.constraint] += 1
            status, body = call(operation, case.request)
            if status == 200:
                accepted += 1
            if (status, body.get("__type"), body.get("message")) != (400, case.kind, case.text):
                found = json.dumps(body)[:300]
                wrong.append(f"{operation} {case.path} {case.constraint}: {status} {found}, not {case.text[:300]}")
        for request in within_bounds(operation, known):
            sent["none"] += 1
            status, body = call(operation, request)
            message = body.get("message", "")
            if status >= 500 or body.get("__type") == "SerializationException" or "validation error" in message:
                wrong.append(f"{operation} {json.dumps(request)[:300]}: {status} {json.dumps(body)[:300]}")
    print(f"{len(operations)} operations, {sum(sent.values())} requests, by the constraint that they break: {dict(sent)}")
    print(f"{accepted} were answered 200 though they break one; {len(wrong)} were not answered as the service does:")
    print(*wrong, sep="\n")
    sys.exit(bool(wrong))


main()
