// SPDX-License-Identifier: Apache-2.0

//! Where the secret of the reporter's account comes from.

use super::{fields::Fields, Problem};
use dsla_client::Signer;
use std::{fs, path::Path, path::PathBuf};

/// Where the secret is.
#[derive(Clone, PartialEq, Eq)]
pub enum SignerSettings {
    /// In a file that only its owner can read.
    File(PathBuf),
    /// A well-known development key, such as `//Alice`. Not a secret.
    Development(String),
}

impl std::fmt::Debug for SignerSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "File({})", path.display()),
            Self::Development(_) => write!(f, "Development"),
        }
    }
}

/// Reads the table `signer`.
pub fn read_signer(mut fields: Fields) -> Option<SignerSettings> {
    let settings = match (fields.has("suri_file"), fields.has("suri")) {
        (true, true) => {
            fields.problem("suri", "is there beside `suri_file`; remove one of them");
            None
        }
        (false, true) => fields.string("suri", "\"//Alice\"").and_then(|suri| {
            if suri.starts_with("//") {
                return Some(SignerSettings::Development(suri));
            }
            // The text is not repeated: it may be a real secret.
            fields.problem("suri", "may only be a development key such as \"//Alice\"; put a secret into a file and name it in `suri_file`");
            None
        }),
        _ => fields.string("suri_file", "\"/etc/dsla/reporter.key\"").map(|path| SignerSettings::File(path.into())),
    };
    fields.finish();
    settings
}

impl SignerSettings {
    /// The key.
    pub fn signer(&self) -> Result<Signer, Problem> {
        match self {
            Self::File(path) => {
                let problem = |text: String| Problem::new("signer.suri_file", format!("{}: {text}", path.display()));
                check_mode(path).map_err(problem)?;
                let secret = fs::read_to_string(path).map_err(|error| problem(error.to_string()))?;
                Signer::from_secret(&secret).map_err(|error| problem(error.to_string()))
            }
            Self::Development(suri) => {
                Signer::from_secret(suri).map_err(|error| Problem::new("signer.suri", error.to_string()))
            }
        }
    }

    /// Whether everybody knows the key.
    pub fn is_development(&self) -> bool {
        matches!(self, Self::Development(_))
    }
}

#[cfg(unix)]
fn check_mode(path: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).map_err(|error| error.to_string())?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(format!("others can read the secret (mode {:o}); run `chmod 600` on it", mode & 0o777));
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_mode(_: &Path) -> Result<(), String> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn signer_should_refuse_a_file_that_others_can_read() {
        let path = std::env::temp_dir().join(format!("dsla-suri-{}", std::process::id()));
        fs::write(&path, "//Alice\n").unwrap();
        let settings = SignerSettings::File(path.clone());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let problem = settings.signer().unwrap_err();
        assert!(problem.text.contains("mode 640") && problem.text.contains("chmod 600"), "{problem}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let expected = SignerSettings::Development("//Alice".into()).signer().unwrap();
        assert_eq!(settings.signer().unwrap().address(), expected.address());
        fs::remove_file(&path).unwrap();
        assert!(settings.signer().unwrap_err().text.contains("No such file"));
    }
}
