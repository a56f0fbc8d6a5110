from pathlib import Path

from sto_workbench.release.derived import descriptions, rebuild, twin_files
from sto_workbench.verify.sums import files
from tests.sto_workbench.release.small import small_release


def test_what_follows_is_the_same_when_it_is_made_again(tmp_path: Path):
    folder = small_release(tmp_path)
    for name, content in (twin_files(folder) | descriptions(folder)).items():
        assert (folder / name).read_bytes() == content, name


def test_a_digit_of_the_results_shows_in_what_follows_from_them(tmp_path: Path):
    folder = small_release(tmp_path)
    path = folder / "results" / "shares.csv"
    path.write_bytes(path.read_bytes().replace(b"0.88", b"0.08"))
    made = twin_files(folder) | descriptions(folder)
    differs = {each for each, content in made.items() if (folder / each).read_bytes() != content}
    assert "twin/data/raw/synthetic-2024/twin.synthetic-2024.csv" in differs
    assert "results/datapackage.json" in differs


def test_the_public_root_is_made_again_of_code_results_and_source(tmp_path: Path):
    folder = small_release(tmp_path / "release")
    root = rebuild(folder, tmp_path / "root")
    assert "data/processed/synthetic-2024/results/shares.parquet" in files(root)
    assert (root / "data" / "codebook.yaml").is_file()
