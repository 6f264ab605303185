// SPDX-License-Identifier: Apache-2.0

//! Evidence: what was measured, as a document that can be shown later.
//!
//! The hash of the document goes on chain with the report. The file holds exactly the hashed bytes, so that anybody
//! can check it with `b2sum -l 256`. The file is written before the report is submitted, and a round that has a file
//! is never measured again: after a crash the reporter says the same thing as before.

use crate::app::ports::EvidenceStore;
use dsla_client::{
    blake2_256,
    types::{Measurement, Round},
};
use serde_json::{json, Value};
use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

/// The name and version of the document's format.
pub const FORMAT: &str = "dsla-evidence/1";

/// The document on one round, in canonical JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    bytes: Vec<u8>,
}

/// Why a document is no evidence.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EvidenceError {
    /// It is not JSON.
    #[error("it is not JSON: {0}")]
    Json(String),
    /// It is JSON, but not what this reporter writes.
    #[error("`{0}` is missing or not understood")]
    Field(&'static str),
}

impl Evidence {
    /// The evidence with this content.
    pub fn new(document: &Value) -> Self {
        Self { bytes: canonical(document).into_bytes() }
    }

    /// The bytes of the document.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The hash that goes on chain.
    pub fn hash(&self) -> [u8; 32] {
        blake2_256(&self.bytes)
    }

    /// The begin and the end of the period, and the measurements to report.
    pub fn content(&self) -> Result<(u64, u64, Vec<Measurement>), EvidenceError> {
        let document: Value =
            serde_json::from_slice(&self.bytes).map_err(|error| EvidenceError::Json(error.to_string()))?;
        if document["format"] != FORMAT {
            return Err(EvidenceError::Field("format"));
        }
        let start = document["start"].as_u64().ok_or(EvidenceError::Field("start"))?;
        let end = document["end"].as_u64().ok_or(EvidenceError::Field("end"))?;
        let objectives = document["objectives"].as_array().ok_or(EvidenceError::Field("objectives"))?;
        let measurements =
            objectives.iter().map(|objective| from_json(&objective["measurement"])).collect::<Option<_>>();
        Ok((start, end, measurements.ok_or(EvidenceError::Field("measurement"))?))
    }
}

/// A measurement as part of a document. Large integers are text: few readers of JSON keep 128 bits.
pub fn to_json(measurement: &Measurement) -> Value {
    match measurement {
        Measurement::Value(value) => json!({ "value": value.to_string() }),
        Measurement::Ratio { good, total } => json!({ "good": good, "total": total }),
        Measurement::NoData => json!("no_data"),
    }
}

fn from_json(value: &Value) -> Option<Measurement> {
    if value == "no_data" {
        return Some(Measurement::NoData);
    }
    if let Some(text) = value["value"].as_str() {
        return text.parse().ok().map(Measurement::Value);
    }
    Some(Measurement::Ratio { good: value["good"].as_u64()?, total: value["total"].as_u64()? })
}

/// JSON without spaces and with sorted keys: equal content gives equal bytes, whatever wrote it.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let mut keys: Vec<_> = fields.iter().collect();
            keys.sort_by(|a, b| a.0.cmp(b.0));
            let fields: Vec<_> =
                keys.into_iter().map(|(key, value)| format!("{}:{}", json!(key), canonical(value))).collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        scalar => scalar.to_string(),
    }
}

/// Keeps evidence in files, `<directory>/<agreement>/<period>.json`.
#[derive(Debug)]
pub struct Directory {
    root: PathBuf,
}

impl Directory {
    /// The store in `root`, which is made if need be.
    pub fn open(root: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&root)?;
        Ok(Self { root })
    }

    fn path(&self, round: Round) -> PathBuf {
        self.root.join(round.agreement.to_string()).join(format!("{}.json", round.period))
    }
}

impl EvidenceStore for Directory {
    fn load(&self, round: Round) -> io::Result<Option<Evidence>> {
        match fs::read(self.path(round)) {
            Ok(bytes) => Ok(Some(Evidence { bytes })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn save(&self, round: Round, evidence: &Evidence) -> io::Result<()> {
        let path = self.path(round);
        let directory = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(directory)?;
        // Under another name first: a file with the final name is always whole.
        let draft = path.with_extension("json.part");
        let mut file = fs::File::create(&draft)?;
        file.write_all(evidence.bytes())?;
        file.sync_all()?;
        fs::rename(&draft, &path)?;
        fs::File::open(directory)?.sync_all()
    }
}

/// Keeps nothing.
#[derive(Debug)]
pub struct Nowhere;

impl EvidenceStore for Nowhere {
    fn load(&self, _: Round) -> io::Result<Option<Evidence>> {
        Ok(None)
    }

    fn save(&self, _: Round, _: &Evidence) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUND: Round = Round { agreement: 7, period: 3 };

    fn document() -> Value {
        let measurements =
            [Measurement::Value(u128::MAX), Measurement::Ratio { good: 1, total: 2 }, Measurement::NoData];
        let objectives: Vec<_> =
            measurements.iter().map(|m| json!({ "measurement": to_json(m), "raw": null })).collect();
        json!({ "start": 5, "format": FORMAT, "end": 9, "objectives": objectives })
    }

    #[test]
    fn canonical_should_not_depend_on_the_order_of_keys() {
        let (a, b) = (r#"{"b":[1,{"z":"ü\n","y":null}],"a":true}"#, r#"{"a":true,"b":[1,{"y":null,"z":"ü\n"}]}"#);
        let parsed: Value = serde_json::from_str(a).unwrap();
        assert_eq!(canonical(&parsed), b);
    }

    #[test]
    fn hash_should_be_that_of_the_file() {
        // Compared with `printf '{"a":1}' | b2sum -l 256`.
        let hash = Evidence::new(&json!({ "a": 1 })).hash();
        assert_eq!(hex::encode(hash), "10a7ff3e312baec0c356be489739b93f63af84416c40f1c13023eb96c7ed50aa");
    }

    #[test]
    fn content_should_survive_the_way_through_a_file() {
        let root = std::env::temp_dir().join(format!("dsla-evidence-{}", std::process::id()));
        let store = Directory::open(root.clone()).unwrap();
        assert_eq!(store.load(ROUND).unwrap(), None);
        let evidence = Evidence::new(&document());
        store.save(ROUND, &evidence).unwrap();
        let loaded = store.load(ROUND).unwrap().unwrap();
        assert_eq!(loaded, evidence);
        assert!(root.join("7/3.json").exists());
        let (start, end, measurements) = loaded.content().unwrap();
        assert_eq!((start, end, measurements.len()), (5, 9, 3));
        assert_eq!(measurements[0], Measurement::Value(u128::MAX));
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn content_should_fail_when_the_document_is_foreign() {
        assert_eq!(Evidence::new(&json!({})).content(), Err(EvidenceError::Field("format")));
        assert!(matches!(Evidence { bytes: b"{".to_vec() }.content(), Err(EvidenceError::Json(_))));
    }
}
