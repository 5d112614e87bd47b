"""A workspace of its own with its real commands, in real processes."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

STORY = Path(__file__).with_name("story.py")


@dataclass
class Node:
    """A workspace's folder and, on PostgreSQL, its database's address."""

    folder: Path
    database: str = ""

    @property
    def environment(self):
        mine = {name: told for name, told in os.environ.items() if not name.startswith(("NINEFOLD_", "DJANGO_"))}
        return mine | {
            "NINEFOLD_WORKSPACE": str(self.folder),
            "NINEFOLD_DATABASE": self.database,
            "STORY_ABOUT": str(self.folder.parent / "about.json"),
        }

    def step(self, name, **more):
        """One step of the story; what it says."""
        done = subprocess.run(
            [sys.executable, STORY, name], env=self.environment | more, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def start(self, name):
        """A step that goes on by itself."""
        return subprocess.Popen(
            [sys.executable, STORY, name], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def command(self, *words, config=None):
        """A command in a process of its own, not waited for; as the holder of the token in a configuration folder."""
        return subprocess.Popen(
            [sys.executable, "-m", "ninefold", *map(str, words)],
            env=self.environment | ({"XDG_CONFIG_HOME": str(config)} if config else {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ninefold(self, *words, status=0, config=None):
        """A command; what it prints, or the words of its refusal."""
        process = self.command(*words, config=config)
        said, complained = process.communicate(timeout=180)
        assert process.returncode == status, said + complained
        return complained if status else said


def every_byte(folder):
    """All that lies in a folder, in one."""
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
