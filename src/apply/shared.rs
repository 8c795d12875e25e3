//! An htpasswd file that others use, too: another include of ours, or another
//! part of nginx' configuration.

use super::options::Options;
use super::target::Target;
use crate::nginx::htpasswd;
use crate::nginx::include;
use crate::nginx::server::{Configured, is_file};
use crate::policy::refusal::{At, Code, Refusal};
use std::fs;
use std::path::{Path, PathBuf};

/// The other include whose file it is, as long as that is ours and names it.
pub(super) fn owner(htpasswd: &Target, include: &Path) -> Option<PathBuf> {
    let owner = htpasswd::owner(htpasswd.bytes()).filter(|owner| owner != include)?;
    let text = fs::read(&owner).ok().filter(|text| include::is_ours(text))?;
    include::asks_with(&text, &htpasswd.file.path).then_some(owner)
}

/// Two includes with other logins name one file.
pub(super) fn refusal(htpasswd: &Path, owner: &Path) -> Refusal {
    let message = format!(
        "the htpasswd file {} has the logins of another include, {}, and these are others, so both files are unchanged; \
         write a path of its own into htpasswd_path, or change the logins of that include first",
        htpasswd.display(),
        owner.display()
    );
    Refusal::new(Code::HtpasswdShared, message, htpasswd)
}

/// Who uses the htpasswd file beside this include: the place, in words and typed.
pub(super) fn user(
    configured: Option<&Configured>,
    options: &Options,
    htpasswd: &Target,
) -> Option<(String, At)> {
    if let Some(owner) = owner(htpasswd, &options.include_path) {
        return Some((owner.display().to_string(), At::File(owner)));
    }
    let configured = configured?;
    let (is_ours, is_include) = (is_file(&options.htpasswd_path), is_file(&options.include_path));
    let uses = configured.understood()?.user_files().into_iter();
    let mut elsewhere =
        uses.filter(|(path, place)| is_ours(&configured.beside_main(path)) && !is_include(&place.file));
    elsewhere.next().map(|(_, place)| (place.to_string(), At::Line(place.file, place.line)))
}

/// What is said of a file that stays for that reason.
pub(super) fn in_use(htpasswd: &Path, (place, at): (String, At), is_refused: bool) -> Refusal {
    let stays = if is_refused { "both files stay" } else { "it stays, with its logins" };
    let message = format!(
        "nginx asks for the logins of {} elsewhere, too, at {place}, so {stays}; let that name a file of its own first",
        htpasswd.display()
    );
    Refusal::new(Code::HtpasswdInUse, message, at)
}
