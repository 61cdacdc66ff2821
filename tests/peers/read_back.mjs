// Reads what `read_back.py` left in the folder with ical.js and a validator of GeoJSON, and opening hours with opening_hours.
//
// Run by `cargo xtask peers`, from the folder in which the packages are installed.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [command, folder, modules] = process.argv.slice(2);
const require = createRequire(join(modules, "package.json"));
const ICAL = require("ical.js").default ?? require("ical.js");
const OpeningHours = require("opening_hours").default ?? require("opening_hours");
const { check } = require("@placemarkio/check-geojson");

const events = new ICAL.Component(ICAL.parse(readFileSync(join(folder, "visits.ics"), "utf8")))
  .getAllSubcomponents("vevent")
  .map((event) => new ICAL.Event(event));
assert.equal(events.length, 6);
for (const event of events) {
  assert.ok(event.uid && event.summary && event.startDate.toUnixTime() > 0);
  assert.ok(event.endDate.toUnixTime() > event.startDate.toUnixTime(), `${event.uid} ends before it starts`);
}

for (const file of ["accounts.geojson", "visits.geojson", "track.geojson"]) {
  check(readFileSync(join(folder, file), "utf8"));
}

// Ours and theirs, minute by minute, over a week that holds a public holiday and a change of the year.
const HOURS = [
  "24/7",
  "Mo-Fr 09:00-17:00",
  "Mo-Fr 09:00-12:30,14:00-18:00; Sa 10:00-13:00",
  "Mo-Su 18:00-02:00",
  "Mo-Sa 08:00-20:00; PH off",
  "Dec 20-31: Mo-Fr 10:00-14:00; Jan-Nov: Mo-Fr 09:00-18:00",
  "We[1] 09:00-12:00; Th 13:00-17:00",
  "Mo-Fr 08:00-18:00; Dec 24 08:00-12:00; Dec 25-26 off",
];
const place = { lat: 52.52, lon: 13.4, address: { country_code: "de", state: "Berlin" } };
const days = 14;
for (const hours of HOURS) {
  const theirs = new OpeningHours(hours, place);
  const args = ["hours", hours, "--day", "2026-12-21", "--days", String(days), "--country", "DE", "--json"];
  const ours = execFileSync(command, args, { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(ours.length, days);
  for (const [at, day] of ours.entries()) {
    for (let minute = 0; minute < 1440; minute += 15) {
      const moment = new Date(2026, 11, 21 + at, 0, minute, 30);
      const seconds = minute * 60 + 30;
      const within = (list, from) => list.some((w) => w.from_s <= from && from < w.until_s);
      const open = within(day.open, seconds) || (at > 0 && within(ours[at - 1].open, seconds + 86400));
      // Hours of the evening before the first day are not in our list.
      if (at === 0 && minute < 360) continue;
      assert.equal(open, theirs.getState(moment), `${hours} on ${day.day} at minute ${minute}`);
    }
  }
}
console.log("ical.js, check-geojson and opening_hours read what was written");
