#!/usr/bin/env python3
"""The part of a build that Gradle's Android plugin would do, for the Maven build (libs/pom.xml and app/pom.xml call it).

    android.py classes   FOLDER OUT                      the classes of every AAR and jar in FOLDER, in one folder
    android.py resources ANDROID_JAR APP LIBS            aapt2: resources.apk, the R classes, Robolectric's settings
    android.py apk       ANDROID_JAR APP LIBS debug|release   APP/target/fieldbook-demo-KIND.apk, signed with a throw-away key

ANDROID_JAR is Robolectric's android-all, APP the module of the app, LIBS the `target` of the module `libs`.
Needs aapt2; `apk` needs apksigner and keytool besides.
"""

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

MIN_API = "26"
SAMPLE = "../../cli/sample"  # the shipped sample, which the app offers to an empty book
CLASS_JAR = re.compile(r"classes\.jar|libs/[^/]+\.jar")
KEPT_META = re.compile(r"META-INF/(.*\.kotlin_module|services/.*)")


def run(*words):
    """Runs a program; its output is shown only when it fails, and then the build ends."""
    command = [str(word) for word in words]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)[:400]}\n{done.stdout}")


class Stamp:
    """Remembers the inputs that an output was made of, so that it is made again only when one of them has changed."""

    def __init__(self, file, inputs):
        lines = [f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in sorted(inputs)]
        lines.append(Path(__file__).read_text())
        self.file, self.digest = file, hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def fits(self):
        return self.file.exists() and self.file.read_text() == self.digest

    def write(self):
        self.file.write_text(self.digest)


def jars_of(archive):
    """The jars inside an AAR, or the jar itself."""
    box = zipfile.ZipFile(archive)
    if archive.suffix == ".jar":
        return [box]
    return [zipfile.ZipFile(io.BytesIO(box.read(name))) for name in box.namelist() if CLASS_JAR.fullmatch(name)]


def classes(folder, out):
    """Takes the classes out. No two libraries may hold the same file: that would be two versions of one library."""
    archives = sorted(path for path in folder.iterdir() if path.suffix in (".aar", ".jar"))
    stamp = Stamp(out.parent / f"{out.name}.stamp", archives)
    if out.exists() and stamp.fits():
        return
    shutil.rmtree(out, ignore_errors=True)
    owners = {}
    for archive in archives:
        for jar in jars_of(archive):
            for name in jar.namelist():
                if name.endswith("/") or (name.startswith("META-INF/") and not KEPT_META.fullmatch(name)):
                    continue
                owner = owners.setdefault(name, archive.name)
                if owner != archive.name:
                    sys.exit(f"{name} is in {owner} and in {archive.name}")
                target = out / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(jar.read(name))
    stamp.write()


def package_of(manifest):
    return re.search(r'package="([^"]+)"', manifest)[1]


def unpacked_resources(aars, into):
    """Unpacks the resources of the AARs; returns their folders and the packages that need a class `R`."""
    folders, packages = [], set()
    for aar in aars:
        with zipfile.ZipFile(aar) as box:
            if "R.txt" in box.namelist() and box.getinfo("R.txt").file_size:
                packages.add(package_of(box.read("AndroidManifest.xml").decode()))
            names = [name for name in box.namelist() if name.startswith("res/") and not name.endswith("/")]
            for name in names:
                box.extract(name, into / aar.stem)
        if names:
            folders.append(into / aar.stem / "res")
    return folders, packages


def resources(android, app, libs):
    target, main = app / "target", app / "src/main"
    manifest, aars = main / "AndroidManifest.xml", sorted((libs / "main").glob("*.aar"))
    sample = sorted((app / SAMPLE).glob("*.csv"))
    own = [path for path in (main / "res").rglob("*") if path.is_file()] + sample
    robolectric = target / "test-classes/com/android/tools/test_config.properties"
    stamp = Stamp(target / "resources.stamp", [*aars, manifest, *own]) if target.exists() else None
    if stamp and stamp.fits() and robolectric.exists():
        return
    for stale in ("flat", "r", "assets"):
        shutil.rmtree(target / stale, ignore_errors=True)
    (target / "assets").mkdir(parents=True)
    for file in sample:
        shutil.copy(file, target / "assets")
    (target / "flat").mkdir(parents=True)
    (target / "classes").mkdir(exist_ok=True)
    folders, packages = unpacked_resources(aars, target / "aar")
    # The app's own come last, so that they win.
    jobs = [(folder, target / f"flat/{index:03}.zip") for index, folder in enumerate([*folders, main / "res"])]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda job: run("aapt2", "compile", "--dir", job[0], "-o", job[1]), jobs))
    flat = [word for _, file in jobs for word in ("-R", file)]
    run("aapt2", "link", "-I", android, "--manifest", manifest, "-A", target / "assets", "--auto-add-overlay",
        "--extra-packages", ":".join(sorted(packages)), "--java", target / "r",
        "--proguard", target / "aapt.pro", "-o", target / "resources.apk", *flat)
    run("javac", "-nowarn", "-d", target / "classes", *(target / "r").rglob("R.java"))
    robolectric.parent.mkdir(parents=True, exist_ok=True)
    robolectric.write_text(
        f"android_merged_manifest={manifest}\nandroid_resource_apk={target / 'resources.apk'}\n"
        f"android_merged_assets={target / 'assets'}\nandroid_custom_package={package_of(manifest.read_text())}\n"
    )
    Stamp(target / "resources.stamp", [*aars, manifest, *own]).write()


def native_libraries(app, libs):
    """Those of the app (`cargo ndk` puts libfieldbook.so there) and those of the AARs, by their place in the APK."""
    found = {}
    for path in (app / "src/main/jniLibs").glob("*/*.so"):
        found[f"lib/{path.parent.name}/{path.name}"] = path.read_bytes()
    for aar in [*(libs / "main").glob("*.aar"), *(libs / "natives").glob("*.aar")]:
        with zipfile.ZipFile(aar) as box:
            for name in box.namelist():
                if re.fullmatch(r"jni/[^/]+/[^/]+\.so", name):
                    found["lib" + name[3:]] = box.read(name)
    return found


def shrink_rules(app, libs):
    rules = [(app / "target/aapt.pro").read_text(), (app / "rules.pro").read_text()]
    for aar in sorted((libs / "main").glob("*.aar")):
        with zipfile.ZipFile(aar) as box:
            if "proguard.txt" in box.namelist():
                rules.append(box.read("proguard.txt").decode())
    return "\n".join(rules)


def dex(android, app, libs, kind):
    """The byte code for phones: R8 shrinks all of it, D8 only translates, the libraries once and the app each time."""
    target = app / "target"
    jdk = Path(shutil.which("javac")).resolve().parent.parent  # android-all holds no java.*
    tool = ["java", "-Xmx3g", "-cp", target / "tools/r8.jar"]
    common = ["--min-api", MIN_API, "--lib", android, "--lib", jdk]
    program, runtime = sorted(target.glob("app-*.jar")), sorted((target / "runtime").glob("*.jar"))
    if kind == "release":
        rules, out = target / "all.pro", target / "release-dex.zip"
        rules.write_text(shrink_rules(app, libs))
        run(*tool, "com.android.tools.r8.R8", "--release", *common, "--pg-conf", rules, "--output", out, *program, *runtime)
        return [out]
    own, theirs = target / "app-dex.zip", libs / "libs-dex.zip"
    stamp = Stamp(libs / "libs-dex.stamp", [path for path in runtime if "android-libs" not in path.name])
    if not (theirs.exists() and stamp.fits()):
        run(*tool, "com.android.tools.r8.D8", "--debug", *common, "--output", theirs, *runtime)
        stamp.write()
    paths = [word for path in runtime for word in ("--classpath", path)]
    run(*tool, "com.android.tools.r8.D8", "--debug", *common, *paths, "--output", own, *program)
    return [own, theirs]


def padded(info, offset):
    """The entry with its data at a multiple of four, if it is stored: a phone maps it into memory as it lies there."""
    entry = zipfile.ZipInfo(info.filename)
    entry.compress_type = info.compress_type
    if entry.compress_type == zipfile.ZIP_STORED:
        entry.extra = bytes(-(offset + 30 + len(info.filename.encode())) % 4)
    return entry


def apk(android, app, libs, kind):
    target = app / "target"
    aligned = target / "aligned.apk"
    final, key = target / f"fieldbook-demo-{kind}.apk", target / "throw-away.p12"
    dexes, number = dex(android, app, libs, kind), 0
    natives = native_libraries(app, libs)
    with zipfile.ZipFile(target / "resources.apk") as box, zipfile.ZipFile(aligned, "w", zipfile.ZIP_DEFLATED) as out:
        for info in box.infolist():
            out.writestr(padded(info, out.fp.tell()), box.read(info))
        for file in dexes:
            with zipfile.ZipFile(file) as part:
                for name in part.namelist():
                    if name.endswith(".dex"):
                        number += 1
                        out.writestr("classes.dex" if number == 1 else f"classes{number}.dex", part.read(name))
                    elif name.startswith("META-INF/services/"):
                        out.writestr(name, part.read(name))
        for name, data in natives.items():
            out.writestr(name, data)
    if not key.exists():
        run("keytool", "-genkeypair", "-keystore", key, "-storepass", "secret", "-alias", "key", "-dname", "CN=nobody",
            "-keyalg", "RSA", "-keysize", "2048", "-validity", "10000")
    run("apksigner", "sign", "--ks", key, "--ks-pass", "pass:secret", "--out", final, aligned)
    run("apksigner", "verify", final)
    print(f"{final}: {final.stat().st_size / 1e6:.1f} MB, {number} dex files, signed and verified")
    if not any(name.endswith("libfieldbook.so") for name in natives):
        print("it holds no libfieldbook.so: build that with cargo ndk into app/src/main/jniLibs (README.md)")


def main(command, *words):
    commands = {"classes": classes, "resources": resources, "apk": apk}
    commands[command](*[word if word in ("debug", "release") else Path(word).resolve() for word in words])


if __name__ == "__main__":
    main(*sys.argv[1:])
