"""A few objects built twice, from other places, at other times, with another umask, home, zone and locale: the same bytes.
Whole programs take long: scripts/reproduce builds those (docs/reproducible.md)."""

import os
import re
import shutil
import subprocess
import unittest

from harness import ROOT, Case, environment, need, run, sha256, solemn_path

BUILD = solemn_path().parent.parent
PROGRAMS = ("solemn", "zk-embed", "solemn-pkcs11-helper")
# One of each sort: an assertion that names its file, generated source, templates with tables, vector code in C++ headers.
OBJECTS = ("base/CMakeFiles/solemn_base.dir/pool.cpp.o", "cli/CMakeFiles/solemn_cli.dir/build_info.cpp.o", "store/CMakeFiles/solemn_store.dir/names.cpp.o", "hash/CMakeFiles/solemn_hash.dir/blake3.cpp.o")


def cached(name: str) -> str:
    found = re.search(rf"^{name}:\w+=(.*)$", (BUILD / "CMakeCache.txt").read_text(), re.M)
    return found[1] if found else ""


class Reproduce(Case):
    def sources(self, name: str):
        """The sources elsewhere, without a repository around them."""
        root = self.path(name)
        for folder in ("src", "tests", "fuzz", "bench"):
            shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("node_modules", "target", "__pycache__"))
        for file in ("CMakeLists.txt", "CMakePresets.json"):
            shutil.copy(ROOT / file, root / file)
        return root

    def build(self, name: str, umask: int, **env):
        need("cmake")
        need("ninja")
        root = self.sources(name)
        environ = environment(CCACHE_DISABLE="1", GIT_CEILING_DIRECTORIES=str(self.folder), **env)
        was = os.umask(umask)
        try:
            run(["cmake", "--preset", "release", "-DSOLEMN_TESTS=OFF"], cwd=root, env=environ)
            run(["ninja", "-C", "build/release", *(f"src/{o}" for o in OBJECTS)], cwd=root, env=environ, timeout=1100)
        finally:
            os.umask(was)
        return {o: root / "build" / "release" / "src" / o for o in OBJECTS}

    def test_the_same_objects_from_two_places(self):
        one = self.build("a", 0o022, TZ="UTC", HOME="/nonexistent")
        two = self.build("another/place with a longer name".replace(" ", "-"), 0o077, TZ="Pacific/Auckland", LC_ALL="C", USER="somebody", HOME=str(self.folder))
        for name in OBJECTS:
            with self.subTest(name):
                self.assert_same_bytes(one[name], two[name])
                self.assertFalse(str(self.folder).encode() in one[name].read_bytes(), "it names the folder")

    def test_nothing_goes_in_because_it_happens_to_be_installed(self):
        """A header that is used where it is there makes other programs where it is not."""
        for file in (ROOT / "src").rglob("*"):
            if file.suffix in (".cpp", ".hpp", ".inc"):
                self.assertNotIn("__has_include", file.read_text(), file)
        programs = r"find_program\(CCACHE|find_program\(VALGRIND"  # a cache of the compiler; what runs tests
        for file in (ROOT / "CMakeLists.txt", *(ROOT / "src").rglob("CMakeLists.txt")):
            for line in file.read_text().splitlines():
                if re.search(r"find_(package|program|library)\(|pkg_check_modules\(", line) and "REQUIRED" not in line and not re.search(programs, line):
                    self.assertRegex(line, r"GTest|Python3|benchmark", file)  # of tests

    def test_without_the_prefix_map_the_place_would_show(self):
        """So that the test above can fail."""
        made = []
        for name in ("a", "bb"):
            folder = self.path(name)
            shutil.copytree(ROOT / "src" / "base", folder / "base")
            made.append(folder / "pool.o")
            run([cached("CMAKE_CXX_COMPILER") or "g++", "-std=c++20", "-O0", "-g1", f"-I{folder}", "-c", folder / "base" / "pool.cpp", "-o", made[-1]], env=environment(CCACHE_DISABLE="1"))
        self.assertNotEqual(sha256(made[0]), sha256(made[1]))

    def test_the_programs_do_not_name_the_folder_they_were_built_in(self):
        if cached("CMAKE_BUILD_TYPE") != "Release":
            raise unittest.SkipTest("sanitizers put file names into programs; only the release build is released")
        for name in PROGRAMS:
            program = BUILD / "bin" / name
            if not program.exists():
                raise unittest.SkipTest(f"'{program}' is not built")
            with self.subTest(name):
                data = program.read_bytes()
                for place in {str(ROOT), str(BUILD), os.path.realpath(ROOT)}:
                    self.assertFalse(place.encode() in data, f"'{place}' is in it")
                dynamic = subprocess.run(["readelf", "-d", program], capture_output=True, text=True, check=True).stdout
                self.assertNotRegex(dynamic, "RPATH|RUNPATH")
