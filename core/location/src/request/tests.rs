use super::*;

fn verdict_of(fence: &str, fixes: &str) -> String {
    let json = format!(
        r#"{{"site":{{"lat":52.6309,"lon":1.2974,"fence":{fence}}},"fixes":{fixes},"now":"2026-11-23T09:30:00Z"}}"#
    );
    let request: VerdictRequest = serde_json::from_str(&json).unwrap();
    match assess_request(request) {
        Ok(assessment) => serde_json::to_string(&assessment).unwrap(),
        Err(problem) => format!("{}: {problem}", problem.field()),
    }
}

const CIRCLE: &str = r#"{"circle_m":150}"#;

#[test]
fn the_json_of_a_verified_check_in_is_stable() {
    insta::assert_snapshot!(verdict_of(CIRCLE, r#"[{"at":"2026-11-23T09:29:51Z","lat":52.6310,"lon":1.2975,"accuracy_m":12}]"#), @r#"{"verdict":"verified","distance_to_edge_m":-136.97,"accuracy_m":12.0,"margin_m":124.97,"fix_age_s":9,"dwell_s":0,"reasons":[{"code":"inside_fence","margin_m":124.97}],"rule_version":1,"spoof":{"score":0.0,"reasons":[]}}"#);
}

#[test]
fn the_json_of_a_polygon_that_is_nearly_reached_is_stable() {
    let fence = r#"{"polygon":[[1.297,52.6305],[1.298,52.6305],[1.298,52.6315],[1.297,52.6315]]}"#;
    insta::assert_snapshot!(verdict_of(fence, r#"[{"at":"2026-11-23T10:29:30+01:00","lat":52.6310,"lon":1.2985,"accuracy_m":40}]"#), @r#"{"verdict":"likely_on_site","distance_to_edge_m":33.85,"accuracy_m":40.0,"margin_m":-73.85,"fix_age_s":30,"dwell_s":0,"reasons":[{"code":"crosses_edge","distance_to_edge_m":33.85,"accuracy_m":40.0}],"rule_version":1,"spoof":{"score":0.0,"reasons":[]}}"#);
}

#[test]
fn the_json_of_every_way_to_know_nothing_is_stable() {
    insta::assert_snapshot!(verdict_of(CIRCLE, "[]"), @r#"{"verdict":"unverifiable","distance_to_edge_m":null,"accuracy_m":null,"margin_m":null,"fix_age_s":null,"dwell_s":null,"reasons":[{"code":"no_fix"}],"rule_version":1,"spoof":{"score":0.0,"reasons":[]}}"#);
    insta::assert_snapshot!(verdict_of(CIRCLE, r#"[{"at":"2026-11-23T09:00:00Z","lat":52.6310,"lon":1.2975,"accuracy_m":12}]"#), @r#"{"verdict":"unverifiable","distance_to_edge_m":-136.97,"accuracy_m":12.0,"margin_m":124.97,"fix_age_s":1800,"dwell_s":0,"reasons":[{"code":"stale_fix","age_s":1800,"age_s_max":120}],"rule_version":1,"spoof":{"score":0.047,"reasons":[{"name":"stale","weight":0.1,"value":0.467}]}}"#);
    insta::assert_snapshot!(verdict_of(CIRCLE, r#"[{"at":"2026-11-23T09:30:00Z","lat":52.6310,"lon":1.2975,"accuracy_m":900}]"#), @r#"{"verdict":"unverifiable","distance_to_edge_m":-136.97,"accuracy_m":900.0,"margin_m":-763.03,"fix_age_s":0,"dwell_s":0,"reasons":[{"code":"coarse_fix","accuracy_m":900.0,"accuracy_m_max":200.0}],"rule_version":1,"spoof":{"score":0.0,"reasons":[]}}"#);
    insta::assert_snapshot!(verdict_of(CIRCLE, r#"[{"at":"2026-11-23T09:30:00Z","lat":52.6310,"lon":1.2975,"accuracy_m":5,"mock":true},
        {"at":"2026-11-23T10:30:00Z","lat":52.6310,"lon":1.2975,"accuracy_m":5}]"#), @r#"{"verdict":"unverifiable","distance_to_edge_m":null,"accuracy_m":null,"margin_m":null,"fix_age_s":null,"dwell_s":null,"reasons":[{"code":"mock_fix","fixes":1},{"code":"future_fix","ahead_s":3600}],"rule_version":1,"spoof":{"score":0.9,"reasons":[{"name":"mock","weight":0.9,"value":1.0}]}}"#);
}

#[test]
fn an_accuracy_that_no_phone_knows_proves_nothing_and_refuses_nothing() {
    for accuracy in ["0", "-1"] {
        let fix =
            format!(r#"[{{"at":"2026-11-23T09:29:55Z","lat":52.6,"lon":1.3,"accuracy_m":{accuracy}}}]"#);
        insta::allow_duplicates! {
            insta::assert_snapshot!(verdict_of(CIRCLE, &fix), @r#"{"verdict":"unverifiable","distance_to_edge_m":null,"accuracy_m":null,"margin_m":null,"fix_age_s":null,"dwell_s":null,"reasons":[{"code":"accuracy_unknown","fixes":1}],"rule_version":1,"spoof":{"score":0.0,"reasons":[]}}"#);
        }
    }
}

#[test]
fn the_json_of_an_off_site_check_in_with_odd_signs_is_stable() {
    insta::assert_snapshot!(verdict_of(CIRCLE, r#"[
        {"at":"2026-11-23T09:28:50Z","lat":52.6310,"lon":1.2975,"accuracy_m":5},
        {"at":"2026-11-23T09:29:50Z","lat":53.9,"lon":1.2975,"accuracy_m":0.5,"gps_at":"2026-11-23T09:19:50Z"}]"#), @r#"{"verdict":"off_site","distance_to_edge_m":141089.72,"accuracy_m":0.5,"margin_m":-141090.22,"fix_age_s":10,"dwell_s":0,"reasons":[{"code":"outside_fence","beyond_m":141089.22},{"code":"fixes_disagree","fixes":1}],"rule_version":1,"spoof":{"score":0.91,"reasons":[{"name":"teleport","weight":0.7,"value":1.0},{"name":"gps_time","weight":0.5,"value":1.0},{"name":"impossible_accuracy","weight":0.4,"value":1.0}]}}"#);
}

#[test]
fn a_bad_number_is_named_by_its_path() {
    let fix = r#"[{"at":"2026-11-23T09:30:00Z","lat":91,"lon":1.3,"accuracy_m":5}]"#;
    insta::assert_snapshot!(verdict_of(CIRCLE, fix), @"fixes[0].lat: fixes[0]: lat must be a number from -90 to 90");
    insta::assert_snapshot!(verdict_of(r#"{"circle_m":-1}"#, "[]"), @"site.fence.circle_m: site.fence: circle_m must be more than 0 and at most 1000000 metres");
    insta::assert_snapshot!(verdict_of(r#"{"polygon":[[1,2],[3]]}"#, "[]"), @"site.fence.polygon: site.fence: point 1 of ring 0 of the polygon must be [lon,lat]");
    insta::assert_snapshot!(verdict_of(r#"{"polygon":[[1,2],[3,95],[4,4]]}"#, "[]"), @"site.fence.polygon: site.fence: point 1 of ring 0 of the polygon: lat must be a number from -90 to 90");
}
