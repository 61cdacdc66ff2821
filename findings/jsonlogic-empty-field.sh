#!/usr/bin/env bash
# JsonLogic: a rule about an empty field, five engines, five opinions
#
# Libraries: json-logic-js 2.0.5, json-logic-engine 5.0.7 (npm); jsonlogic-rs 0.5.0, json-logic-qubit 0.9.1,
#   panzi-json-logic 1.0.1 (PyPI).
#
# Expected: jsonlogic.com: a rule is data, to be shared between front end and back end, and means the same in each.
#   missing gives the keys that the data has not. The comparisons are those of JavaScript, as json-logic-js, the first
#   of them, has them.
# What their documents say: json-logic-engine is "a drop-in replacement for json-logic-js". panzi-json-logic knows "one"
#   way in which it differs, of texts. None names an empty field.
# What happens: an empty phone is missing for three engines and is there for two. A turnover of null is below 1000 for
#   four, and at least 0 for three. If it is "" it is below 1000 for three, not for one, and an error for one. Visits of
#   null are 0 for two engines, visits of "" for three. No two engines agree on all eight rules.
# Why it matters: leads are routed and scored by such rules on the phone and again on the server. A form gives "" and a
#   database null; the same lead is hot here and cold there.
# Instead: remove null and "" before the rule is run, ask for missing first, and compare numbers only.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts json-logic-js@2.0.5 json-logic-engine@5.0.7
python3 -m venv venv
for each in jsonlogic-rs==0.5.0 json-logic-qubit==0.9.1 panzi-json-logic==1.0.1; do
  venv/bin/pip install --quiet --disable-pip-version-check --target "${each%%=*}" "$each"
done

cat > cases.json <<'JSON'
[
  [{"missing": ["phone"]}, {"phone": ""}],
  [{"missing": ["phone"]}, {"phone": null}],
  [{"<": [{"var": "turnover"}, 1000]}, {"turnover": null}],
  [{">=": [{"var": "turnover"}, 0]}, {"turnover": null}],
  [{"<": [{"var": "turnover"}, 1000]}, {"turnover": ""}],
  [{"==": [{"var": "visits"}, 0]}, {"visits": null}],
  [{"==": [{"var": "visits"}, 0]}, {"visits": ""}],
  [{"var": ["owner", "nobody"]}, {"owner": null}]
]
JSON
cat > probe.mjs <<'JS'
import fs from 'node:fs';
import logic from 'json-logic-js';
import { LogicEngine } from 'json-logic-engine';

const engine = new LogicEngine();
const runs = { 'json-logic-js': logic.apply, 'json-logic-engine': (rule, data) => engine.run(rule, data) };
for (const [name, run] of Object.entries(runs)) {
  const told = JSON.parse(fs.readFileSync('cases.json', 'utf8')).map(([rule, data]) => {
    try {
      return JSON.stringify(run(rule, data));
    } catch {
      return 'error';
    }
  });
  fs.writeFileSync(`${name}.txt`, told.join('\n'));
}
JS
cat > probe.py <<'PY'
import json
import sys

name = sys.argv[1]
if name == "jsonlogic-rs":
    from jsonlogic_rs import apply as run
else:
    from json_logic import jsonLogic as run

def tell(rule, data):
    try:
        return json.dumps(run(rule, data))
    except Exception:
        return "error"

with open(f"{name}.txt", "w") as file:
    file.write("\n".join(tell(rule, data) for rule, data in json.load(open("cases.json"))))
PY
node probe.mjs
for each in jsonlogic-rs json-logic-qubit panzi-json-logic; do PYTHONPATH=$each venv/bin/python probe.py "$each"; done
cat > show.py <<'PY'
import json
for number, (rule, data) in enumerate(json.load(open("cases.json"))):
    print(json.dumps(rule), "of", json.dumps(data))
    for name in ("json-logic-js", "json-logic-engine", "jsonlogic-rs", "json-logic-qubit", "panzi-json-logic"):
        print(f"  {name}:", open(f"{name}.txt").read().split("\n")[number])
PY
venv/bin/python show.py | tee seen
diff - seen <<'WANT' || { echo "the behaviour has changed"; exit 1; }
{"missing": ["phone"]} of {"phone": ""}
  json-logic-js: ["phone"]
  json-logic-engine: []
  jsonlogic-rs: []
  json-logic-qubit: ["phone"]
  panzi-json-logic: ["phone"]
{"missing": ["phone"]} of {"phone": null}
  json-logic-js: ["phone"]
  json-logic-engine: []
  jsonlogic-rs: []
  json-logic-qubit: ["phone"]
  panzi-json-logic: ["phone"]
{"<": [{"var": "turnover"}, 1000]} of {"turnover": null}
  json-logic-js: true
  json-logic-engine: true
  jsonlogic-rs: true
  json-logic-qubit: false
  panzi-json-logic: true
{">=": [{"var": "turnover"}, 0]} of {"turnover": null}
  json-logic-js: true
  json-logic-engine: true
  jsonlogic-rs: false
  json-logic-qubit: false
  panzi-json-logic: true
{"<": [{"var": "turnover"}, 1000]} of {"turnover": ""}
  json-logic-js: true
  json-logic-engine: true
  jsonlogic-rs: true
  json-logic-qubit: error
  panzi-json-logic: false
{"==": [{"var": "visits"}, 0]} of {"visits": null}
  json-logic-js: false
  json-logic-engine: true
  jsonlogic-rs: false
  json-logic-qubit: false
  panzi-json-logic: true
{"==": [{"var": "visits"}, 0]} of {"visits": ""}
  json-logic-js: true
  json-logic-engine: true
  jsonlogic-rs: true
  json-logic-qubit: false
  panzi-json-logic: false
{"var": ["owner", "nobody"]} of {"owner": null}
  json-logic-js: null
  json-logic-engine: null
  jsonlogic-rs: null
  json-logic-qubit: null
  panzi-json-logic: "nobody"
WANT
echo "as described"
