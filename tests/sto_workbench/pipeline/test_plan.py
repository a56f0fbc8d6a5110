"""The plan knows what runs, in which order, into which files."""

import json
import time
from pathlib import Path

import pytest

from sto_analysis.errors import Problems
from sto_workbench.pipeline.plan import latest_waves, notebook_hash, plan


def test_the_whole_plan_of_the_latest_wave():
    assert latest_waves() == ["synthetic-2024"]
    jobs = plan(latest_waves(), [], [], [])
    names = [job.notebook for job in jobs]
    assert names.count("06_region_report") == 78
    assert (names.count("00_published"), names.count("05_national_report"), names.count("01_clean")) == (2, 2, 2)
    assert len({job.key for job in jobs}) == len(jobs)


def test_every_job_comes_after_those_that_it_reads_from():
    seen: set[str] = set()
    for job in plan(["synthetic-2024"], ["R07"], ["nl", "en"], []):
        assert set(job.after) <= seen, job.key
        seen.add(job.key)


def test_file_names_of_a_wave_name_the_wave():
    pages = [job.page for job in plan(["synthetic-2024"], ["R07"], ["nl"], []) if "wave" in job.parameters]
    assert all(
        str(job.parameters["wave"]) in job.page.name
        for job in plan(["synthetic-2024"], ["R07"], ["nl"], [])
        if "wave" in job.parameters
    )
    assert Path("regions/R07.synthetic-2024.nl.html").name in {page.name for page in pages}


def test_a_given_parameter_reaches_only_the_notebooks_that_declare_it():
    jobs = plan(["synthetic-2021"], ["R01"], ["nl"], [("permutations", "99")])
    assert {job.notebook for job in jobs if job.parameters.get("permutations") == 99} == {"03_model", "04_robustness"}


def test_unknown_regions_come_all_at_once():
    with pytest.raises(Problems, match=r"no region 'R98'.*\n.*no region 'R99'"):
        plan(["synthetic-2024"], ["R98", "R07", "R99"], [], [])


def test_a_notebook_without_its_outputs_is_the_same_notebook(copy: Path):
    path = copy / "notebooks" / "02_describe.ipynb"
    before, content = notebook_hash(path.stem), json.loads(path.read_text())
    content["cells"][2]["outputs"], content["cells"][2]["execution_count"] = [{"output_type": "stream"}], 7
    path.write_text(json.dumps(content))
    assert notebook_hash(path.stem) == before
    content["cells"][2]["source"] += ["\n# more"]
    path.write_text(json.dumps(content))
    assert notebook_hash(path.stem) != before


def test_an_unknown_wave_is_named():
    with pytest.raises(Problems, match="UnknownWave"):
        plan(["synthetic-2023"], [], [], [])


@pytest.mark.whole
def test_a_plan_takes_as_long_as_it_has_regions(copy: Path):
    head = "region,name,commitment,krimp,employment,technology,teacher_shortage\n"
    rows = "".join(f"R{at:05},Naam {at},0,0,1,1,2\n" for at in range(10_000))
    (copy / "data/raw/synthetic-2024/frame.csv").write_text(head + rows, encoding="utf-8")
    begun = time.process_time()
    jobs = plan(["synthetic-2024"], (), (), [])
    assert time.process_time() - begun < 15  # with every job held against every other it took minutes
    assert [job.after for job in jobs[-2:]] == [jobs[-1].after] * 2
