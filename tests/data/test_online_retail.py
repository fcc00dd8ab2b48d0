"""The download, against a server on this machine."""

import hashlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path

import pytest

from segmentation.data.cleaned import cleaned_lines
from segmentation.data.cleaning import CleaningRules
from segmentation.data.online_retail import online_retail
from segmentation.errors import UserError
from tests.helpers.exports import ORDERS


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Keep the test output quiet."""

    def do_GET(self) -> None:
        if self.path != "/truncated.csv":
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self.wfile.write(b"Customer ID,Inv")
        return None


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    folder = tmp_path / "served"
    folder.mkdir()
    server = HTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", folder
    server.shutdown()
    thread.join()
    server.server_close()


def _write_orders(folder: Path) -> str:
    ORDERS.to_csv(folder / "orders.csv", index=False)
    return hashlib.sha256((folder / "orders.csv").read_bytes()).hexdigest()


@pytest.mark.slow
def test_the_file_is_downloaded_once(served: tuple[str, Path], tmp_path: Path) -> None:
    url, folder = served
    sha256 = _write_orders(folder)
    cache = tmp_path / "cache"
    first = online_retail(f"{url}/orders.csv", sha256, cache_dir=cache)
    (folder / "orders.csv").unlink()
    again = online_retail(f"{url}/orders.csv", sha256, cache_dir=cache)
    assert first.lines.count().execute() == again.lines.count().execute() == len(ORDERS)
    assert again.lines.cancelled.sum().execute() == 1
    assert {file.suffix for file in cache.iterdir()} == {".csv", ".parquet"}


@pytest.mark.slow
def test_a_half_written_download_of_an_earlier_start_is_replaced(
    served: tuple[str, Path], tmp_path: Path
) -> None:
    url, folder = served
    sha256 = _write_orders(folder)
    (tmp_path / "orders.csv").write_text("Customer ID,Inv")
    lines = online_retail(f"{url}/orders.csv", sha256, cache_dir=tmp_path).lines
    assert lines.count().execute() == len(ORDERS)


def test_another_content_is_refused_and_leaves_nothing(
    served: tuple[str, Path], tmp_path: Path
) -> None:
    url, folder = served
    _write_orders(folder)
    cache = tmp_path / "cache"
    with pytest.raises(UserError, match=r"not the published file.*set data\.path=") as raised:
        online_retail(f"{url}/orders.csv", "0" * 64, cache_dir=cache)
    assert "\n" not in str(raised.value)
    assert list(cache.iterdir()) == []


def test_a_download_that_breaks_off_leaves_nothing(
    served: tuple[str, Path], tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    with pytest.raises(UserError, match=r"set data\.path="):
        online_retail(f"{served[0]}/truncated.csv", "0" * 64, cache_dir=cache)
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("path", ["absent.csv", "refused"])
def test_no_file_and_no_network_name_the_remedy(
    served: tuple[str, Path], tmp_path: Path, path: str
) -> None:
    url = f"{served[0]}/{path}"
    if path == "refused":
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{free.getsockname()[1]}/orders.csv"
    with pytest.raises(UserError, match=r"cannot be downloaded \(.*set data\.path=") as raised:
        online_retail(url, "0" * 64, cache_dir=tmp_path / "cache")
    assert "\n" not in str(raised.value)


def test_a_cache_that_cannot_be_written_names_the_remedy(
    served: tuple[str, Path], tmp_path: Path
) -> None:
    sha256 = _write_orders(served[1])
    (tmp_path / "cache").write_text("a file, not a folder")
    with pytest.raises(UserError, match=r"cannot be cached in .*set data\.cache_dir="):
        online_retail(f"{served[0]}/orders.csv", sha256, cache_dir=tmp_path / "cache")


@pytest.mark.posix
@pytest.mark.slow
def test_the_published_file_is_downloaded_and_has_the_content_of_the_parquet_file(
    served: tuple[str, Path], shared_data: Path, tmp_path: Path
) -> None:
    url, folder = served
    (folder / "onlineretail.rda").symlink_to(shared_data / "onlineretail.rda")
    sha256 = "d686c7ec387fdc64fde3a5b6f1c31d43751735f4053f34c92e677beacf5e0664"
    downloaded = online_retail(f"{url}/onlineretail.rda", sha256, cache_dir=tmp_path)
    local = online_retail("", "", path=shared_data / "online_retail.parquet")
    of_r, of_parquet = (cleaned_lines(lines, CleaningRules())[1] for lines in (downloaded, local))
    assert of_r.lines_read == 541_909
    assert replace(of_r, source="") == replace(of_parquet, source="")
