#!/usr/bin/env bash
# CEL: one rule, five ports; the length of a name, the hour of a visit, an empty field and a division differ
#
# Libraries: cel-js 0.8.2, @marcbachmann/cel-js 8.0.0, @bufbuild/cel 0.6.1 (npm); cel-python 0.5.0,
#   common-expression-language 0.10.0 (PyPI, a binding of the crate cel).
#
# Expected: the language definition of CEL. size(string): the length in Unicode code points. getHours(), getDate() and
#   getDayOfWeek() without a zone: in UTC. has(e.f) of a map: whether f is a key. int / int: truncated toward zero.
# What their documents say: each is "Common Expression Language", fast or complete. None lists where it departs.
# What happens, without an error: common-expression-language counts bytes (Müller is 7, 株式会社 is 12) and takes hour and
#   day from the digits of the text, not from UTC. For @bufbuild/cel a key with null is not there. For cel-js 90 / 60 is
#   1.5. The other two have all of this right; cel-js has no timestamps and says so.
# Why it matters: CEL is chosen so that one rule means the same on phone and server. A visit at 07:30 in Tokyo falls
#   on Monday here and on Tuesday there; a lead whose owner is null is handed out twice.
# Instead: keep a set of rules with their answers and run it on each port; write 90.0 / 60.0, ask for null by name, give
#   times in UTC.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts cel-js@0.8.2 @marcbachmann/cel-js@8.0.0 @bufbuild/cel@0.6.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check cel-python==0.5.0 common-expression-language==0.10.0

cat > rules.txt <<'TXT'
size("Müller")
size("株式会社")
timestamp("2026-09-01T07:30:00+09:00").getHours()
timestamp("2026-09-01T07:30:00+09:00").getDate()
timestamp("2026-09-01T07:30:00+09:00").getDayOfWeek()
has(lead.owner)
lead.minutes / 60
TXT
cat > lead.json <<'JSON'
{"owner": null, "minutes": 90}
JSON
cat > probe.mjs <<'JS'
import fs from 'node:fs';
import * as plain from 'cel-js';
import * as scoped from '@marcbachmann/cel-js';
import * as buf from '@bufbuild/cel';

const { owner, minutes } = JSON.parse(fs.readFileSync('lead.json', 'utf8'));
const whole = { owner, minutes: BigInt(minutes) };
const ports = {
  'cel-js': (rule) => plain.evaluate(rule, { lead: { owner, minutes } }),
  '@marcbachmann/cel-js': (rule) => scoped.evaluate(rule, { lead: whole }),
  '@bufbuild/cel': (rule) => buf.run(rule, { lead: whole }),
};
const tell = (run, rule) => {
  try {
    return String(run(rule));
  } catch {
    return 'error';
  }
};
for (const [name, run] of Object.entries(ports)) {
  const told = fs.readFileSync('rules.txt', 'utf8').trim().split('\n').map((rule) => tell(run, rule));
  fs.writeFileSync(`${name.replace('/', '+')}.txt`, told.join('\n'));
}
JS
cat > probe.py <<'PY'
import json
import cel
import celpy

lead = json.load(open("lead.json"))
def run_celpy(rule):
    program = celpy.Environment().program(celpy.Environment().compile(rule))
    return program.evaluate({"lead": celpy.json_to_cel(lead)})

names = ["cel-js", "@marcbachmann/cel-js", "@bufbuild/cel"]
told = {name: open(f"{name.replace('/', '+')}.txt").read().split("\n") for name in names}
rules = open("rules.txt", encoding="utf-8").read().splitlines()
told["cel-python"] = [str(run_celpy(rule)).lower() for rule in rules]
told["common-expression-language"] = [str(cel.evaluate(rule, {"lead": lead})).lower() for rule in rules]
for number, rule in enumerate(rules):
    print(rule)
    print("  ", "; ".join(f"{name}: {each[number]}" for name, each in told.items()))
PY
node probe.mjs
PYTHONIOENCODING=utf-8 venv/bin/python probe.py | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
size("Müller")
   cel-js: 6; @marcbachmann/cel-js: 6; @bufbuild/cel: 6; cel-python: 6; common-expression-language: 7
size("株式会社")
   cel-js: 4; @marcbachmann/cel-js: 4; @bufbuild/cel: 4; cel-python: 4; common-expression-language: 12
timestamp("2026-09-01T07:30:00+09:00").getHours()
   cel-js: error; @marcbachmann/cel-js: 22; @bufbuild/cel: 22; cel-python: 22; common-expression-language: 7
timestamp("2026-09-01T07:30:00+09:00").getDate()
   cel-js: error; @marcbachmann/cel-js: 31; @bufbuild/cel: 31; cel-python: 31; common-expression-language: 1
timestamp("2026-09-01T07:30:00+09:00").getDayOfWeek()
   cel-js: error; @marcbachmann/cel-js: 1; @bufbuild/cel: 1; cel-python: 1; common-expression-language: 2
has(lead.owner)
   cel-js: true; @marcbachmann/cel-js: true; @bufbuild/cel: false; cel-python: true; common-expression-language: true
lead.minutes / 60
   cel-js: 1.5; @marcbachmann/cel-js: 1; @bufbuild/cel: 1; cel-python: 1; common-expression-language: 1
WANT
echo "as described"
