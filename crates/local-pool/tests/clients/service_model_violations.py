"""Breaks every constraint of Amazon's service model, one at a time, in every operation that the local pool has.

The requests and the expected responses come from botocore's copy of the model. The local pool's copy is not used here.
Requests are sent without botocore, because botocore refuses many of them itself.

The expected messages follow messages of the service in these reports:
- the two violations of an empty username: https://github.com/amazon-archives/amazon-cognito-identity-js/issues/388
- a list with a value that its enum does not have: https://github.com/aws-solutions/media-insights-on-aws/pull/199
- a value of a map: https://github.com/aws/aws-cdk/issues/31795
- a member of a structure in a list: https://github.com/aws/aws-cdk/issues/14175
- a structure instead of a string: https://github.com/aws-amplify/amplify-js/issues/5165
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

# The service quotes the refused value in a header, too. That header can be longer than Python's default limit.
http.client._MAXLINE = 1 << 20

# The service allows spaces inside a password, although the model's pattern does not.
PATTERNS = {"PasswordType": r"^[\S]+.*[\S]+$"}

# An empty password means "no password" in a pool with other first factors.
ALLOWED = [("SignUp", "Password", "")]

# Members that an operation needs, although the model does not require them.
ALSO_NEEDED = {
    "ForgetDeviceRequest": ["AccessToken"],
    "GetDeviceRequest": ["AccessToken"],
    "SchemaAttributeType": ["Name"],
    "SignUpRequest": ["Password"],
}

# These texts satisfy the patterns of the model. For some patterns their last character has to be repeated.
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

# For each pattern that can be broken, at least one of these breaks it.
INVALID_CHARACTERS = ["\x01", " ", "a", "-"]

Case = collections.namedtuple("Case", "operation path constraint request kind text")


def shape_of(name):
    """A shape, with the pattern that the service really applies."""
    shape = SHAPES[name]
    return {**shape, "pattern": PATTERNS[name]} if name in PATTERNS else shape


def matches(pattern, text):
    """Whether an ASCII text matches. Unicode categories are replaced, because Python's `re` does not have them."""
    flags = re.ASCII
    if pattern.startswith("(?s)"):
        pattern, flags = pattern[4:], flags | re.DOTALL
    pattern = pattern.replace(r"\p{L}\p{M}\p{S}\p{N}\p{P}", "!-~").replace(r"\p{Z}", " ")
    return re.fullmatch(pattern, text, flags) is not None


def size_constraints(shape):
    """The constraints on a length or a value: the text and the test of each."""
    what = "value" if shape["type"] == "integer" else "length"
    constraints = []
    if "min" in shape:
        constraints.append((f"have {what} greater than or equal to {shape['min']}", lambda size: size >= shape["min"]))
    if "max" in shape:
        constraints.append((f"have {what} less than or equal to {shape['max']}", lambda size: size <= shape["max"]))
    return constraints


def broken(shape, value):
    """The constraints that a scalar, or the size of a list or map, does not satisfy."""
    if "enum" in shape:
        return [] if value in shape["enum"] else [f"satisfy enum value set: [{', '.join(shape['enum'])}]"]
    size = value if shape["type"] == "integer" else len(value) if shape["type"] != "boolean" else 0
    unmet = [text for text, met in size_constraints(shape) if not met(size)]
    if "pattern" in shape and not matches(shape["pattern"], value):
        unmet.append(f"satisfy regular expression pattern: {shape['pattern']}")
    return unmet


def all_constraints(shape):
    """All constraints of an element. The service lists all of them if one is broken."""
    if "enum" in shape:
        texts = [f"satisfy enum value set: [{', '.join(shape['enum'])}]"]
    else:
        texts = [text for text, _ in reversed(size_constraints(shape))]
        if "pattern" in shape:
            texts.append(f"satisfy regular expression pattern: {shape['pattern']}")
    return f"[{', '.join('Member must ' + text for text in texts)}]"


def quoted_value(name, value):
    """A value as the service quotes it in a violation."""
    shape = SHAPES[name]
    if shape["type"] == "structure":
        return name
    if shape["type"] == "list":
        return f"[{', '.join(quoted_value(shape['member']['shape'], item) for item in value)}]"
    if shape["type"] == "map":
        pairs = sorted(value.items())
        return "{" + ", ".join(f"{key}={quoted_value(shape['value']['shape'], item)}" for key, item in pairs) + "}"
    return str(value)


def violation(name, path, value, text):
    """The service's text for one violation."""
    quoted = "" if SHAPES[name].get("sensitive") else " null" if value is None else f" '{quoted_value(name, value)}'"
    return f"Value{quoted} at '{path}' failed to satisfy constraint: {text}"


def is_scalar(name):
    return SHAPES[name]["type"] not in ("structure", "list", "map")


def violations(name, path, value):
    """The service's texts for all violations of a value of the right type."""
    shape = shape_of(name)
    if shape["type"] == "structure":
        found = []
        for member, of in shape["members"].items():
            member_path = f"{path}.{member[0].lower() + member[1:]}".lstrip(".")
            if member in value:
                found += violations(of["shape"], member_path, value[member])
            elif member in shape.get("required", []):
                found.append(violation(of["shape"], member_path, None, "Member must not be null"))
        return found
    found = [violation(name, path, value, f"Member must {text}") for text in broken(shape, value)]
    if shape["type"] == "list":
        element = shape["member"]["shape"]
        if not is_scalar(element):
            for index, item in enumerate(value, 1):
                found += violations(element, f"{path}.{index}.member", item)
        elif any(broken(shape_of(element), item) for item in value):
            texts = all_constraints(shape_of(element))
            found.append(violation(name, path, value, f"Member must satisfy constraint: {texts}"))
    if shape["type"] == "map":
        key, element = shape["key"]["shape"], shape["value"]["shape"]
        if any(broken(shape_of(key), item) for item in value):
            texts = all_constraints(shape_of(key))
            found.append(violation(name, path, value, f"Map keys must satisfy constraint: {texts}"))
        if not is_scalar(element):
            for item in sorted(value):
                found += violations(element, f"{path}.{item}.member", value[item])
        elif any(broken(shape_of(element), item) for item in value.values()):
            texts = all_constraints(shape_of(element))
            found.append(violation(name, path, value, f"Map value must satisfy constraint: {texts}"))
    return found


def error_message(name, request):
    """The message of the service's response to an invalid request."""
    found = violations(name, "", request)
    return f"{len(found)} validation error{'s' if len(found) != 1 else ''} detected: {'; '.join(found)}"


def text_of(shape, size=None):
    """A text that satisfies a shape and has the given length, if one is given. `None` if there is no such text."""
    for example in EXAMPLES:
        wanted = max(len(example), shape.get("min", 0)) if size is None else size
        text = (example[:1] * wanted + example)[-wanted:] if len(example) < wanted else example
        padded = example + example[-1] * max(0, wanted - len(example))
        for candidate in (padded, text, example[:wanted]):
            if len(candidate) == wanted and not broken(shape, candidate):
                return candidate
    return None


def valid(name, full=False):
    """A value that satisfies a shape, with all members or with the required ones only."""
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
    """Pairs of a constraint and a value that breaks only this constraint."""
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
        texts = [character * size for character in INVALID_CHARACTERS]
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


def locations(name, at=()):
    """Every location in a request: its path, its shape, and whether it is required."""
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
    for location in inner:
        yield location
        yield from locations(location[1], location[0])


def wrong_values(name):
    """Invalid values for a shape: the value, the constraint that it breaks, and the message for a wrong type."""
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
    """A value in which one location is replaced, or removed if `wrong` is `None`."""
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
    """The requests that each break one constraint of an operation."""
    name = MODEL["operations"][operation]["input"]["shape"]
    least = {**valid(name), **members_of(name, known)}
    for at, inner, required in locations(name):
        path = ".".join(step["key"] if isinstance(step, dict) else str(step) for step in at)
        missing = [(None, "required", None)] if required else []
        for wrong, constraint, text in [*missing, *wrong_values(inner)]:
            if (operation, path, wrong) not in ALLOWED:
                request = with_value(name, least, at, wrong)
                kind = "SerializationException" if text else "InvalidParameterException"
                yield Case(operation, path, constraint, request, kind, text or error_message(name, request))


def members_of(name, known):
    """The known values of the members that a shape has."""
    return {member: known[member] for member in SHAPES[name]["members"] if member in known}


def call(operation, request):
    """The status and the body of the response to a request."""
    http_request = urllib.request.Request(
        pool.URL,
        json.dumps(request).encode(),
        {"content-type": "application/x-amz-json-1.1", "x-amz-target": f"{TARGET}.{operation}"},
    )
    try:
        with urllib.request.urlopen(http_request, timeout=60) as response:
            return response.status, json.loads(response.read() or b"{}")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"{}")


def documented():
    """The operations in the table of the README."""
    table = README.read_text(encoding="utf-8").split("<!-- actions: begin -->")[1].split("<!-- actions: end -->")[0]
    rows = [row.split("|")[1].strip() for row in table.splitlines() if row.startswith("|")]
    return [name for row in rows[2:] for name in row.split(", ")]


def create_pool():
    """The IDs of a new pool and client, which a request may change."""
    _, created = call("CreateUserPool", {"PoolName": "model"})
    pool_id = created["UserPool"]["Id"]
    _, created = call("CreateUserPoolClient", {"UserPoolId": pool_id, "ClientName": "model"})
    return {"UserPoolId": pool_id, "ClientId": created["UserPoolClient"]["ClientId"]}


def within_bounds(operation, known):
    """Requests that break no constraint: with the required members, with all members, with each value of an enum, and
    with texts of minimum and maximum length."""
    name = MODEL["operations"][operation]["input"]["shape"]
    least = {**valid(name), **members_of(name, known)}
    yield least
    yield {**valid(name, full=True), **members_of(name, known)}
    for at, inner, _ in locations(name):
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
    assert operations == sorted(documented()), "the README lists other operations than the pool has"
    wrong, sent, accepted = [], collections.Counter(), 0
    for operation in operations:
        known = create_pool()
        for case in cases(operation, known):
            sent[case.constraint] += 1
            status, response = call(operation, case.request)
            if status == 200:
                accepted += 1
            if (status, response.get("__type"), response.get("message")) != (400, case.kind, case.text):
                found = json.dumps(response)[:300]
                wrong.append(f"{operation} {case.path} {case.constraint}: {status} {found}, not {case.text[:300]}")
        for request in within_bounds(operation, known):
            sent["none"] += 1
            status, response = call(operation, request)
            message = response.get("message", "")
            if status >= 500 or response.get("__type") == "SerializationException" or "validation error" in message:
                wrong.append(f"{operation} {json.dumps(request)[:300]}: {status} {json.dumps(response)[:300]}")
    print(f"{len(operations)} operations, {sum(sent.values())} requests. Requests by broken constraint: {dict(sent)}")
    print(f"{accepted} invalid requests got status 200. {len(wrong)} responses differ from the service's:")
    print(*wrong, sep="\n")
    sys.exit(bool(wrong))


main()
