"""Make `web/static/vendor/scripts/`: `python tools/vendor/scripts.py [SCRATCH]`. Two runs give the same bytes.

age in the browser comes as modules that name their own dependencies; a browser cannot find those, so esbuild joins
what we use into one module. It is run as the package ships it, pinned by hash like everything else.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from unpack import PINS, fetch

TARGET = Path(__file__).parents[2] / "src" / "ninefold" / "web" / "static" / "vendor" / "scripts"
BUNDLER = "@esbuild/linux-x64"
JOINED = ("age-encryption", "@noble/ciphers", "@noble/curves", "@noble/hashes", "@noble/post-quantum", "@scure/base")
# What the pages use; the rest is left out where nothing of it is reached.
ENTRY = """\
export { Decrypter, Encrypter, armor, generateX25519Identity, identityToRecipient } from "age-encryption";
export { bech32 } from "@scure/base";
"""


def main(scratch: Path) -> None:
    """Write `age.js`, the licences of what is in it, and `MANIFEST.json`."""
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    modules = scratch / "joining" / "node_modules"
    for name in JOINED:
        shutil.copytree(fetch(name, scratch), modules / name, dirs_exist_ok=True)
    made = TARGET / "age.js"
    _join(fetch(BUNDLER, scratch) / "bin" / "esbuild", modules.parent, made)
    (TARGET / "age.LICENSES.txt").write_text("\n\n".join(_licence(modules / name, name) for name in JOINED))
    (TARGET / "MANIFEST.json").write_text(json.dumps(_row(made), indent=1) + "\n")


def _join(bundler: Path, folder: Path, made: Path) -> None:
    (folder / "entry.js").write_text(ENTRY)
    bundler.chmod(0o755)
    how = ["--bundle", "--format=esm", "--target=es2022", "--minify", "--charset=utf8", "--legal-comments=inline"]
    subprocess.run([str(bundler), "entry.js", *how, f"--outfile={made}"], cwd=folder, check=True)


def _licence(package: Path, name: str) -> str:
    return f"{name} {PINS[name]['version']} ({PINS[name]['licence']})\n\n{(package / 'LICENSE').read_text().strip()}\n"


def _row(file: Path) -> dict[str, object]:
    return {
        "file": file.name,
        "bytes": file.stat().st_size,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "change": "joined into one module and minified",
        "packages": [{"package": name, **PINS[name]} for name in JOINED],
        "joined_by": {"package": BUNDLER, **PINS[BUNDLER]},
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        main(Path(sys.argv[1] if len(sys.argv) > 1 else temporary).resolve())
