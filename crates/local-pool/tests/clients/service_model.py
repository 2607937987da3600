"""Copies the constraints on requests from Amazon's service model in botocore to the local pool.

python service_model.py          compares the local pool's copy with the installed botocore's model
python service_model.py --write  writes the copy
"""

import json
import pathlib
import sys

import botocore
from botocore.loaders import Loader

SERVICE, VERSION = "cognito-idp", "2016-04-18"
COPY = pathlib.Path(__file__).parents[2] / f"src/service_model/{SERVICE}-{VERSION}.json"
CONSTRAINTS = ["min", "max", "pattern", "enum", "sensitive", "document"]


def load():
    """Amazon's service model from the installed botocore."""
    return Loader().load_service_model(SERVICE, "service-2", VERSION)


def request_shapes(model):
    """The shapes that a request can contain, by name. A shape comes after the shapes of its members."""
    shapes = {}

    def visit(name):
        if name in shapes:
            return
        shape = model["shapes"][name]
        copied = {"type": shape["type"], **{key: shape[key] for key in CONSTRAINTS if key in shape}}
        for key in ("member", "key", "value"):
            if key in shape:
                copied[key] = shape[key]["shape"]
                visit(copied[key])
        if "members" in shape:
            required = shape.get("required", [])
            # The service reports violations in the order of the members.
            copied["members"] = [
                {"name": member, "shape": of["shape"], **({"required": True} if member in required else {})}
                for member, of in shape["members"].items()
            ]
            for of in shape["members"].values():
                visit(of["shape"])
        shapes[name] = copied

    for operation in model["operations"].values():
        if "input" in operation:
            visit(operation["input"]["shape"])
    return shapes


def rendered(model):
    """The text of the local pool's copy, with one line for each operation and shape."""

    def lines(entries):
        return ",\n".join(f"    {json.dumps(name)}: {json.dumps(value)}" for name, value in entries)

    operations = {
        name: operation["input"]["shape"] for name, operation in model["operations"].items() if "input" in operation
    }
    return (
        "{\n"
        f'  "source": "botocore {botocore.__version__}, data/{SERVICE}/{VERSION}/service-2.json",\n'
        '  "operations": {\n' + lines(sorted(operations.items())) + "\n  },\n"
        '  "shapes": {\n' + lines(sorted(request_shapes(model).items())) + "\n  }\n"
        "}\n"
    )


if __name__ == "__main__":
    text = rendered(load())
    if sys.argv[1:] == ["--write"]:
        COPY.write_text(text)
    elif COPY.read_text() != text:
        sys.exit(f"{COPY} differs from the model of botocore {botocore.__version__}. Write it with:\n  {sys.executable} {__file__} --write")
