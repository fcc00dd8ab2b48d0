"""The encoding of an export is found where its text tells it."""

import random

import pytest

from segmentation.data.text_files import find_encoding, irregular_line, readable_copy

NAMES = {
    "cp1252": "Jürgen Müller|Käthe Größe|Zürich|François Lefèvre|São Paulo|Muñoz|Åse Østergård",
    "cp1250": "Łódź|Kraków|Wrocław|Gdańsk|Jiří Dvořák|Ondřej Černý|Győr|Szűcs Jenő|Žilina",
    "cp1251": "Иван Петров|Москва|Екатерина Смирнова|Санкт-Петербург|Харків",
    "cp1253": "Αθήνα|Γιώργος Παπαδόπουλος|Θεσσαλονίκη|Ελένη",
    "cp932": "東京都港区|大阪市北区|田中太郎|佐藤花子|ヤマダ電機",
    "gb18030": "北京市朝阳区|上海市|张伟|广州市天河区|李娜",
    "big5": "台北市信義區|高雄市|陳小明|林美玲|新竹市",
    "cp949": "서울특별시 강남구|부산광역시|김철수|이영희",
}


def written(path, names, encoding):
    draw = random.Random(0)
    lines = (f"{i},{draw.choice(names)} {i},SET OF CUPS,2012-01-01\n" for i in range(300))
    path.write_bytes(("order,customer,product,date\n" + "".join(lines)).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", NAMES)
def test_the_language_of_names_tells_the_encoding(tmp_path, encoding):
    assert find_encoding(written(tmp_path / "a.csv", NAMES[encoding].split("|"), encoding)) == (
        encoding
    )


@pytest.mark.parametrize("text", ["£5 OFF", "½ PINT", "5° ANGLE", "Crème brûlée", "CAFÉ", "Łódź"])
def test_little_text_is_western_unless_that_is_unlikely(tmp_path, text):
    encoding = "cp1250" if text == "Łódź" else "cp1252"
    path = written(tmp_path / "a.csv", [text], encoding)
    assert path.read_bytes().decode(find_encoding(path)) == path.read_bytes().decode(encoding)


def test_text_that_no_guess_decodes_is_read_all_the_same(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\x98\x81 caf\xe9\n")
    assert find_encoding(tmp_path / "a.csv") == "latin-1"


def test_a_line_end_may_stand_on_the_border_of_two_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr("segmentation.data.text_files.BLOCK_BYTES", 4)
    (tmp_path / "a.csv").write_bytes(b"a,b\r\n1,2\r\n")
    assert readable_copy(tmp_path / "a.csv", tmp_path) == tmp_path / "a.csv"


def test_a_file_of_blank_lines_and_a_field_without_an_end_are_told(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("\n\n\n", encoding="utf-8")
    assert irregular_line(path) == "it has no lines"
    path.write_text("a,b\n1,2\n3," + "x" * 200_000 + "\n", encoding="utf-8")
    assert irregular_line(path).startswith("line 3 is no line of fields (field larger than")
