// SPDX-License-Identifier: Apache-2.0

use super::*;

const MINIMAL: &str = r#"
    [node]
    url = "ws://127.0.0.1:9944"
    [signer]
    suri = "//Alice"
    [[agreements]]
    id = 0
    [[agreements.objectives]]
    source = "http_probe"
    scale = "ratio"
    url = "http://127.0.0.1:8080/"
"#;

fn problems(text: &str) -> Vec<String> {
    match parse(text) {
        Err(ConfigError::Problems(problems)) => problems.iter().map(Problem::to_string).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn parse_should_take_the_example() {
    let config = parse(include_str!("../../example.toml")).unwrap();
    assert_eq!(config.agreements.len(), 2);
    assert_eq!(config.agreements[0].objectives.len(), 2);
    assert_eq!(config.signer, SignerSettings::File("/etc/dsla-reporter/secret".into()));
}

#[test]
fn parse_should_fill_in_defaults() {
    let config = parse(MINIMAL).unwrap();
    assert_eq!(config.node_url, "ws://127.0.0.1:9944/");
    assert_eq!((config.poll_interval, config.batch), (Duration::from_secs(12), 16));
    assert_eq!((config.settle, config.log.as_str()), (false, "info"));
    assert!(config.signer.is_development());
}

#[test]
fn parse_should_list_everything_that_is_wrong_at_once() {
    let found = problems(
        r#"
        poll_interval = "12"
        setle = true
        settle = "yes"
        batch = 1000
        [node]
        url = "http://127.0.0.1:9944"
        [signer]
        suri = "bottom drive obey lake curtain smoke basket hold race lonely fit walk"
        [[agreements]]
        id = -1
        [[agreements.objectives]]
        source = "prometheus"
        scale = "per mille"
        url = "127.0.0.1:9090"
        setp = "30s"
        [[agreements.objectives]]
        source = "ping"
        [[agreements]]
        [[agreements.objectives]]
        source = "http_probe"
        scale = "ratio"
        url = "http://127.0.0.1/"
        interval = "1s"
        timeout = "2s"
        history = "700d"
        "#,
    );
    let expected = [
        ("node.url", "ws:// or wss://"),
        ("signer.suri", "suri_file"),
        ("poll_interval", "\"30s\""),
        ("batch", "from 1 to 64"),
        ("settle", "true or false"),
        ("agreements[0].id", "whole number"),
        ("agreements[0].objectives[0].scale", "\"percent\" or \"ratio\""),
        ("agreements[0].objectives[0].url", "http:// or https://"),
        ("agreements[0].objectives[0].query", "is missing"),
        ("agreements[0].objectives[0].step", "is missing"),
        ("agreements[0].objectives[1].scale", "is missing"),
        ("agreements[0].objectives[1].source", "\"prometheus\" or \"http_probe\""),
        ("agreements[1].id", "is missing"),
        ("agreements[1].objectives[0].timeout", "shorter"),
        ("agreements[1].objectives[0].history", "4,000,000"),
        ("setle", "batch"),
    ];
    for (path, part) in expected {
        let matches = |text: &&String| text.starts_with(&format!("{path}: ")) && text.contains(part);
        assert_eq!(found.iter().filter(matches).count(), 1, "{path}: {found:#?}");
    }
    assert!(!found.iter().any(|text| text.contains("bottom")), "the secret must not be shown");
    assert_eq!(found.len(), expected.len(), "{found:#?}");
}

#[test]
fn parse_should_reject_unknown_fields_everywhere() {
    let text = MINIMAL
        .replace("[signer]", "user = \"x\"\n[signer]")
        .replace("id = 0", "id = 0\nname = \"shop\"")
        .replace("scale =", "step = \"1s\"\nscale =");
    let found = problems(&text);
    for path in ["node.user", "agreements[0].name", "agreements[0].objectives[0].step"] {
        assert!(found.iter().any(|text| text.starts_with(&format!("{path}: is not known here"))), "{found:#?}");
    }
    assert_eq!(found.len(), 3);
}

#[test]
fn parse_should_reject_an_agreement_that_is_there_twice() {
    let (_, agreement) = MINIMAL.split_once("[[agreements]]").unwrap();
    let found = problems(&format!("{MINIMAL}\n[[agreements]]{agreement}"));
    assert_eq!(found, ["agreements[1].id: is there twice; put all objectives of an agreement into one entry"]);
}

#[test]
fn parse_should_say_where_the_syntax_is_wrong() {
    let error = parse("[node\nurl = 1").unwrap_err().to_string();
    assert!(error.contains("line 1"), "{error}");
}

#[test]
fn parse_should_name_everything_that_is_missing_in_an_empty_file() {
    let found = problems("");
    assert_eq!(found.len(), 3, "{found:#?}");
}
