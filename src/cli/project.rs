//! The models of a project: those that the policy names.

use licentia::policy::Policy;

use super::failure::Failure;
use super::occasion::directory;

/// The targets of a check that names none: paths from the file that names them, and Hub IDs.
pub(super) fn models(policy: &Policy) -> Result<Vec<String>, Failure> {
    let models = policy.models();
    if models.is_empty() {
        let help = "name a directory (licentia check .), or list them in licentia.toml: models = [\"./models/a\", \"org/name\"]";
        return Err(Failure::usage("no target was named, and the policy names no models", help));
    }
    let from = |held: &licentia::policy::held::Held<String>| {
        let is_path = held.value.starts_with('.') || held.value.starts_with('/');
        let directory = directory(&held.at.file);
        if !is_path || directory.as_os_str().is_empty() {
            return held.value.clone();
        }
        let path = directory.join(held.value.strip_prefix("./").unwrap_or(&held.value));
        path.to_string_lossy().into_owned()
    };
    Ok(models.iter().map(from).collect())
}
