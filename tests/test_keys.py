"""Keys: shown once, kept as hashes that only their owner reads, added and removed by name, noticed at once."""

import json
import re
import stat
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from threading import Thread

import pytest

from recommender import cli, keys
from recommender.keys import Keys, KeysError
from recommender.links import NotFoundError

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def main(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["recommender", "--home", str(home), "keys", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0), *capsys.readouterr()

    return main


def test_a_key_is_random_and_kept_only_as_its_hash_for_its_owner(home: Path) -> None:
    one, other = Keys(home).add("cms"), Keys(home).add("import")
    assert one != other
    assert re.fullmatch(r"rk_[\w-]{43}", one)
    text = (home / "keys.json").read_text()
    assert one not in text
    assert one[3:] not in text
    assert [row["sha256"] for row in json.loads(text)["keys"]] == [sha256(k.encode()).hexdigest() for k in (one, other)]
    assert stat.S_IMODE((home / "keys.json").stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir()] == ["keys.json"]


def test_a_key_is_known_by_its_name_until_it_is_removed(home: Path) -> None:
    running = Keys(home)
    assert (list(running), running.name_of("rk_x")) == ([], None)
    one, other = Keys(home).add("cms"), Keys(home).add("import")
    assert (running.name_of(one), running.name_of(other)) == ("cms", "import")
    for wrong in ("", one[:-1], one + "x", one.upper(), other[3:], "\ud800", "ключ"):
        assert running.name_of(wrong) is None
    Keys(home).remove("cms")
    assert (running.name_of(one), running.name_of(other)) == (None, "import")
    (home / "keys.json").unlink()
    assert running.name_of(other) is None


@pytest.mark.parametrize("mode", [0o666, 0o602, 0o777])
def test_keys_that_anybody_may_write_are_refused_until_they_are_closed(home: Path, run: Run, mode: int) -> None:
    running = Keys(home)
    given = Keys(home).add("cms")
    assert running.name_of(given) == "cms"
    path = home / "keys.json"
    path.chmod(mode)
    with pytest.raises(KeysError, match=f"any user of this machine could add a key to it; chmod o-w {path}"):
        running.name_of(given)
    code, _, said = run("list")
    assert (code, "chmod o-w" in said) == (1, True)
    path.chmod(0o600)
    assert running.name_of(given) == "cms"


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o660, 0o644])
def test_a_group_may_read_and_write_keys_as_in_containers_that_share_a_volume(home: Path, mode: int) -> None:
    given = Keys(home).add("cms")
    (home / "keys.json").chmod(mode)
    assert Keys(home).name_of(given) == "cms"


def test_every_hash_is_compared_whichever_is_right(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = [Keys(home).add(name) for name in "abc"]
    compared: list[str] = []
    compare = keys.hmac.compare_digest
    monkeypatch.setattr(keys.hmac, "compare_digest", lambda one, other: compared.append(one) or compare(one, other))
    for each in (*given, "rk_x"):
        compared.clear()
        Keys(home).name_of(each)
        assert len(compared) == 3


def test_the_file_is_read_again_only_where_it_has_changed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running, given = Keys(home), Keys(home).add("cms")
    running.name_of(given)
    monkeypatch.setattr(Keys, "_read", lambda _: pytest.fail("read again"))
    assert running.name_of(given) == "cms"


def test_a_name_is_taken_once_and_a_missing_one_is_told(home: Path) -> None:
    Keys(home).add("cms")
    with pytest.raises(KeysError, match="'cms': there is a key of this name; add another name, or remove this one"):
        Keys(home).add("cms")
    with pytest.raises(NotFoundError, match="'x': no key of this name; `recommender keys list` shows them"):
        Keys(home).remove("x")


@pytest.mark.parametrize("text", ["{", "[]", '{"keys": [{"name": "a"}]}', '{"keys": 1}', "\x00"])
def test_a_file_that_cannot_be_read_is_an_error_and_lets_nobody_in(home: Path, text: str) -> None:
    given = Keys(home).add("cms")
    (home / "keys.json").write_text(text)
    running = Keys(home)
    for _ in range(2):
        with pytest.raises(KeysError, match=r"keys.json: cannot be read \(.+\); let the server's user read it"):
            running.name_of(given)


def test_a_home_that_is_no_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KeysError, match="cannot be read"):
        list(Keys(tmp_path / "file"))


def test_keys_that_are_added_at_once_are_all_kept(home: Path) -> None:
    threads = [Thread(target=Keys(home).add, args=[f"k{number}"]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(key.name for key in Keys(home)) == [f"k{number}" for number in range(8)]


def test_the_command_shows_a_key_once_and_lists_names(run: Run, home: Path) -> None:
    assert run("list")[1].startswith("No key: nobody can write over HTTP")
    code, out, err = run("add", "cms")
    assert (code, "not shown again" in err) == (0, True)
    assert Keys(home).name_of(out.strip()) == "cms"
    made = json.loads(run("add", "import", "--json")[1])
    assert (made["name"], Keys(home).name_of(made["key"])) == ("import", "import")
    listed = run("list")[1]
    assert ("cms" in listed, "rk_" in listed) == (True, False)
    assert [one["name"] for one in json.loads(run("list", "--json")[1])["keys"]] == ["cms", "import"]
    assert run("remove", "cms")[:2] == (0, "cms: removed\n")
    assert json.loads(run("remove", "import", "--json")[1]) == {"removed": "import"}
    assert list(Keys(home)) == []


def test_the_command_refuses_names_that_are_none_or_taken_or_missing(run: Run) -> None:
    assert run("add", "a\nb")[0] == 2
    assert run("add", " ")[0] == 2
    assert run("add", "x" * 65)[0] == 2
    run("add", "cms")
    assert run("add", "cms")[0] == 1
    code, _, err = run("remove", "nope")
    assert (code, err) == (5, "error: 'nope': no key of this name; `recommender keys list` shows them\n")
