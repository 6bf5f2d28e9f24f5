"""Make `.venv` with the pinned packages. Uses the standard library only; `make` runs it before everything else.

    python3 scripts/bootstrap.py         what runs
    python3 scripts/bootstrap.py --dev   and what tests and checks

The second run compares one hash and is done. Written so that an old Python can still read it and say what is wrong.
"""

import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
VENV_PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, ".installed")
OLDEST = (3, 11)
NAMES = ["python3.13", "python3.12", "python3.11"]


def say(chinese, english):
    sys.stderr.write(chinese + "\n" + english + "\n")


def stop(chinese, english):
    say(chinese, english)
    sys.exit(1)


def suits(python):
    """Tell whether this command is a Python that is new enough; a version switcher may answer for a missing one."""
    test = f"import sys; sys.exit(sys.version_info < {OLDEST!r})"
    return subprocess.call([python, "-c", test], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


def find_python():
    if sys.version_info >= OLDEST:
        return sys.executable
    for name in NAMES:
        if shutil.which(name) and suits(name):
            return shutil.which(name)
    present = ".".join(map(str, sys.version_info[:2]))
    return stop(
        f"需要 Python 3.11 或更高版本，本机是 {present}。请先安装新版本。",
        f"Python 3.11 or newer is needed, this is {present}. Please install a newer one.",
    )


def make_venv(python):
    """Make `.venv` afresh. Debian and Ubuntu ship venv apart from Python, so it may be missing."""
    if subprocess.call([python, "-c", "import venv, ensurepip"], stderr=subprocess.DEVNULL) != 0:
        stop(
            "本机 Python 缺少 venv 模块。Debian、Ubuntu 请执行：apt-get install python3-venv",
            "This Python lacks the venv module. On Debian and Ubuntu: apt-get install python3-venv",
        )
    if subprocess.call([python, "-m", "venv", "--clear", VENV]) != 0:
        stop("无法创建 .venv，原因见上。", "Cannot make .venv; the reason stands above.")


def install(requirements):
    """Install with uv where it is at hand (three times as fast), else with pip, which knows the office's own mirror.

    The lock names everything, so nothing is resolved: an old pip looks for a newer release where a package asks for
    another one's extra, and refuses it for want of a hash.
    """
    wanted = ["--no-deps", "--require-hashes", "-r", requirements]
    uv = shutil.which("uv")
    if uv and subprocess.call([uv, "pip", "install", "--quiet", "--python", VENV_PYTHON, *wanted]) == 0:
        return
    pip = [VENV_PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.call([*pip, *wanted]) != 0:
        stop(
            "安装依赖包失败，原因见上。请检查网络或 pip 镜像设置，然后重新执行。",
            "Installing the packages failed; see above. Check the network or pip's mirror, then run again.",
        )


def fingerprint(requirements):
    with open(requirements, "rb") as lock:
        return os.path.basename(requirements) + " " + hashlib.sha256(lock.read()).hexdigest() + "\n"


def installed():
    if not suits_venv():
        return ""
    if not os.path.exists(STAMP):
        return ""
    with open(STAMP) as stamp:
        return stamp.read()


def suits_venv():
    return os.path.exists(VENV_PYTHON) and suits(VENV_PYTHON)


def main():
    names = ["requirements.txt"] + (["requirements-dev.txt"] if "--dev" in sys.argv else [])
    locks = [os.path.join(ROOT, name) for name in names]
    prints = [fingerprint(lock) for lock in locks]
    present = installed()
    if all(line in present for line in prints):
        return
    if not suits_venv():
        say("正在创建运行环境（约 1 分钟）……", "Making the environment (about a minute) …")
        make_venv(find_python())
    else:
        say("正在安装依赖包……", "Installing the packages …")
    install(locks[-1])
    with open(STAMP, "w") as stamp:
        stamp.write("".join(prints))


if __name__ == "__main__":
    main()
