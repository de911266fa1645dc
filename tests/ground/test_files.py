"""A file is whole or absent; a folder that holds something is never touched."""

import pytest

from slachtoffermonitor.ground import InputError, new_folder, write_bytes, write_text


def test_a_file_is_replaced_whole(tmp_path):
    target = tmp_path / "deep" / "file.txt"
    write_text(target, "één")
    write_text(target, "twee")
    assert target.read_bytes() == b"twee"
    assert [p.name for p in target.parent.iterdir()] == ["file.txt"]


def test_a_failed_write_leaves_the_old_content_and_no_remains(tmp_path):
    target = tmp_path / "file.bin"
    write_bytes(target, b"old")
    with pytest.raises(TypeError):
        write_bytes(target, "not bytes")  # type: ignore[arg-type]
    assert target.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_new_folder_appears_only_when_it_is_complete(tmp_path):
    target = tmp_path / "edition"
    with new_folder(target) as folder:
        write_text(folder / "a.txt", "a")
        assert not target.exists()
    assert (target / "a.txt").read_text() == "a"
    assert [p.name for p in tmp_path.iterdir()] == ["edition"]


def test_an_interrupted_folder_leaves_nothing(tmp_path):
    with pytest.raises(RuntimeError), new_folder(tmp_path / "edition") as folder:
        write_text(folder / "a.txt", "a")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_may_be_filled(tmp_path):
    target = tmp_path / "edition"
    target.mkdir()
    with new_folder(target) as folder:
        write_text(folder / "a.txt", "a")
    assert (target / "a.txt").exists()


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_what_stands_there_is_kept(tmp_path, kind):
    target = tmp_path / "edition"
    if kind == "folder":
        target.mkdir()
        (target / "mine.txt").write_text("mine")
    else:
        target.write_text("mine")
    with pytest.raises(InputError, match="nothing is overwritten"), new_folder(target):
        pass
    assert (target / "mine.txt" if kind == "folder" else target).read_text() == "mine"
