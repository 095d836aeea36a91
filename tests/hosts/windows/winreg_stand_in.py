"""A stand-in for the standard library's winreg, which only Windows has, with its signatures."""

import contextlib

HKEY_CURRENT_USER = "current user"
HKEY_CLASSES_ROOT = "classes of all"
KEY_READ, KEY_WRITE, KEY_WOW64_64KEY = 0x20019, 0x20006, 0x100
REG_SZ, REG_DWORD = 1, 4

keys: dict[str, dict[str, tuple[object, int]]] = {}


def reset():
    keys.clear()
    keys.update({"software": {}, "software\\classes": {}})


@contextlib.contextmanager
def _handle(key):
    yield key


def _known(key, sub_key, access):
    assert key == HKEY_CURRENT_USER
    assert access & KEY_WOW64_64KEY
    if sub_key.lower() not in keys:
        raise FileNotFoundError(2, "no such key")
    return sub_key.lower()


def OpenKey(key, sub_key, reserved=0, access=KEY_READ):
    assert reserved == 0
    return _handle(_known(key, sub_key, access))


def CreateKeyEx(key, sub_key, reserved=0, access=KEY_WRITE):
    assert (key, reserved) == (HKEY_CURRENT_USER, 0)
    assert access & KEY_WOW64_64KEY
    parts = sub_key.lower().split("\\")
    for count in range(1, len(parts) + 1):
        keys.setdefault("\\".join(parts[:count]), {})
    return _handle(sub_key.lower())


def SetValueEx(key, value_name, reserved, type, value):  # noqa: A002 - winreg's name
    assert (reserved, type) == (0, REG_SZ)
    keys[key][value_name] = (value, type)


def _below(key):
    return [known for known in keys if known.rpartition("\\")[0] == key]


def QueryInfoKey(key):
    return len(_below(key)), len(keys[key]), 0


def QueryValue(key, sub_key):
    assert key == HKEY_CLASSES_ROOT
    if sub_key != "Excel.Application\\CurVer":
        raise FileNotFoundError(2, "no such key")
    return "Excel.Application.16"


def EnumKey(key, index):
    return _below(key)[index].rpartition("\\")[2]


def EnumValue(key, index):
    name = list(keys[key])[index]
    return (name, *keys[key][name])


def DeleteKeyEx(key, sub_key, access=KEY_WOW64_64KEY, reserved=0):
    assert reserved == 0
    known = _known(key, sub_key, access)
    if _below(known):
        raise PermissionError(5, "a key with keys below it is not deleted")
    del keys[known]
