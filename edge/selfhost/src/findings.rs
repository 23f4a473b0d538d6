//! What the files of a desk that nobody uses say of a loss: before the desk is opened, which begins
//! anew whatever SQLite does not find. It changes nothing.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::{folder::BACKUPS, marker, wal};

/// Each in a sentence that says what to do.
pub fn of(file: &Path, site: &str) -> Vec<String> {
    let missing = marker::missing_log(file).map(|log| {
        format!(
            "{} is missing, although the desk was not closed: what was acknowledged last may be \
             lost",
            log.display()
        )
    });
    missing.into_iter().chain(wal::loss(file)).chain(vanished(file, site)).collect()
}

/// A desk that was there, by what is left of it.
fn vanished(file: &Path, site: &str) -> Option<String> {
    if file.exists() || marker::is_there(file) {
        return None;
    }
    let data = file.parent()?;
    let (gone, site) = (file.display(), site);
    match (newest_copy(&[data.join(BACKUPS), data.to_owned()], site), wal::log(file)) {
        (Some((copy, _)), _) => Some(format!(
            "{gone} is not there, and there was a desk of this site: {} is a copy of it. A new one \
             begins. If that is not meant, stop the server and `baton restore --site {site} --from \
             {}`",
            copy.display(),
            copy.display()
        )),
        (None, log) if log.exists() => Some(format!(
            "{gone} is not there, and {} is: there was a desk, of which no copy is left here. A \
             new one begins",
            log.display()
        )),
        _ => None,
    }
}

/// The newest copy of a site's desk in these folders, made by `baton backup` or kept by `baton
/// restore`, and when it was written.
pub fn newest_copy(folders: &[PathBuf], site: &str) -> Option<(PathBuf, SystemTime)> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_copy = |name: &str| {
        let rest = name.strip_prefix(site).unwrap_or_default();
        let made = rest.strip_prefix('-').and_then(|rest| rest.strip_suffix(".sqlite"));
        made.or_else(|| rest.strip_prefix(".sqlite.before-")).is_some_and(is_number)
    };
    let found = folders.iter().flat_map(|folder| fs::read_dir(folder).into_iter().flatten());
    let copies = found
        .flatten()
        .filter(|entry| is_copy(&entry.file_name().to_string_lossy()))
        .filter_map(|entry| Some((entry.path(), entry.metadata().ok()?.modified().ok()?)));
    copies.max_by_key(|(_, written)| *written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_desk_that_is_gone_with_its_marker_is_missed_if_anything_is_left_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        let file = data.join("shop.sqlite");
        fs::create_dir(data.join(BACKUPS)).unwrap();
        // Of other sites, and what is no copy.
        for name in ["backups/shop-two-1.sqlite", "backups/shop-1.sqlite.unfinished", "site.toml"] {
            fs::write(data.join(name), "").unwrap();
        }
        assert_eq!(of(&file, "shop"), Vec::<String>::new());
        assert_eq!(newest_copy(&[data.to_owned()], "shop"), None);
        fs::write(wal::log(&file), "").unwrap();
        assert!(of(&file, "shop")[0].contains("no copy is left"), "{:?}", of(&file, "shop"));
        for copy in ["shop.sqlite.before-1", "backups/shop-17.sqlite"] {
            fs::write(data.join(copy), "").unwrap();
            let found = of(&file, "shop");
            assert!(found[0].contains(&format!("{copy}`")), "{found:?}");
            assert_eq!(of(&data.join("two.sqlite"), "two"), Vec::<String>::new());
            fs::remove_file(data.join(copy)).unwrap();
        }
        // Who is there, or was and is known to have been, is not taken for vanished.
        fs::write(data.join("backups/shop-17.sqlite"), "").unwrap();
        fs::write(&file, "a desk").unwrap();
        assert_eq!(of(&file, "shop"), Vec::<String>::new());
    }
}
