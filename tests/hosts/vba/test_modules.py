"""The text of the VBA modules: what would keep it from compiling.

Only Excel can compile it, and one fault there would disable every function, so names, blocks and
lines are checked here.
"""

import re

from hosts.vba.vba_text import (
    KEYWORDS,
    KNOWN,
    KNOWN_TO_START,
    MODULES,
    code,
    declared_at_top,
    each_module,
    names_of,
    parameters_of,
    procedures,
    project_of,
)

from clv_xl.hosts.vba.names import IDENTIFIER, RESERVED


@each_module
def test_plain_ascii_and_option_explicit(module):
    assert module.text.isascii()
    assert module.text.startswith("Option Explicit\n")
    assert "\t" not in module.text
    assert module.text.endswith("\n")


@each_module
def test_lines_stay_within_the_editors_limits(module):
    for line in module.stored_text.split("\r\n"):
        assert len(line) <= 1023
    run = 0
    for line in module.text.splitlines():
        run = run + 1 if line.endswith(" _") else 0
        assert run <= 24


@each_module
def test_procedures_stay_far_below_64_kilobytes(module):
    starts = re.split(r"^End (?:Sub|Function)$", module.text, flags=re.MULTILINE)
    assert max(map(len, starts)) < 32_000


@each_module
def test_blocks_are_closed(module):
    openers = {
        "Sub": r"(?:Public |Private )?Sub ",
        "Function": r"(?:Public |Private )?Function ",
        "If": r"If .* Then$",
        "Select": r"Select Case ",
        "For": r"For ",
        "Do": r"Do While ",
        "#If": r"#If ",
    }
    open_blocks = []
    for line in code(module.text):
        end = re.match(r"End (Sub|Function|If|Select)$|#End (If)$|(Next)\b|(Loop)$", line)
        if end:
            closed = end[1] or (end[2] and "#If") or (end[3] and "For") or "Do"
            assert open_blocks.pop() == closed
        for block, opener in openers.items():
            if re.match(opener, line):
                open_blocks.append(block)
    assert open_blocks == []


@each_module
def test_every_name_is_declared(module):
    own, public = declared_at_top(project_of(module))
    known = KNOWN | (KNOWN_TO_START if module.name == "ClvStart" else set())
    for first, lines in procedures(module.text):
        declared = set(map(str.lower, parameters_of(first)))
        for line in lines:
            declared |= {name.lower() for name in re.findall(r"^Dim (\w+)", line)}
            declared |= {name.lower() for name in re.findall(r"^(\w+):$", line)}
        for line in lines:
            unknown = names_of(line) - declared - own[module.name] - public - known - KEYWORDS
            assert not unknown, line


@each_module
def test_no_local_name_is_a_word_of_vba_or_hides_a_procedure(module):
    public = declared_at_top(project_of(module))[1]
    procedures_in_sight = public | {
        re.search(r"(?:Sub|Function) (\w+)", first)[1].lower()
        for first, _ in procedures(module.text)
    }
    for first, lines in procedures(module.text):
        local = [*parameters_of(first), *re.findall(r"^Dim (\w+)", "\n".join(lines), re.MULTILINE)]
        lower = [name.lower() for name in local]
        assert len(set(lower)) == len(lower)
        for name in local:
            assert IDENTIFIER.fullmatch(name)
            assert len(name) <= 255
            assert name.lower() not in RESERVED
            assert name.lower() not in procedures_in_sight
            assert name.lower() not in KNOWN | KNOWN_TO_START


def test_public_names_are_unique_without_regard_to_case():
    seen = [name.lower() for name in MODULES]
    for module in MODULES.values():
        for first, _ in procedures(module.text):
            if not first.startswith("Private"):
                seen.append(re.search(r"(?:Sub|Function) (\w+)", first)[1].lower())
    assert len(set(seen)) == len(seen)
