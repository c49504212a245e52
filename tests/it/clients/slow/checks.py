"""What the scripts print: a client's name and version, then a line for every check it passed."""


def client(name, version):
    print("client", name, version, flush=True)


def ok(what):
    print("ok", what, flush=True)


def differs(what, why):
    print(f"differs {what}: {why}", flush=True)


def expect(found, wanted, what):
    assert found == wanted, f"{what}: {found!r} instead of {wanted!r}"
    ok(what)


def among(found, wanted, what):
    missing = set(wanted) - set(found)
    assert not missing, f"{what}: {missing} missing in {found!r}"
    ok(what)
