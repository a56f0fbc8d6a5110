"""A small country with every difficulty: written as its public files, read back as a context."""

import json
from hashlib import sha256
from pathlib import Path

import pandas as pd
import yaml

from sto_analysis.monitor.codebook import Codebook
from sto_analysis.monitor.described import read_described
from sto_workbench.context.derive import derive
from sto_workbench.context.files import Files
from sto_workbench.context.key import read_key
from sto_workbench.context.sources import Sources
from sto_workbench.context.variables import Declared

REGIONS = ["R01", "R02", "R03", "R04"]
KEY = """region,vestiging,valid_from,valid_to
R01,00AA00,,
R01,00AA01,,
R02,00AB00,,
R03,00AC00,,
"""
UNIT = {"nl": "aandeel", "en": "share"}
FILES = {
    "exams.csv": ("duo_exams", "2024-2025", """\
INSTELLINGSCODE;VESTIGINGSCODE;ONDERWIJSTYPE VO;LEERWEG VMBO;VMBO SECTOR;AFDELING;EXAMENKANDIDATEN
00AA;00AA00;VMBO;BL;Techniek;PIE;30
00AA;00AA00;VMBO;KL;Techniek;BWI;<5
00AA;00AA01;VMBO;BL;Intersect. programma;DP;25
00AB;00AB00;VMBO;KL;Techniek;PIE;<5
00AB;00AB00;VMBO;KL;Techniek;BWI;<5
00AB;00AB00;VMBO;TL;Techniek;;50
00AC;00AC00;VMBO;KL;Zorg & Welzijn;ZWE;40
00AC;00AC00;HAVO;;;Natuur en Techniek;40
"""),
    "schools.csv": ("duo_vestigingen", "2024", """INSTELLINGSCODE;VESTIGINGSCODE;VESTIGINGSNAAM;GEMEENTENUMMER
00AA;00AA00;A;0001
00AA;00AA01;B;0002
00AB;00AB00;C;0003
00AC;00AC00;D;0004
"""),
    "pupils-2019.csv": ("duo_pupils", "2019-2020", """BRIN NUMMER;VESTIGINGSNUMMER;AANTAL LEERLINGEN
00AA;0;100
00AA;1;<5
00AB;0;200
00AC;0;80
"""),
    "pupils-2024.csv": ("duo_pupils", "2024-2025", """INSTELLINGSCODE;VESTIGINGSCODE;AANTAL LEERLINGEN
00AA;00AA00;90
00AA;00AA01;<5
00AB;00AB00;220
00AC;00AC00;60
"""),
    "areas.csv": ("cbs_gebieden", "2024", """RegioS;Code_1;Naam_2
GM0001    ;AM01;Noord
GM0002    ;AM02;'s-Zuid
GM0003    ;AM02;'s-Zuid
GM0004    ;AM01;Noord
"""),
    "people.csv": ("cbs_population", "2024", """RegioS;Perioden;BevolkingOp1Januari_1
GM0001;2019JJ00;1000
GM0002;2019JJ00;1000
GM0003;2019JJ00;1500
GM0005;2019JJ00;500
GM0004;2019JJ00;100
GM0001;2024JJ00;900
GM0002;2024JJ00;1100
GM0003;2024JJ00;2200
GM0004;2024JJ00;100
"""),
    "tight.csv": ("uwv_spanning", "2024 Q4", """Arbeidsmarktregio;Beroepsgroep;Spanningsindicator
Noord;Techniek;2,5
's-Zuid;Techniek;6,25
Noord;Zorg;1
Nederland;Techniek;4
"""),
    "commitment.csv": ("judged", "2024", """region,first,second
R01,2,2
R02,1,0
R03,0,0
R04,,
"""),
}  # fmt: skip
YEARS = {"since": 2019, "until": 2024}
VARIABLES = {
    "commitment": {"measure": "judged", "file": "commitment.csv", "by": "A", "second_by": "B", "rule": "Our rule."},
    "krimp": {"measure": "change_of_pupils", "unit": UNIT, **YEARS, "cuts": [-0.05], "falling": True},
    "employment": {"measure": "of_labour_market_region", "unit": UNIT, "file": "tight.csv",
                   "where": {"occupation": "techniek"}, "cuts": [2, 5]},
    "technology": {"measure": "share_of_candidates", "unit": UNIT, "of": ["PIE"], "cuts": [0.5]},
    "teacher_shortage": {"measure": "change_of_population", "unit": UNIT, **YEARS, "cuts": [-0.1, 0.1]},
}  # fmt: skip
SUCCESSORS = {"GM0005": "GM0003"}


def write(folder: Path, files: dict = FILES, successors: dict = SUCCESSORS, key: str = KEY) -> None:
    """Write the files, their sources.yaml and the key."""
    listed = {}
    for name, (kind, edition, text) in files.items():
        (folder / name).write_bytes(text.encode("cp1252"))
        digest = sha256(text.encode("cp1252")).hexdigest()
        listed[name] = {"kind": kind, "source": f"Publisher of {name}", "edition": edition, "date": "2025-01-15"}
        listed[name]["sha256"] = digest
    sources = {"files": listed, "successors": successors}
    (folder / "sources.yaml").write_text(yaml.safe_dump(sources, sort_keys=False))
    (folder / "region_schools.csv").write_text(key)


def context(folder: Path, codebook: Codebook, variables: dict | None = None) -> pd.DataFrame:
    """The context of what stands in a folder; index region and variable."""
    told = {"date": "2024-10-01", "variables": VARIABLES | (variables or {})}
    (folder / "context.yaml").write_text(yaml.safe_dump(json.loads(json.dumps(told))))  # without aliases
    declared = read_described(folder / "context.yaml", Declared)
    files = Files(folder, read_described(folder / "sources.yaml", Sources))
    of = read_key(folder / "region_schools.csv", REGIONS, {*files.municipality.index}, declared.date)
    table = derive(files, of, declared, codebook, REGIONS, folder / "context.yaml")
    return table.set_index(["variable", "region"])
